"""Sells the rows of a file piece by piece, each once however often a worker dies, and tells what became of them.

A row and what became of it stand in one commit, so an attempt takes up only what no earlier one has settled.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from domain.audit.entries import record
from domain.documents.keeping import Store
from domain.documents.making import CSV, Edition, Stored, keep, put_file
from domain.documents.tables import Cell, Table
from domain.documents.terms import PaperKind
from domain.jobs.deaths import count_deaths
from domain.jobs.queue import enqueue
from domain.jobs.refusals import Fenced
from domain.jobs.retry_table import TRANSIENT
from domain.jobs.terms import Outcome
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import OutcomeUnknown, Run, fetch, transaction
from domain.kernel.rows import lock_row, save_changes
from domain.kernel.sealing import unseal
from domain.kernel.subject import Scope, Subject, SubjectKind
from domain.partners.models import Partner
from domain.policies.batches import keep_rows, registration_subject
from domain.policies.cutting import rows_of
from domain.policies.jobs import RegisterPart
from domain.policies.lifecycle import REGISTRATION_LIFECYCLE
from domain.policies.many import sell_all
from domain.policies.models import Registration, RegistrationPart, RegistrationRow
from domain.policies.offers import Offer, refusing
from domain.policies.refusals import RowFailed
from domain.policies.sheets import read_offer
from domain.policies.terms import RegistrationAction, RowOutcome
from domain.policies.uploading import PLACE

log = logging.getLogger("aftercare.policies")

BATCH = 100
"""Rows that one transaction sells: few enough that a worker's other jobs and its heart get their turn."""
PAUSE = timedelta(seconds=2)
"""Until somebody looks again how far the pieces are."""
PAGE = 5_000
FIRST = 1
ONE_BY_ONE = 1
"""After so many deaths over a piece its rows are sold each by itself; after more the rest of them is refused."""
NOT_ITS_FAULT = (Fenced, OutcomeUnknown, *TRANSIENT)
"""What says nothing of the row that was being sold."""
NOTHING = Offer("", None, None, None)
"""What is known of a row that was not read."""
HEADER = ("line", "external_ref", "status", "policy_number", "code", "message")
ROWS = """
SELECT r.line, r.external_ref, r.outcome, p.policy_number, r.faults
FROM registration_row r LEFT JOIN policy p ON p.id = r.policy_id
WHERE r.registration_id = $1::uuid AND r.line > $2::int ORDER BY r.line LIMIT $3::int
"""
COUNTS = "SELECT outcome, count(*) AS many FROM registration_row WHERE registration_id = $1::uuid GROUP BY outcome"


async def register_part(
    part_id: UUID, *, deaths: int = 0, store: Store, actor: Actor, run: Run | None = None
) -> None:
    """Sells the rows of one piece that were not settled before.

    Where a job died over the piece, `deaths` of them, each row is sold by itself, and one that fails for a reason
    nobody foresaw is refused; where that did not help either, all that is left is. So every file comes to its end.

    Raises: NotStored, StoreUnavailable.
    """
    async with transaction(run):
        part = await RegistrationPart.get(id=part_id)
        registration = await Registration.get(id=part.registration_id)
        partner = await Partner.get(id=registration.partner_id)
        settled = await _settled(part)
    if deaths > ONE_BY_ONE:
        left = [line for line in range(part.first_line, part.first_line + part.row_count) if line not in settled]
        await _refuse(left[: part.row_count - len(settled)], registration, run)
    else:
        offers = await _offers(part, registration, store)
        waiting = [(line, offer) for line, offer in offers if line not in settled]
        size = 1 if deaths else BATCH
        for begin in range(0, len(waiting), size):
            await _sell(waiting[begin : begin + size], registration, partner, actor=actor, run=run)
    async with transaction(run, finishing=True) as tx:
        tx.made = registration_subject(registration.id)
        await RegistrationPart.filter(id=part.id).update(finished_at=clock.now())


async def _settled(part: RegistrationPart) -> set[int]:
    """The lines of a piece that were settled before: they lie before those of the next one."""
    following = await RegistrationPart.get_or_none(registration_id=part.registration_id, position=part.position + 1)
    rows = RegistrationRow.filter(registration_id=part.registration_id, line__gte=part.first_line)
    if following is not None:
        rows = rows.filter(line__lt=following.first_line)
    return {int(line) for (line,) in await rows.values_list("line")}


async def _offers(part: RegistrationPart, registration: Registration, store: Store) -> list[tuple[int, Offer]]:
    sealed = await store.get(part.storage_key)
    header = (registration.header or "").split(",")
    rows = rows_of(unseal(PLACE, part.id, sealed).encode())
    return [(row.line, read_offer(row.text, header, registration.product_version_id)) for row in rows]


async def _sell(
    several: Sequence[tuple[int, Offer]], registration: Registration, partner: Partner, *, actor: Actor, run: Run | None
) -> None:
    """Sells rows in one transaction; one alone that fails for a reason nobody foresaw is refused."""
    try:
        async with transaction(run):
            verdicts = await sell_all([offer for _, offer in several], partner, actor=actor)
            await keep_rows(registration, several, verdicts)
    except NOT_ITS_FAULT:
        raise
    except Exception as error:
        if len(several) > 1:
            raise
        ((line, _),) = several
        log.warning("line %s of registration %s failed: %s", line, registration.id, type(error).__name__)
        await _refuse([line], registration, run)


async def _refuse(lines: Sequence[int], registration: Registration, run: Run | None) -> None:
    """Tells of rows that a fault of ours kept from being sold."""
    async with transaction(run):
        await keep_rows(registration, [(line, NOTHING) for line in lines], [refusing(RowFailed()) for _ in lines])


async def follow(registration_id: UUID, *, store: Store, actor: Actor, run: Run) -> Outcome:
    """Sees that there is a job for each piece that is left, also after one was given up, and tells how far they are.

    Once all are worked off it ends with the files of results.

    Raises: StoreUnavailable.
    """
    async with transaction(run):
        registration = await Registration.get(id=registration_id)
        left = await RegistrationPart.filter(registration_id=registration_id, finished_at=None).order_by("position")
        deaths = await count_deaths(RegisterPart, registration_id)
        for part in left:
            await _enqueue_part(part, registration, deaths[str(part.id)], actor)
        counts = {RowOutcome(each["outcome"]): int(each["many"]) for each in await fetch(COUNTS, registration_id)}
    await run.report(sum(counts.values()), registration.row_count, "rows", "ROWS_REGISTER")
    if left:
        return Outcome.later(clock.now() + PAUSE)
    stored = await _write_results(registration, store, run)
    async with transaction(run, finishing=True) as tx:
        kept = {
            language: await keep(edition, file, scope=Scope(partner_id=registration.partner_id), actor=actor)
            for language, (edition, file) in stored.items()
        }
        await _finish(registration_id, counts, kept, actor)
        first = kept["zh"]
        tx.made = Subject(SubjectKind.DOCUMENT, first) if first else None
    return Outcome.done()


async def _enqueue_part(part: RegistrationPart, registration: Registration, deaths: int, actor: Actor) -> None:
    work, scope = RegisterPart(part_id=part.id, deaths=deaths), Scope(partner_id=registration.partner_id)
    subject = registration_subject(registration.id)
    await enqueue(work, actor=actor, subject=subject, scope=scope, unique_key=str(part.id))


async def _finish(
    registration_id: UUID, counts: dict[RowOutcome, int], kept: dict[str, UUID | None], actor: Actor
) -> None:
    row = await lock_row(Registration, registration_id)
    if row is None:
        raise LookupError("a registration is never deleted")
    before = row.state
    row.state = REGISTRATION_LIFECYCLE.step(before, RegistrationAction.FINISH, actor)
    row.registered_count = counts.get(RowOutcome.REGISTERED, 0)
    row.found_count = counts.get(RowOutcome.FOUND, 0)
    row.refused_count = counts.get(RowOutcome.REFUSED, 0)
    row.result_zh_id, row.result_en_id, row.finished_at = kept["zh"], kept["en"], clock.now()
    await save_changes(
        row, "state", "registered_count", "found_count", "refused_count", "result_zh_id", "result_en_id", "finished_at"
    )
    after: dict[str, object] = {"state": row.state, **{each.lower(): many for each, many in counts.items()}}
    await record("registration:finish", registration_subject(row.id), actor, before={"state": before}, after=after)


async def _write_results(
    registration: Registration, store: Store, run: Run
) -> dict[str, tuple[Edition, Stored]]:
    """What became of each row, as a file in each language."""
    tables = {language: Table(HEADER) for language in ("zh", "en")}
    last = 0
    while rows := await _page(registration.id, last, run):
        last = rows[-1]["line"]
        for language, table in tables.items():
            table.add(_told(row, language) for row in rows)
    number, subject = f"REG-{registration.id.hex[-12:]}", registration_subject(registration.id)
    kind = PaperKind.REGISTRATION_RESULT
    return {
        language: (
            Edition(kind, subject, language, FIRST),
            await put_file(table.content, CSV, kind, number, store=store),
        )
        for language, table in tables.items()
    }


async def _page(registration_id: UUID, after: int, run: Run) -> list[dict[str, Any]]:
    async with transaction(run):
        rows = await fetch(ROWS, registration_id, after, PAGE)
    for row in rows:
        row["faults"] = json.loads(row["faults"]) if isinstance(row["faults"], str) else row["faults"]
    return rows


def _told(row: dict[str, Any], language: str) -> tuple[Cell, ...]:
    """One line of the results: of a refused row the first code, and every fault with its place."""
    faults = row["faults"]
    message = " ".join(": ".join(filter(None, (".".join(each["path"]), each[language]))) for each in faults)
    code = faults[0]["code"] if faults else ""
    return row["line"], row["external_ref"] or "", row["outcome"], row["policy_number"] or "", code, message
