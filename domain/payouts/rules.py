"""Rules over values: how many people release an amount, and where a payout is posted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

from domain.kernel.money import Money
from domain.kernel.subject import SubjectKind
from domain.ledger.terms import Account, Line

ONE_APPROVER_UP_TO = Decimal("5000.00")  # approval steps by amount, in units of the payout's currency
TWO_APPROVERS_UP_TO = Decimal("50000.00")
COOL_DOWN = timedelta(hours=24)  # after a change of the payee's account
TOLD_WITHIN = 3
"""Working days in which a bank statement tells of a payment that went in a file."""
SAFE_TIME = timedelta(minutes=2)
"""When a request that the bank does not know can no longer arrive: well over the longest wait for its answer."""

OWED = {
    SubjectKind.CLAIM: Account.CLAIMS_PAYABLE,
    SubjectKind.REPAIR_ORDER: Account.CLAIMS_PAYABLE,
    SubjectKind.SALVAGE: Account.SALVAGE_PAYABLE,
    SubjectKind.COMMISSION_STATEMENT: Account.COMMISSION_PAYABLE,
}


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


def has_lain(opened_on: date, today: date, is_working: Callable[[date], bool]) -> bool:
    """Whether a whole working day has passed since a day, which itself does not count."""
    between = (today - opened_on).days - 1
    return any(is_working(opened_on + timedelta(days=number)) for number in range(1, between + 1))


def is_untold(sent_on: date, today: date, is_working: Callable[[date], bool]) -> bool:
    """Whether the working days have passed in which a statement tells of a payment; the day of sending is none."""
    between = (today - sent_on).days - 1
    passed = sum(is_working(sent_on + timedelta(days=number)) for number in range(1, between + 1))
    return passed >= TOLD_WITHIN


def owed_on(kind: SubjectKind) -> Account:
    """Where the insurer owes what is paid out: on claims and repairs, salvage, commission, or else premium back."""
    return OWED.get(kind, Account.REFUNDS_PAYABLE)


def granted_lines(amount: Money) -> tuple[Line, Line]:
    """The posting of a claim that was agreed, or of a repair for one: an expense, owed until it is paid."""
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
