"""Rules over values: how many people release an amount, and where a payout is posted."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from domain.kernel.money import Money
from domain.kernel.subject import SubjectKind
from domain.ledger.terms import Account, Line

ONE_APPROVER_UP_TO = Decimal("5000.00")  # approval steps by amount, in units of the payout's currency
TWO_APPROVERS_UP_TO = Decimal("50000.00")
COOL_DOWN = timedelta(hours=24)  # after a change of the payee's account
SAFE_TIME = timedelta(minutes=2)
"""When a request that the bank does not know can no longer arrive: well over the longest wait for its answer."""

OWED = {SubjectKind.CLAIM: Account.CLAIMS_PAYABLE}


def approvers_needed(amount: Money) -> int:
    """How many different people release an amount: one, two, or three.

    Source: segregation of duties, payments: up to 5,000 one, up to 50,000 two, above that three.
    """
    if amount.amount <= ONE_APPROVER_UP_TO:
        return 1
    return 2 if amount.amount <= TWO_APPROVERS_UP_TO else 3


def cooled_at(changed_at: datetime | None) -> datetime | None:
    """When money may go to an account that was changed at an instant; None when it never was."""
    return None if changed_at is None else changed_at + COOL_DOWN


def owed_on(kind: SubjectKind) -> Account:
    """The account on which the insurer owes what is paid out: claims, or else premium to be given back."""
    return OWED.get(kind, Account.REFUNDS_PAYABLE)


def granted_lines(amount: Money) -> tuple[Line, Line]:
    """The posting of a claim that was agreed: an expense, owed until it is paid."""
    return Line(Account.CLAIMS_EXPENSE, amount), Line(Account.CLAIMS_PAYABLE, -amount)


def settled_lines(kind: SubjectKind, amount: Money) -> tuple[Line, Line]:
    """The posting of a settled payout: no longer owed, gone from the bank."""
    return Line(owed_on(kind), amount), Line(Account.BANK, -amount)


def reversed_lines(kind: SubjectKind, amount: Money) -> tuple[Line, Line]:
    """The posting of a payment that came back: the opposite of its settlement."""
    return Line(Account.BANK, amount), Line(owed_on(kind), -amount)


def next_look(age: timedelta) -> timedelta:
    """The pause before the bank is asked again, longer with the age of the question, from 2 seconds to 5 minutes."""
    return min(timedelta(minutes=5), max(timedelta(seconds=2), age / 4))
