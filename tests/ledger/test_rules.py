"""The rule of double entry over any amounts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.money import Currency, Money
from domain.ledger.rules import is_balanced
from domain.ledger.terms import Account, Line

MINORS = st.lists(st.integers(-(10**12), 10**12).filter(bool), min_size=1, max_size=8)


def lines_of(minors: list[int], currency: Currency = Currency.CNY) -> list[Line]:
    return [Line(Account.SUSPENSE, Money(minor, currency)) for minor in minors]


@given(MINORS)
def test_amounts_balance_exactly_with_their_opposite(minors: list[int]) -> None:
    total = sum(minors)
    assert is_balanced(lines_of(minors)) is (total == 0)
    if total:
        assert is_balanced([*lines_of(minors), Line(Account.BANK, Money(-total))])


@given(MINORS)
def test_another_currency_balances_nothing(minors: list[int]) -> None:
    opposite = [-minor for minor in minors]
    assert is_balanced([*lines_of(minors), *lines_of(opposite)])
    across = [*lines_of(minors), *lines_of(opposite, Currency.USD)]
    assert is_balanced(across) is (sum(minors) == 0)


def test_nothing_and_empty_lines_are_no_posting() -> None:
    assert not is_balanced([])
    assert not is_balanced(lines_of([0, 0]))
