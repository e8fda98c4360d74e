"""Rules of payouts over values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.money import Currency, Money
from domain.kernel.subject import SubjectKind
from domain.ledger.rules import is_balanced
from domain.ledger.terms import Account
from domain.payouts import rules


@pytest.mark.parametrize(("amount", "needed"), [
    ("0.01", 1), ("5000.00", 1), ("5000.01", 2), ("50000.00", 2), ("50000.01", 3), ("9999999.00", 3),
])  # fmt: skip
def test_the_amount_says_how_many_people_release_it(amount: str, needed: int) -> None:
    assert rules.approvers_needed(Money.of(amount)) == needed


@given(st.integers(1, 10**12), st.sampled_from(Currency), st.sampled_from(SubjectKind))
def test_every_posting_of_a_payout_balances_and_a_reversal_undoes_its_settlement(
    minor: int, currency: Currency, kind: SubjectKind
) -> None:
    amount = Money(minor, currency)
    settled, undone = rules.settled_lines(kind, amount), rules.reversed_lines(kind, amount)
    assert is_balanced(settled)
    assert is_balanced(undone)
    assert is_balanced(rules.granted_lines(amount))
    sums = dict.fromkeys(Account, 0)
    for line in (*settled, *undone):
        sums[line.account] += line.amount.minor
    assert not any(sums.values())


def test_a_claim_is_paid_from_what_is_owed_on_claims_and_a_refund_from_refunds() -> None:
    assert rules.settled_lines(SubjectKind.CLAIM, Money(1))[0].account is Account.CLAIMS_PAYABLE
    assert rules.settled_lines(SubjectKind.POLICY, Money(1))[0].account is Account.REFUNDS_PAYABLE


def test_a_changed_account_cools_down_for_a_day() -> None:
    changed = datetime(2026, 11, 1, 9, tzinfo=UTC)
    assert rules.cooled_at(changed) == datetime(2026, 11, 2, 9, tzinfo=UTC)
    assert rules.cooled_at(None) is None


@given(st.integers(0, 10**6))
def test_the_bank_is_asked_more_seldom_the_older_the_question(seconds: int) -> None:
    age = timedelta(seconds=seconds)
    pause = rules.next_look(age)
    assert timedelta(seconds=2) <= pause <= timedelta(minutes=5)
    assert pause <= rules.next_look(age + timedelta(seconds=1))
