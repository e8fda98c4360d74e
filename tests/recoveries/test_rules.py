"""The arithmetic of recoveries, with the worked numbers of the insurer."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.claims.rules import left_of
from domain.kernel.money import Money
from domain.ledger.rules import is_balanced
from domain.ledger.terms import Account
from domain.recoveries import rules


def test_what_claims_cost_is_paid_and_reserved_less_what_came_back() -> None:
    found = rules.incurred(
        paid=Money.of("420000.00"),
        case_change=Money.of("50000.00"),
        ibnr_change=Money.of("10000.00"),
        recoveries=Money.of("10000.00"),
    )
    assert found == Money.of("470000.00")


def test_reserves_that_fell_make_claims_cost_less() -> None:
    zero = Money(0)
    found = rules.incurred(paid=Money.of("100.00"), case_change=Money.of("-40.00"), ibnr_change=zero, recoveries=zero)
    assert found == Money.of("60.00")


def test_salvage_is_the_insurer_s_whole_or_in_the_share_that_was_insured() -> None:
    assert rules.insurer_share([]) == 1
    share = rules.insurer_share([(Decimal(1700), Decimal(1360))])
    assert share == Decimal("0.8")
    assert rules.share_of(Money.of("300.00"), share) == Money.of("240.00")


@given(st.integers(1, 10**12), st.integers(0, 10**12))
def test_never_more_is_recoverable_than_was_paid(paid: int, recovered: int) -> None:
    left = left_of(Money(paid), Money(recovered))
    assert 0 <= left.minor <= paid
    assert left.minor + min(paid, recovered) == paid


@given(st.integers(1, 10**12), st.integers(0, 10**12))
def test_money_that_came_back_is_posted_in_balance(minor: int, customers: int) -> None:
    lines = rules.recovered_lines(Money(minor), Money(customers))
    assert is_balanced(lines)
    posted = {line.account: line.amount.minor for line in lines}
    assert (posted[Account.BANK], posted[Account.CLAIMS_RECOVERIES]) == (minor + customers, -minor)
    assert posted.get(Account.SALVAGE_PAYABLE, 0) == -customers
