"""The arithmetic of claims, held to the worked examples of the field."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.claims import rules
from domain.claims.limits import LIMITS
from domain.claims.rules import BillLine, CoverPeriod, CoverTerms, PayableRule, ThirdParty
from domain.claims.terms import ClaimLimit, DeclineCode
from domain.kernel.clock import INSURER_ZONE
from domain.kernel.money import Money
from domain.service_levels.limits import DatedLimit, latest

AMOUNTS = st.integers(min_value=1, max_value=10**10).map(Money)
RATES = st.decimals(min_value=0, max_value=1, places=4)
BILL = (
    BillLine("Mainboard", Money.of("1700.00")),
    BillLine("Protective film", Money.of("160.00"), DeclineCode.CONSUMABLE),
)
TERMS = CoverTerms(
    sum_insured=Money.of("5999.00"),
    deductible=Money.of("200.00"),
    coinsurance_rate=Decimal("0.1"),
    claim_limit=Money.of("1200.00"),
    aggregate_left=Money.of("900.00"),
)


def test_a_claim_pays_what_the_worked_example_says_with_every_step_explained() -> None:
    found = rules.payable(BILL, TERMS)
    assert found.billed == Money.of("1860.00")
    assert found.payable == Money.of("900.00")
    assert [(step.rule, step.before, step.after) for step in found.steps] == [
        (PayableRule.NOT_COVERED, Decimal(1860), Decimal(1700)),
        (PayableRule.DEDUCTIBLE, Decimal(1700), Decimal(1500)),
        (PayableRule.COINSURANCE, Decimal(1500), Decimal(1350)),
        (PayableRule.CLAIM_LIMIT, Decimal(1350), Decimal(1200)),
        (PayableRule.AGGREGATE_LIMIT, Decimal(1200), Decimal(900)),
    ]
    assert found.steps[0].basis == "Protective film: CONSUMABLE"


def test_what_is_left_of_the_term_is_the_limit_less_what_was_used() -> None:
    assert rules.left_of(Money.of("3000.00"), Money.of("2100.00")) == Money.of("900.00")
    assert rules.left_of(Money.of("3000.00"), Money.of("3100.00")) == Money.of("0.00")


def test_under_insurance_pays_the_share_of_the_sum_insured_in_the_value() -> None:
    terms = CoverTerms(sum_insured=Money.of("4000.00"), value=Money.of("5000.00"))
    assert rules.payable([BillLine("Repair", Money.of("1700.00"))], terms).payable == Money.of("1360.00")


def test_a_loss_above_the_value_pays_the_value_only() -> None:
    terms = CoverTerms(sum_insured=Money.of("6000.00"), value=Money.of("5000.00"))
    assert rules.payable([BillLine("Repair", Money.of("5400.00"))], terms).payable == Money.of("5000.00")


def test_the_deductible_is_the_higher_of_amount_and_share() -> None:
    terms = CoverTerms(Money.of("9000.00"), deductible=Money.of("200.00"), deductible_rate=Decimal("0.2"))
    assert rules.payable([BillLine("Repair", Money.of("900.00"))], terms).payable == Money.of("700.00")
    assert rules.payable([BillLine("Repair", Money.of("2000.00"))], terms).payable == Money.of("1600.00")


def test_the_order_of_the_rules_is_a_setting_of_the_product() -> None:
    order = (PayableRule.COINSURANCE, PayableRule.DEDUCTIBLE, PayableRule.CLAIM_LIMIT)
    terms = CoverTerms(Money.of("9000.00"), deductible=Money.of("200.00"), coinsurance_rate=Decimal("0.1"), order=order)
    assert rules.payable([BillLine("Repair", Money.of("1700.00"))], terms).payable == Money.of("1330.00")


def test_the_payable_amount_is_rounded_once_at_its_end() -> None:
    terms = CoverTerms(
        Money.of("1.00"), value=Money.of("3.00"), coinsurance_rate=Decimal("0.5"), order=rules.DEFAULT_ORDER
    )
    assert rules.payable([BillLine("Repair", Money.of("0.05"))], terms).payable == Money.of("0.01")


@given(bill=AMOUNTS, insured=AMOUNTS, value=AMOUNTS, fixed=AMOUNTS, rate=RATES, limit=AMOUNTS, left=AMOUNTS)
def test_the_payable_amount_never_exceeds_bill_value_or_any_limit(  # noqa: PLR0917 - drawn by name
    bill: Money, insured: Money, value: Money, fixed: Money, rate: Decimal, limit: Money, left: Money
) -> None:
    terms = CoverTerms(insured, value, fixed, rate, rate, limit, left)
    found = rules.payable([BillLine("Repair", bill)], terms)
    assert Money(0) <= found.payable <= min(bill, value, limit, left, key=lambda money: money.minor)
    amounts = [found.billed.amount, *(step.after for step in found.steps)]
    assert amounts == sorted(amounts, reverse=True)


@given(bills=st.lists(st.tuples(AMOUNTS, st.booleans()), min_size=1, max_size=8))
def test_lines_that_are_not_covered_pay_nothing(bills: list[tuple[Money, bool]]) -> None:
    lines = [BillLine("Line", bill, None if covered else DeclineCode.COSMETIC) for bill, covered in bills]
    covered = sum(bill.minor for bill, is_covered in bills if is_covered)
    assert rules.payable(lines, CoverTerms(Money(10**12))).payable == Money(covered)


def test_a_device_is_worth_its_price_less_a_rate_for_each_month() -> None:
    price, rate, floor = Money.of("5999.00"), Decimal("0.015"), Decimal("0.3")
    assert rules.actual_value(price, 14, rate, floor) == Money.of("4739.21")
    assert rules.actual_value(price, 60, rate, floor) == Money.of("1799.70")


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2026, 1, 31), date(2026, 2, 28), 0),
        (date(2026, 1, 15), date(2027, 3, 15), 14),
        (date(2026, 1, 15), date(2026, 1, 14), 0),
    ],
)
def test_months_are_counted_whole(start: date, end: date, months: int) -> None:
    assert rules.months_between(start, end) == months


def test_the_case_reserve_is_what_is_expected_less_what_was_paid() -> None:
    assert rules.case_reserve(Money.of("1500.00"), Money.of("600.00")) == Money.of("900.00")
    assert rules.case_reserve(Money.of("500.00"), Money.of("600.00")) == Money.of("0.00")


@given(parts=st.lists(AMOUNTS, min_size=2, max_size=6))
def test_splitting_a_loss_brings_the_last_part_to_the_whole_of_it(parts: list[Money]) -> None:
    before = Money(sum(part.minor for part in parts[:-1]))
    assert rules.counts_toward_authority(parts[-1], before).minor == sum(part.minor for part in parts)


def test_the_clock_stands_still_while_the_customer_gathers_papers() -> None:
    received = datetime(2026, 11, 1, 9, tzinfo=INSURER_ZONE)
    delivered = datetime(2026, 11, 6, 10, tzinfo=INSURER_ZONE)
    complete = datetime(2026, 11, 13, 16, tzinfo=INSURER_ZONE)
    due = rules.due(received, latest([limit for limit in LIMITS if limit.name == ClaimLimit.DECISION], date.max).days)
    assert due == datetime(2026, 12, 1, 9, tzinfo=INSURER_ZONE)
    assert rules.due_after_pause(due, delivered, complete) == datetime(2026, 12, 8, 15, tzinfo=INSURER_ZONE)


def test_a_pause_never_brings_a_limit_forward() -> None:
    due = datetime(2026, 12, 1, 9, tzinfo=UTC)
    assert rules.due_after_pause(due, due, due - timedelta(days=1)) == due


def test_the_limit_that_began_last_is_in_force() -> None:
    limits = [DatedLimit("x", 30, date(2020, 1, 1), "old text"), DatedLimit("x", 20, date(2026, 1, 1), "new text")]
    assert latest(limits, date(2025, 12, 31)).days == 30
    assert latest(limits, date(2026, 1, 1)).days == 20
    with pytest.raises(LookupError):
        latest(limits, date(2019, 12, 31))


@pytest.mark.parametrize(
    ("loss_on", "reason"),
    [
        (date(2026, 1, 14), DeclineCode.MANUFACTURER_WARRANTY),
        (date(2026, 1, 20), DeclineCode.NOT_IN_FORCE),
        (date(2026, 2, 1), DeclineCode.WAITING_PERIOD),
        (date(2026, 3, 2), DeclineCode.WAITING_PERIOD),
        (date(2026, 3, 3), None),
        (date(2027, 1, 31), None),
        (date(2027, 2, 1), DeclineCode.NOT_IN_FORCE),
    ],
)
def test_a_loss_is_covered_from_the_end_of_the_waiting_period_to_the_day_before_the_end(
    loss_on: date, reason: DeclineCode | None
) -> None:
    period = CoverPeriod(date(2026, 2, 1), date(2027, 2, 1), date(2026, 3, 3), date(2026, 1, 15))
    assert rules.gap(loss_on, period, 1) is reason


@pytest.mark.parametrize(
    ("loss_on", "is_covered"),
    [
        (date(2026, 3, 31), True), (date(2026, 4, 1), False), (date(2026, 4, 9), False), (date(2026, 4, 10), True),
        (date(2026, 6, 30), True), (date(2026, 7, 1), False), (date(2027, 1, 31), False),
    ],
)  # fmt: skip
def test_a_loss_in_a_lapse_is_not_covered_and_one_before_or_after_it_is(loss_on: date, is_covered: bool) -> None:
    lapses = ((date(2026, 4, 1), date(2026, 4, 10)), (date(2026, 7, 1), None))
    period = CoverPeriod(date(2026, 2, 1), date(2027, 2, 1), lapses=lapses)
    assert rules.gap(loss_on, period, None) is (None if is_covered else DeclineCode.NOT_IN_FORCE)


def test_a_peril_that_is_not_insured_and_a_used_up_number_of_claims_are_not_covered() -> None:
    period = CoverPeriod(date(2026, 2, 1), date(2027, 2, 1))
    assert rules.gap(date(2026, 5, 1), None, None) is DeclineCode.PERIL_NOT_COVERED
    assert rules.gap(date(2026, 5, 1), period, 0) is DeclineCode.LIMIT_EXHAUSTED
    assert rules.gap(date(2026, 5, 1), period, None) is None


@pytest.mark.parametrize(
    ("start", "loss_on", "year"),
    [
        (date(2026, 2, 1), date(2026, 2, 1), (date(2026, 2, 1), date(2027, 2, 1))),
        (date(2026, 2, 1), date(2027, 1, 31), (date(2026, 2, 1), date(2027, 2, 1))),
        (date(2026, 2, 1), date(2027, 2, 1), (date(2027, 2, 1), date(2028, 2, 1))),
        (date(2024, 2, 29), date(2025, 2, 28), (date(2025, 2, 28), date(2026, 2, 28))),
        (date(2024, 2, 29), date(2025, 3, 1), (date(2025, 2, 28), date(2026, 2, 28))),
    ],
)
def test_years_of_cover_are_counted_from_the_first_day(start: date, loss_on: date, year: tuple[date, date]) -> None:
    assert rules.cover_year(loss_on, start) == year


@given(start=st.dates(date(2000, 1, 1), date(2040, 1, 1)), days=st.integers(-4000, 4000))
def test_every_day_lies_in_its_year_of_cover(start: date, days: int) -> None:
    loss_on = start + timedelta(days=days)
    first, end = rules.cover_year(loss_on, start)
    assert first <= loss_on < end


def test_what_a_third_party_paid_makes_the_loss_less_and_what_was_given_up_is_not_paid() -> None:
    terms = CoverTerms(Money.of("5000.00"), deductible=Money.of("200.00"), claim_limit=Money.of("1200.00"))
    third_party = ThirdParty(paid=Money.of("300.00"), waived=Money.of("100.00"))
    found = rules.payable([BillLine("Repair", Money.of("1900.00"))], terms, third_party)
    assert [(step.rule, step.after) for step in found.steps] == [
        (PayableRule.THIRD_PARTY_PAID, Decimal(1600)),
        (PayableRule.DEDUCTIBLE, Decimal(1400)),
        (PayableRule.CLAIM_LIMIT, Decimal(1200)),
        (PayableRule.RIGHTS_WAIVED, Decimal(1100)),
    ]
    assert found.payable == Money.of("1100.00")


@given(st.integers(1, 10**9), st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_third_party_never_makes_the_insurer_pay_more_nor_less_than_nothing(bill: int, paid: int, gone: int) -> None:
    terms = CoverTerms(Money(10**12), deductible=Money.of("200.00"))
    lines = [BillLine("Repair", Money(bill))]
    plain = rules.payable(lines, terms).payable
    found = rules.payable(lines, terms, ThirdParty(Money(paid), Money(gone))).payable
    assert 0 <= found.minor <= plain.minor
    assert found.minor <= max(0, bill - paid - gone)
