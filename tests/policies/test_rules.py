"""The arithmetic of policies, held to the worked examples of the field."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.days import months_after
from domain.kernel.money import Currency, Money
from domain.policies import rules
from domain.policies.refusals import NotRated
from domain.policies.rules import CoverDates, Rated
from domain.products.terms import DeviceCategory, DeviceCondition

D = Decimal
NOTHING = Money(0)
amounts = st.integers(0, 10**9).map(Money)
rates = st.decimals("0.000001", "9.999999", places=6)
days = st.dates(date(2020, 1, 1), date(2035, 12, 31))


def rated(**changes: object) -> Rated:
    usual: dict[str, object] = {
        "category": DeviceCategory.PHONE, "condition": DeviceCondition.NEW, "months": 24,
        "deductible": Money.of("200.00"),
    }  # fmt: skip
    return Rated(**{**usual, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("price", "rate", "factors", "minimum", "expected"),
    [
        ("5999.00", "0.042", ["1.20", "1.75", "0.90", "1.05"], "15.00", "500.01"),
        ("999.00", "0.033", ["1.15", "0.85", "1.07"], "15.00", "34.48"),
        ("300.00", "0.02", [], "15.00", "15.00"),
        ("750.00", "0.02", [], "15.00", "15.00"),
    ],
)
def test_a_premium_is_rounded_once_and_never_below_the_minimum(
    price: str, rate: str, factors: list[str], minimum: str, expected: str
) -> None:
    found = rules.premium(Money.of(price), D(rate), map(D, factors), Money.of(minimum))
    assert found == Money.of(expected)


@given(price=amounts, rate=st.decimals("0.000001", "0.999999", places=6), factors=st.lists(rates, max_size=6))
def test_a_premium_is_the_exact_product_rounded_half_up(price: Money, rate: Decimal, factors: list[Decimal]) -> None:
    exact = Fraction(price.minor) * Fraction(rate)
    for factor in factors:
        exact *= Fraction(factor)
    assert rules.premium(price, rate, factors, NOTHING).minor == (2 * exact.numerator + exact.denominator) // (
        2 * exact.denominator
    )


@given(
    price=amounts, rate=st.decimals("0.000001", "0.999999", places=6), factors=st.lists(rates, min_size=1, max_size=4),
    minimum=amounts, data=st.data(),
)  # fmt: skip
def test_a_premium_never_falls_when_price_rate_or_a_factor_of_the_table_rises(
    price: Money, rate: Decimal, factors: list[Decimal], minimum: Money, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(factors) - 1))
    higher = [*factors]
    higher[place] += data.draw(st.decimals("0.000001", "5", places=6))
    dearer, more = price + data.draw(amounts), min(D("0.999999"), rate + data.draw(rates) / 10)
    least = rules.premium(price, rate, factors, minimum)
    assert rules.premium(price, rate, higher, minimum) >= least
    assert rules.premium(dearer, rate, factors, minimum) >= least
    assert rules.premium(price, more, factors, minimum) >= least


@given(low=rates, high=rates, price=amounts)
def test_the_table_makes_the_harder_risk_the_dearer_one(low: Decimal, high: Decimal, price: Money) -> None:
    low, high = sorted((low, high))
    table = {"category": {"WATCH": low, "PHONE": high}}
    watch, phone = [
        rules.premium(price, D("0.05"), rules.relativities(table, rated(category=each)), NOTHING)
        for each in (DeviceCategory.WATCH, DeviceCategory.PHONE)
    ]
    assert watch <= phone


def test_a_premium_in_yen_has_no_decimals() -> None:
    price = Money.of("99999", Currency.JPY)
    assert rules.premium(price, D("0.05"), [], Money(0, Currency.JPY)) == Money.of("5000", Currency.JPY)


def test_relativities_are_looked_up_by_what_is_sold() -> None:
    table = {
        "category": {"PHONE": D("1.20")}, "months": {"12": D(1), "24": D("1.75")}, "deductible": {"200": D("0.90")},
        "condition": {"NEW": D(1)},
    }  # fmt: skip
    assert rules.relativities(table, rated()) == [D("1.20"), D(1), D("0.90"), D("1.75")]
    assert rules.relativities({}, rated()) == []


def test_a_device_that_the_table_does_not_list_is_not_sold() -> None:
    with pytest.raises(NotRated) as refused:
        rules.relativities({"category": {"PHONE": D(1)}}, rated(category=DeviceCategory.WATCH))
    assert (refused.value.dimension, refused.value.key) == ("category", "WATCH")


def test_a_dimension_that_no_sale_has_is_not_passed_over() -> None:
    with pytest.raises(NotRated) as refused:
        rules.relativities({"moon_phase": {"FULL": D(2)}}, rated())
    assert refused.value.dimension == "moon_phase"


def test_a_commission_goes_back_with_the_unused_days() -> None:
    assert rules.clawback(Money.of("70.76"), 550, 731) == Money.of("53.24")


@pytest.mark.parametrize(
    ("amount", "start", "end", "on", "earned", "unearned"),
    [
        ("365.00", date(2026, 1, 1), date(2027, 1, 1), date(2026, 4, 1), "90.00", "275.00"),
        ("366.00", date(2028, 1, 1), date(2029, 1, 1), date(2028, 3, 1), "60.00", "306.00"),
        ("471.71", date(2027, 1, 15), date(2029, 1, 15), date(2026, 12, 31), "0.00", "471.71"),
        ("471.71", date(2027, 1, 15), date(2029, 1, 15), date(2027, 7, 15), "116.80", "354.91"),
        ("471.71", date(2027, 1, 15), date(2029, 1, 15), date(2031, 1, 1), "471.71", "0.00"),
    ],
)
def test_a_premium_is_earned_by_days_of_cover(
    *, amount: str, start: date, end: date, on: date, earned: str, unearned: str
) -> None:
    premium = Money.of(amount)
    assert rules.earned(premium, start, end, on) == Money.of(earned)
    assert rules.unearned(premium, start, end, on) == Money.of(unearned)


@given(amount=amounts, start=days, length=st.integers(1, 3700), first=st.integers(-50, 4000), more=st.integers(0, 400))
def test_what_is_earned_only_grows_and_never_beyond_the_premium(
    amount: Money, start: date, length: int, first: int, more: int
) -> None:
    end = start + timedelta(days=length)
    sooner = rules.earned(amount, start, end, start + timedelta(days=first))
    later = rules.earned(amount, start, end, start + timedelta(days=first + more))
    assert NOTHING <= sooner <= later <= amount


def test_where_the_risk_rises_less_is_earned_at_first() -> None:
    assert rules.unearned_rising(Money.of("500.01"), 24, 6) == Money.of("465.01")
    assert rules.unearned_rising(Money.of("500.01"), 24, 24) == NOTHING


@pytest.mark.parametrize(
    ("fee", "used", "expected"), [("0", 181, "376.20"), ("20", 181, "356.20"), ("20", 0, "480.01")]
)
def test_the_unused_days_are_given_back_less_the_fee(fee: str, used: int, expected: str) -> None:
    assert rules.refund(Money.of("500.01"), Money.of(fee), used, 731) == Money.of(expected)


@given(gross=amounts, fee=amounts, total=st.integers(1, 3700), data=st.data())
def test_a_refund_is_never_negative_and_never_more_than_was_paid(
    gross: Money, fee: Money, total: int, data: st.DataObject
) -> None:
    used = data.draw(st.integers(0, total))
    assert NOTHING <= rules.refund(gross, fee, used, total) <= gross


def test_an_endorsement_costs_the_difference_for_the_days_that_remain() -> None:
    assert rules.change_due(Money.of("480.00") - Money.of("365.00"), 92, 365) == Money.of("28.99")


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2027, 1, 15), 24, date(2029, 1, 15)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 11, 24), 1, date(2026, 12, 24)),
        (date(2026, 12, 24), 12, date(2027, 12, 24)),
    ],
)
def test_months_end_on_the_same_day_or_the_last_of_a_shorter_month(day: date, months: int, expected: date) -> None:
    assert months_after(day, months) == expected


@given(day=days, months=st.integers(1, 120))
def test_a_cover_in_months_is_as_long_as_its_months(day: date, months: int) -> None:
    assert timedelta(days=28 * months) <= months_after(day, months) - day <= timedelta(days=31 * months)


def test_accidental_damage_is_covered_from_the_later_of_purchase_and_contract_and_after_the_waiting_days() -> None:
    found = rules.cover_dates(
        purchased_on=date(2026, 11, 1), effective_on=date(2026, 11, 10), months=12, waiting_days=30
    )
    assert found == CoverDates(date(2026, 11, 10), date(2026, 12, 10), date(2027, 12, 10))
    assert found.covered_from == date(2026, 12, 10)


def test_at_the_point_of_sale_nothing_is_waited_for() -> None:
    day = date(2026, 11, 10)
    found = rules.cover_dates(purchased_on=day, effective_on=day, months=12, waiting_days=0)
    assert found == CoverDates(day, None, date(2027, 11, 10))


def test_an_extended_warranty_begins_the_day_after_the_makers_warranty_and_waits_inside_it() -> None:
    found = rules.cover_dates(
        purchased_on=date(2026, 1, 15), effective_on=date(2026, 1, 20), months=24, waiting_days=30,
        after_warranty=date(2027, 1, 15),
    )  # fmt: skip
    assert found == CoverDates(date(2027, 1, 15), None, date(2029, 1, 15))


def test_an_extended_warranty_sold_near_the_end_of_the_makers_still_waits() -> None:
    found = rules.cover_dates(
        purchased_on=date(2026, 1, 15), effective_on=date(2027, 1, 10), months=12, waiting_days=30,
        after_warranty=date(2027, 1, 15),
    )  # fmt: skip
    assert found == CoverDates(date(2027, 1, 15), date(2027, 2, 9), date(2028, 2, 9))


@given(
    purchased=days, effective=days, months=st.integers(1, 120), waiting=st.integers(0, 90),
    warranty=st.none() | days,
)  # fmt: skip
def test_no_cover_begins_before_purchase_contract_or_the_end_of_the_warranty(
    purchased: date, effective: date, months: int, waiting: int, warranty: date | None
) -> None:
    found = rules.cover_dates(
        purchased_on=purchased, effective_on=effective, months=months, waiting_days=waiting, after_warranty=warranty
    )
    assert max(purchased, effective, warranty or purchased) == found.starts_on <= found.covered_from < found.ends_on
    assert found.covered_from >= max(purchased, effective) + timedelta(days=waiting)
    assert found.ends_on == months_after(found.covered_from, months)


def test_the_day_of_issue_does_not_count_toward_the_cooling_off() -> None:
    assert rules.cooling_off_until(date(2026, 11, 10), 15) == date(2026, 11, 25)


@pytest.mark.parametrize(
    ("category", "serial", "fits"),
    [
        (DeviceCategory.PHONE, "490154203237518", True),
        (DeviceCategory.PHONE, "490154203237519", False),
        (DeviceCategory.PHONE, "F2LXK0ABCDEFGHI", True),
        (DeviceCategory.PHONE, "49015420323751", True),
        (DeviceCategory.APPLIANCE, "490154203237519", True),
    ],
)
def test_fifteen_digits_on_a_phone_are_an_imei_with_a_check_digit(
    category: DeviceCategory, serial: str, *, fits: bool
) -> None:
    assert rules.is_serial_of(category, serial) is fits


@given(st.text(max_size=60))
def test_a_serial_number_in_its_form_stays_as_it_is(text: str) -> None:
    form = rules.serial_form(text)
    if rules.is_serial(form):
        assert rules.serial_form(form) == form == rules.serial_form(f" {form[:2]}-\u200b\u2212{form[2:].lower()}\u3000")


def test_other_scripts_letters_that_look_alike_are_no_serial_number() -> None:
    assert rules.is_serial(rules.serial_form("sn/1.2_3+4#"))
    assert not rules.is_serial(rules.serial_form("SN\N{CYRILLIC CAPITAL LETTER A}1"))
    assert not rules.is_serial("")
