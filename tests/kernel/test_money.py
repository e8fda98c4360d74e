"""Money is exact: whole minor units, one currency, one rounding."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain.kernel.money import Currency, Money, share, spread

MINORS = some.integers(-(10**15), 10**15)
CURRENCIES = some.sampled_from(Currency)
DECIMALS = some.decimals(min_value=-(10**12), max_value=10**12, allow_nan=False, allow_infinity=False, places=6)


@given(MINORS, CURRENCIES)
def test_an_amount_comes_back_as_it_was(minor: int, currency: Currency) -> None:
    money = Money(minor, currency)
    assert Money.of(money.amount, currency) == money
    assert Money.of(f"{money.amount:f}", currency) == money
    assert -money.amount.as_tuple().exponent == currency.scale  # type: ignore[operator]  # always finite


@given(MINORS, MINORS, MINORS, CURRENCIES)
def test_sums_are_exact_in_any_order(a: int, b: int, c: int, currency: Currency) -> None:
    one, two, three = (Money(each, currency) for each in (a, b, c))
    assert (one + two) + three == three + (two + one) == Money(a + b + c, currency)
    assert one - two == -(two - one)
    assert (one < two) == (a < b)
    assert (one <= two) == (a <= b)
    assert (one > two) == (a > b)
    assert (one >= two) == (a >= b)


@given(DECIMALS, CURRENCIES)
def test_a_computed_amount_is_rounded_once_and_halves_go_away_from_zero(amount: Decimal, currency: Currency) -> None:
    money = Money.rounded(amount, currency)
    assert abs(money.amount - amount) * 2 <= Decimal(1).scaleb(-currency.scale)
    assert money.amount == amount.quantize(Decimal(1).scaleb(-currency.scale), ROUND_HALF_UP)
    assert Money.rounded(-amount, currency) == -money


@pytest.mark.parametrize(
    ("amount", "minor"), [("1.005", 101), ("1.004999", 100), ("-1.005", -101), ("0.005", 1), ("-0.004", 0)]
)
def test_halves_are_not_rounded_to_even(amount: str, minor: int) -> None:
    assert Money.rounded(Decimal(amount)).minor == minor


def test_yen_have_no_decimals() -> None:
    assert Money.of("12", Currency.JPY).minor == 12
    assert Money.rounded(Decimal("0.5"), Currency.JPY).minor == 1
    with pytest.raises(ValueError, match="0 decimals"):
        Money.of("12.5", Currency.JPY)


@pytest.mark.parametrize("amount", ["1.005", "0.001", "NaN", "Infinity", "-Infinity", "1e-3"])
def test_an_amount_finer_than_its_currency_is_no_money(amount: str) -> None:
    with pytest.raises(ValueError, match="2 decimals"):
        Money.of(amount)


@pytest.mark.parametrize("minor", [1.0, True, "1", Decimal(1), None])
def test_only_a_whole_number_of_minor_units_is_money(minor: Any) -> None:
    with pytest.raises(TypeError):
        Money(minor)


@given(MINORS, MINORS)
def test_currencies_do_not_mix(a: int, b: int) -> None:
    yuan, dollars = Money(a, Currency.CNY), Money(b, Currency.USD)
    for mixed in (lambda: yuan + dollars, lambda: yuan - dollars, lambda: yuan < dollars, lambda: yuan >= dollars):
        with pytest.raises(ValueError, match="is not"):
            mixed()
    assert yuan != dollars


@given(MINORS, some.integers(1, 400), CURRENCIES)
def test_instalments_add_up_and_differ_by_one_minor_unit_at_most(minor: int, count: int, currency: Currency) -> None:
    parts = spread(Money(minor, currency), count)
    assert len(parts) == count
    assert sum(each.minor for each in parts) == minor
    assert max(each.minor for each in parts) - min(each.minor for each in parts) <= 1
    assert parts == sorted(parts, key=lambda each: each.minor, reverse=True)


@given(some.integers(0, 10**12), some.integers(1, 4000), some.data())
def test_a_share_is_within_the_whole(minor: int, whole: int, data: some.DataObject) -> None:
    part = data.draw(some.integers(0, whole))
    money = Money(minor)
    taken = share(money, part, whole)
    assert Money(0) <= taken <= money
    assert abs(taken.minor * whole - minor * part) * 2 <= whole
    assert share(money, whole, whole) == money
    assert share(money, 0, whole) == Money(0)


def test_money_is_written_with_its_currency() -> None:
    assert str(Money(-5)) == "-0.05 CNY"
    assert str(Money(5, Currency.JPY)) == "5 JPY"
