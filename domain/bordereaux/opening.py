"""Opening bordereaux: one that finance asks for, and on the first of a month those of all partners."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from domain.audit.entries import record
from domain.bordereaux import rules
from domain.bordereaux.kinds import B, Kind, span_of
from domain.bordereaux.locks import move
from domain.bordereaux.terms import BordereauAction, BordereauState
from domain.jobs.queue import enqueue
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import Run, fetch, next_number, take_turns, transaction
from domain.kernel.ids import new_id
from domain.kernel.money import Currency
from domain.kernel.refusals import AlreadyExists, Forbidden, Invalid
from domain.kernel.rows import add_all, get_visible
from domain.partners.models import Partner
from domain.partners.reading import PARTNER

BATCH = 100
"""Partners whose bordereaux one transaction opens."""
MONTH = ("input", "month")
FIRST_MONTH = date(2000, 1, 1)
"""Nothing was insured before."""
# A partner that has nothing to tell has one without lines, in the currency of the house; one that was suspended
# meanwhile has those of what it has.
_MISSING = """
SELECT partner.id AS partner_id, partner.active, moved.currency FROM partner
LEFT JOIN LATERAL (%s) AS moved ON true
WHERE partner.id IN (SELECT id FROM partner WHERE id > $1::uuid ORDER BY id LIMIT $4::int)
ORDER BY partner.id, moved.currency
"""


async def generate(kind: Kind[B], partner_id: UUID, *, month: date, currency: Currency, actor: Actor) -> B:
    """Opens the bordereau of a partner for a month that is over, and has its lines written by a job.

    One whose totals are not the ledger's is opened again. `month` is its first day.

    Raises: Forbidden; NotFound for the partner; Invalid for another day than the first of a month, a month that is not
    over, or one before 2000; AlreadyExists while there is one that was not rejected.
    """
    if not actor.has(Role.FINANCE):
        raise Forbidden(permission=kind.lifecycle.permission(BordereauAction.GENERATE))
    async with transaction():
        partner = await get_visible(Partner, PARTNER, partner_id, actor)
        _check(month)
        await take_turns(_key(kind, partner.id, month, currency))
        found = await _unrejected(kind, partner.id, month, currency)
        if found is None:
            return await _open(kind, partner.id, month, currency, actor)
        if found.state is not BordereauState.GENERATED:
            raise AlreadyExists(f"{kind.title} of this month", path=MONTH)
        return await _reopen(kind, found, actor)


def _check(month: date) -> None:
    if month.day != 1:
        raise Invalid("month_first_day", path=MONTH)
    if month < FIRST_MONTH:
        raise Invalid("min", FIRST_MONTH.isoformat(), path=MONTH)
    if month > (last := rules.last_month(clock.today())):
        raise Invalid("max", last.isoformat(), path=MONTH)


async def open_month(
    kind: Kind[B], month: date, *, actor: Actor, run: Run | None = None, batch: int = BATCH
) -> int:
    """Opens the bordereaux of a month for every active partner that has none; how many were opened.

    What was opened is found the next time, so that a second run, or one after a crash, opens only what is left; one
    that was rejected is opened again by finance alone.
    """
    opened, last = 0, UUID(int=0)
    while True:
        async with transaction(run):
            rows = await fetch(_MISSING % kind.moved, last, *span_of(month), batch)
            opened += await _open_all(kind, month, rows, actor)
        if run is not None:
            await run.report(opened, None, "bordereaux", f"{kind.name.upper()}X_OPENED")
        if not rows:
            break
        last = UUID(str(rows[-1]["partner_id"]))
    async with transaction(run, finishing=True):
        return opened


async def _open_all(kind: Kind[B], month: date, rows: Iterable[dict[str, Any]], actor: Actor) -> int:
    wanted = [
        (UUID(str(row["partner_id"])), Currency(row["currency"] or Currency.CNY))
        for row in rows
        if row["active"] or row["currency"]
    ]
    await take_turns(*(_key(kind, partner_id, month, currency) for partner_id, currency in wanted))
    known = {
        (each.partner_id, each.currency)
        for each in await kind.model.filter(month=month, partner_id__in=[partner_id for partner_id, _ in wanted])
    }
    missing = [each for each in wanted if each not in known]
    for partner_id, currency in missing:
        await _open(kind, partner_id, month, currency, actor)
    return len(missing)


def _key(kind: Kind[B], partner_id: UUID, month: date, currency: Currency) -> str:
    return f"{kind.name}:{partner_id}:{month}:{currency}"


async def _unrejected(kind: Kind[B], partner_id: UUID, month: date, currency: Currency) -> B | None:
    rows = kind.model.filter(partner_id=partner_id, month=month, currency=currency).exclude(
        state=BordereauState.REJECTED
    )
    return await rows.select_for_update(no_key=True).first()


async def _open(kind: Kind[B], partner_id: UUID, month: date, currency: Currency, actor: Actor) -> B:
    number = await next_number(f"{kind.name}_number_seq")
    row = kind.model(
        id=new_id(),
        bordereau_number=f"{kind.letters}{clock.today():%Y}{number:07d}",
        partner_id=partner_id,
        month=month,
        currency=currency,
        state=kind.lifecycle.initial,
    )
    row.job_id = await _ask(kind, row, actor)
    await add_all([row])
    after: dict[str, object] = {
        "state": row.state, "bordereau_number": row.bordereau_number, "partner_id": partner_id, "month": month,
        "currency": currency,
    }  # fmt: skip
    await record(f"{kind.name}:open", kind.subject_of(row), actor, after=after)
    return row


async def _reopen(kind: Kind[B], row: B, actor: Actor) -> B:
    row.generated_at, row.document_id, row.line_count = None, None, 0
    row.update_from_dict(amounts := kind.amounts_of(()).columns(None))
    row.job_id = await _ask(kind, row, actor)
    await move(
        kind, row, BordereauAction.REOPEN, "generated_at", "document_id", "line_count", "job_id", *amounts, actor=actor
    )
    return row


async def _ask(kind: Kind[B], row: B, actor: Actor) -> UUID:
    """Has its lines written by a job, whose partner learns of it when it is handed over."""
    return await enqueue(kind.work(row.id), actor=actor, subject=kind.subject_of(row), unique_key=str(row.id))
