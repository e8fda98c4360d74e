"""Signals of fraud: what gives each of them, what they weigh, and by which standard."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel import clock
from domain.kernel.actor import Role
from domain.kernel.money import Currency, Money
from domain.kernel.refusals import AlreadyExists, Forbidden, Invalid
from domain.risk import fraud, screening
from domain.risk.fraud import FraudFacts
from domain.risk.models import FraudRule, FraudStandard
from domain.risk.terms import FraudCode, FraudMeasure
from tests.factories.insured import staff
from tests.factories.unchanged import refused, refused_together

FIRST = (
    FraudMeasure(FraudCode.LOSS_BEFORE_SALE, 60, 1), FraudMeasure(FraudCode.EARLY_LOSS, 20, 14),
    FraudMeasure(FraudCode.DEVICE_ELSEWHERE, 30, 1), FraudMeasure(FraudCode.FREQUENT_CLAIMS, 30, 3),
    FraudMeasure(FraudCode.INVOICE_REPEATED, 30, 1), FraudMeasure(FraudCode.ACCOUNT_SHARED, 30, 2),
    FraudMeasure(FraudCode.PAYEE_CHANGED, 20, 30), FraudMeasure(FraudCode.NEAR_LIMIT, 10, 95),
    FraudMeasure(FraudCode.SERIAL_MISMATCH, 30, 1), FraudMeasure(FraudCode.FILE_REPEATED, 40, 1),
    FraudMeasure(FraudCode.REPAIRER_OUTLIER, 20, 150),
)  # fmt: skip
NOTHING = FraudFacts(
    days_before_sale=-100, days_into_cover=100, policies_of_others=0, claims_in_a_year=1, invoices_elsewhere=0,
    account_sharers=0, days_since_change=None, claimed=Money.of("100.00"), limit=Money.of("3000.00"),
)  # fmt: skip


def codes(**changes: Any) -> list[str]:
    return [each.code for each in fraud.signals(replace(NOTHING, **changes), FIRST)]


@pytest.mark.parametrize(
    ("changes", "code", "evidence"),
    [
        ({"days_before_sale": 1}, FraudCode.LOSS_BEFORE_SALE, "1"),
        ({"days_into_cover": 0}, FraudCode.EARLY_LOSS, "0"),
        ({"days_into_cover": 14}, FraudCode.EARLY_LOSS, "14"),
        ({"policies_of_others": 1}, FraudCode.DEVICE_ELSEWHERE, "1"),
        ({"claims_in_a_year": 3}, FraudCode.FREQUENT_CLAIMS, "3"),
        ({"invoices_elsewhere": 2}, FraudCode.INVOICE_REPEATED, "2"),
        ({"account_sharers": 2}, FraudCode.ACCOUNT_SHARED, "2"),
        ({"days_since_change": 0}, FraudCode.PAYEE_CHANGED, "0"),
        ({"days_since_change": 30}, FraudCode.PAYEE_CHANGED, "30"),
        ({"claimed": Money.of("2850.00")}, FraudCode.NEAR_LIMIT, "95.0"),
        ({"serials_told_otherwise": 1}, FraudCode.SERIAL_MISMATCH, "1"),
        ({"claims_with_same_file": 2}, FraudCode.FILE_REPEATED, "2"),
        ({"estimate_of_median": Decimal("150.0")}, FraudCode.REPAIRER_OUTLIER, "150.0"),
    ],
)
def test_each_fact_gives_its_signal_alone_with_the_number_that_was_found(
    changes: dict[str, Any], code: FraudCode, evidence: str
) -> None:
    (found,) = fraud.signals(replace(NOTHING, **changes), FIRST)
    assert (found.code, found.evidence) == (code, evidence)


@pytest.mark.parametrize(
    "changes",
    [
        {}, {"days_before_sale": 0}, {"days_into_cover": 15}, {"days_into_cover": -1}, {"claims_in_a_year": 2},
        {"account_sharers": 1}, {"days_since_change": 31}, {"claimed": Money.of("2848.00")}, {"limit": None},
        {"limit": Money.of("0.00")}, {"estimate_of_median": Decimal("149.9")}, {"estimate_of_median": None},
    ],
)  # fmt: skip
def test_what_stays_below_its_threshold_gives_none(changes: dict[str, Any]) -> None:
    assert codes(**changes) == []


NUMBERS = st.integers(0, 400)
FACTS = st.builds(
    FraudFacts, days_before_sale=st.integers(-400, 400), days_into_cover=st.integers(-400, 400),
    policies_of_others=NUMBERS, claims_in_a_year=NUMBERS, invoices_elsewhere=NUMBERS, account_sharers=NUMBERS,
    days_since_change=st.none() | NUMBERS, claimed=st.builds(Money, st.integers(1, 10**8), st.just(Currency.CNY)),
    limit=st.none() | st.builds(Money, st.integers(0, 10**8), st.just(Currency.CNY)), serials_told_otherwise=NUMBERS,
    claims_with_same_file=NUMBERS, estimate_of_median=st.none() | st.decimals(1, 1000, places=1),
)  # fmt: skip


@given(FACTS)
def test_a_score_is_the_sum_of_its_signals_and_never_above_a_hundred(facts: FraudFacts) -> None:
    found = fraud.signals(facts, FIRST)
    assert fraud.score_of(found) == min(100, sum(each.points for each in found))
    assert len({each.code for each in found}) == len(found)


@given(FACTS, st.integers(0, 10))
def test_more_of_what_is_counted_never_weighs_less(facts: FraudFacts, more: int) -> None:
    worse = replace(
        facts,
        policies_of_others=facts.policies_of_others + more,
        claims_in_a_year=facts.claims_in_a_year + more,
        invoices_elsewhere=facts.invoices_elsewhere + more,
        account_sharers=facts.account_sharers + more,
        serials_told_otherwise=facts.serials_told_otherwise + more,
        claims_with_same_file=facts.claims_with_same_file + more,
        estimate_of_median=None if facts.estimate_of_median is None else facts.estimate_of_median + more,
    )
    assert fraud.score_of(fraud.signals(worse, FIRST)) >= fraud.score_of(fraud.signals(facts, FIRST))


async def test_another_standard_counts_from_its_day_on(database: str) -> None:
    risk, day = await staff(Role.RISK), clock.today() + timedelta(days=1)
    measures = [replace(each, points=1) for each in FIRST]
    row = await screening.set_standard(measures, refer_at=7, applies_from=day, reason="as found", actor=risk)
    assert (row.refer_at, row.set_by) == (7, risk.staff_id)
    rules = await FraudRule.filter(standard_id=row.id).order_by("id")
    assert [(each.code, each.points, each.threshold) for each in rules] == [
        (each.code, 1, each.threshold) for each in FIRST
    ]
    async with refused(AlreadyExists):
        await screening.set_standard(measures, refer_at=8, applies_from=day, reason="again", actor=risk)


async def test_the_first_standard_is_there(database: str) -> None:
    (standard,) = await FraudStandard.filter(applies_from__lte=clock.today())
    rules = await FraudRule.filter(standard_id=standard.id).order_by("id")
    assert [FraudMeasure(each.code, each.points, each.threshold) for each in rules] == list(FIRST)
    assert standard.refer_at == 50


async def test_a_standard_without_a_code_one_of_the_past_and_one_of_others_are_refused(database: str) -> None:
    risk, other = await staff(Role.RISK), await staff(Role.CLAIMS_MANAGER)
    day = clock.today() + timedelta(days=1)
    for measures in (FIRST[1:], (*FIRST, FIRST[0]), ()):
        async with refused_together() as raised:
            await screening.set_standard(measures, refer_at=50, applies_from=day, reason="x", actor=risk)
        assert raised.value.all[0].path == ("input", "measures")
    async with refused(Invalid):
        await screening.set_standard(FIRST, refer_at=50, applies_from=clock.today(), reason="x", actor=risk)
    async with refused(Forbidden):
        await screening.set_standard(FIRST, refer_at=50, applies_from=day, reason="x", actor=other)
