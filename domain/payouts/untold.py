"""What people and files say happened at the bank and no bank statement tells of, although it should by now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import Run, fetch, transaction
from domain.kernel.money import Currency, Money
from domain.payouts.exceptions import open_exception
from domain.payouts.rules import is_untold
from domain.payouts.terms import ExceptionKind
from domain.service_levels.calendars import working_days

SENT = """
SELECT a.request_no, a.submitted_at AS at, p.id AS payout_id, p.amount_minor, p.currency
FROM payout_attempt a JOIN payout p ON p.id = a.payout_id
WHERE a.channel = 'FILE' AND a.state = 'SUBMITTED' AND a.submitted_at < $1::timestamptz ORDER BY a.id
"""
# Explained once, it is not asked again: the payout stays reversed, or is cancelled.
RETURNED = f"""
SELECT a.request_no, p.reversed_at AS at, p.id AS payout_id, p.amount_minor, p.currency
FROM payout p JOIN payout_attempt a ON a.payout_id = p.id AND a.attempt = p.attempt
WHERE p.state IN ('REVERSED', 'CANCELLED') AND p.reversed_at < $1::timestamptz
  AND NOT EXISTS (SELECT FROM bank_statement_entry e WHERE e.attempt_id = a.id AND e.state = 'RETURNED')
  AND NOT EXISTS (SELECT FROM payout_exception x
    WHERE x.kind = '{ExceptionKind.RETURN_NOT_IN_STATEMENT}' AND x.reference = a.request_no)
ORDER BY p.id
"""
UNTOLD = {ExceptionKind.NOT_IN_STATEMENT: SENT, ExceptionKind.RETURN_NOT_IN_STATEMENT: RETURNED}


async def name_untold(*, actor: Actor, run: Run | None = None) -> int:
    """Opens a difference for what no statement told of within its working days; how many.

    That is a payment that went in a file, and one that somebody said came back.
    """
    async with transaction(run):
        is_working = await working_days()
        return sum([await _name(kind, statement, is_working, actor) for kind, statement in UNTOLD.items()])


async def _name(kind: ExceptionKind, statement: str, is_working: Callable[[date], bool], actor: Actor) -> int:
    today = clock.today()
    rows = await fetch(statement, clock.now() - timedelta(days=1))
    late = [each for each in rows if is_untold(clock.day_of(each["at"]), today, is_working)]
    for each in late:
        await open_exception(
            kind,
            each["request_no"],
            payout_id=UUID(str(each["payout_id"])),
            ours=str(Money(each["amount_minor"], Currency(each["currency"]))),
            theirs="no statement",
            actor=actor,
        )
    return len(late)
