"""Closing the months of commission: what the ledger says a partner earned, once for each month and in their order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from domain.audit.entries import record
from domain.commissions.lifecycle import STATEMENT_LIFECYCLE
from domain.commissions.models import CommissionStatement
from domain.commissions.terms import StatementAction, StatementState
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import Run, fetch, fetch_one, take_turns, transaction
from domain.kernel.days import months_after
from domain.kernel.ids import new_id
from domain.kernel.money import Currency
from domain.kernel.rows import add_all, save_changes
from domain.kernel.subject import Subject, SubjectKind

# Commission is posted for the policy or invoice that earned it; what is paid is posted for payouts, and not counted.
EARNED = """
SELECT coalesce(p.partner_id, i.partner_id) AS partner_id, l.currency, -sum(l.amount_minor)::bigint AS minor
FROM ledger_line l JOIN ledger_transaction t ON t.id = l.transaction_id
LEFT JOIN policy p ON t.subject_kind = 'POLICY' AND p.id = t.subject_id
LEFT JOIN invoice i ON t.subject_kind = 'INVOICE' AND i.id = t.subject_id
WHERE l.account = 'COMMISSION_PAYABLE' AND t.posted_at >= $1::timestamptz AND t.posted_at < $2::timestamptz
  AND coalesce(p.partner_id, i.partner_id) IS NOT NULL
GROUP BY 1, 2 ORDER BY 1, 2
"""
# The statement before has what is still to be earned again.
CARRIED = """
SELECT DISTINCT ON (partner_id, currency) partner_id, currency, payable_minor FROM commission_statement
WHERE month < $1::date AND state <> 'ACCRUING' ORDER BY partner_id, currency, month DESC
"""
FIRST = """
SELECT (SELECT max(month) FROM commission_statement WHERE state <> 'ACCRUING') AS closed,
  (SELECT min(t.posted_at) FROM ledger_line l JOIN ledger_transaction t ON t.id = l.transaction_id
   WHERE l.account = 'COMMISSION_PAYABLE') AS earned
"""
Key = tuple[UUID, Currency]


async def close_months(*, actor: Actor, run: Run | None = None) -> int:
    """Closes every month that is over and was not closed, the oldest first; how many statements were closed.

    Each month is closed in a commit of its own, and only once whoever does it: a second closer finds it done. A month
    is over for the ledger when it is for the insurer's zone; the job runs hours later, when nothing is under way any
    more that was posted in it.
    """
    closed, this_month = 0, clock.today().replace(day=1)
    month = await _first_open()
    while month is not None and month < this_month:
        async with transaction(run):
            closed += await _close(month, actor)
        month = months_after(month, 1)
    async with transaction(run, finishing=True):
        return closed


async def _first_open() -> date | None:
    """The first month that was not closed; None when nothing was ever earned."""
    async with transaction():
        found = await fetch_one(FIRST)
    if found is None or found["earned"] is None:
        return None
    if found["closed"] is not None:
        return months_after(found["closed"], 1)
    return clock.day_of(found["earned"]).replace(day=1)


async def _close(month: date, actor: Actor) -> int:
    """Closes one month for everybody: who earned something, and whose statement runs."""
    await take_turns("commission:close")
    following = months_after(month, 1)
    earned = _by_partner(await fetch(EARNED, clock.start_of(month), clock.start_of(following)), "minor")
    carried = _by_partner(await fetch(CARRIED, month), "payable_minor")
    rows = {(each.partner_id, each.currency): each for each in await CommissionStatement.filter(month=month)}
    missing = [_new(key, month) for key in earned if key not in rows]
    await add_all(missing)
    rows |= {(each.partner_id, each.currency): each for each in missing}
    due = [row for row in rows.values() if row.state is StatementState.ACCRUING]
    for row in due:
        key = (row.partner_id, row.currency)
        await _add_up(row, earned.get(key, 0), min(0, carried.get(key, 0)), actor)
    running = {(each.partner_id, each.currency) for each in await CommissionStatement.filter(month=following)}
    await add_all([_new(key, following) for key in sorted(rows) if key not in running])
    return len(due)


def _by_partner(rows: list[dict[str, object]], column: str) -> Mapping[Key, int]:
    return {(UUID(str(row["partner_id"])), Currency(str(row["currency"]))): int(str(row[column])) for row in rows}


def _new(key: Key, month: date) -> CommissionStatement:
    partner_id, currency = key
    return CommissionStatement(
        id=new_id(), partner_id=partner_id, month=month, currency=currency, state=STATEMENT_LIFECYCLE.initial
    )


async def _add_up(row: CommissionStatement, earned: int, carried: int, actor: Actor) -> None:
    row.state = STATEMENT_LIFECYCLE.step(row.state, StatementAction.CLOSE, actor)
    row.accrued_minor, row.carried_minor, row.payable_minor = earned, carried, earned + carried
    row.closed_at = clock.now()
    await save_changes(row, "state", "accrued_minor", "carried_minor", "payable_minor", "closed_at")
    await record(
        "commission_statement:close",
        Subject(SubjectKind.COMMISSION_STATEMENT, row.id),
        actor,
        after={"state": row.state, "accrued_minor": earned, "carried_minor": carried, "month": row.month},
    )
