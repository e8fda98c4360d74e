"""Payments that went in a file and of which no bank statement tells, although it should by now."""

from __future__ import annotations

from datetime import timedelta
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
SELECT a.request_no, a.submitted_at, p.id AS payout_id, p.amount_minor, p.currency
FROM payout_attempt a JOIN payout p ON p.id = a.payout_id
WHERE a.channel = 'FILE' AND a.state = 'SUBMITTED' AND a.submitted_at < $1::timestamptz ORDER BY a.id
"""


async def name_untold(*, actor: Actor, run: Run | None = None) -> int:
    """Opens a difference for each payment by file that no statement told of within its working days; how many."""
    async with transaction(run):
        is_working, today = await working_days(), clock.today()
        rows = await fetch(SENT, clock.now() - timedelta(days=1))
        late = [each for each in rows if is_untold(clock.day_of(each["submitted_at"]), today, is_working)]
        for each in late:
            await open_exception(
                ExceptionKind.NOT_IN_STATEMENT,
                each["request_no"],
                payout_id=UUID(str(each["payout_id"])),
                ours=str(Money(each["amount_minor"], Currency(each["currency"]))),
                theirs="no statement",
                actor=actor,
            )
    return len(late)
