"""Checks a file that came in: scanned, inspected, and made anew; then it is released, or refused for a reason.

What is given out is put into the store before its row says so: a worker that died between finds the file again, and
makes it anew under the same fence.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import UUID

from domain.audit.entries import record
from domain.documents.keeping import NotStored, Store
from domain.evidence.inspecting import Harmless, Inspector, Scanner, Unfit
from domain.evidence.jobs import EvidenceChecked
from domain.evidence.lifecycle import FILE_LIFECYCLE
from domain.evidence.models import EvidenceFile
from domain.evidence.receiving import RAW, SEALED
from domain.evidence.terms import MEDIA, FileAction, FileState, Unfitness
from domain.evidence.tickets import subject_of
from domain.jobs.queue import enqueue
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import Run, transaction
from domain.kernel.rows import lock_row, save_changes
from domain.kernel.sealing import seal_bytes, unseal_bytes
from domain.kernel.subject import Scope

CLEAN = "evidence_file:clean"
CHECKABLE = (FileState.UPLOADED, FileState.CHECKING)
NAME_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check came to: a harmless file in the store, or why there is none, and what the scanner calls it."""

    made: Harmless | None = None
    key: str | None = None
    why: Unfitness | None = None
    known_as: str | None = None


async def check(
    file_id: UUID,
    *,
    inspector: Inspector,
    scanner: Scanner | None,
    store: Store,
    actor: Actor,
    run: Run | None = None,
) -> bool:
    """Checks one file; whether that was still to be done. No transaction is open while it is looked at.

    Raises: StoreUnavailable, ScannerUnavailable: it stays apart, and is checked later.
    """
    row = await _begin(file_id, actor, run)
    finding = None if row is None else await _look_at(row, inspector, scanner, store)
    async with transaction(run, finishing=True) as tx:
        row = await lock_row(EvidenceFile, file_id)
        if row is None or finding is None or row.state is not FileState.CHECKING:
            return False
        tx.made = subject_of(row)
        await _decide(row, finding, is_scanned=scanner is not None, actor=actor)
        scope = Scope(customer_id=row.customer_id, partner_id=row.partner_id)
        await enqueue(
            EvidenceChecked(row.id), actor=actor, subject=subject_of(row), scope=scope, unique_key=str(row.id)
        )
    return True


async def _begin(file_id: UUID, actor: Actor, run: Run | None) -> EvidenceFile | None:
    """The file, which is being checked from now on; None for one that is not to be checked."""
    async with transaction(run):
        row = await lock_row(EvidenceFile, file_id)
        if row is None or row.state not in CHECKABLE:
            return None
        if row.state is FileState.UPLOADED:
            row.state = FILE_LIFECYCLE.step(row.state, FileAction.CHECK, actor)
            await save_changes(row, "state")
            states: tuple[dict[str, object], ...] = ({"state": FileState.UPLOADED}, {"state": row.state})
            await record("evidence:check", subject_of(row), actor, before=states[0], after=states[1])
    return row


async def _look_at(row: EvidenceFile, inspector: Inspector, scanner: Scanner | None, store: Store) -> Finding:
    content = unseal_bytes(RAW, row.id, await store.get(row.raw_key or ""))
    if hashlib.sha256(content).hexdigest() != row.received_sha256:
        raise NotStored("the file is not the one that came in")
    known_as = None if scanner is None else await scanner.scan(content)
    if known_as is not None:
        return Finding(why=Unfitness.MALWARE, known_as=known_as[:NAME_LENGTH])
    try:
        made = await inspector.inspect(content, row.file_type)
    except Unfit as unfit:
        return Finding(why=unfit.why)
    key = f"evidence/clean/{row.id.hex}/{hashlib.sha256(made.content).hexdigest()}.sealed"
    await store.put(key, seal_bytes(CLEAN, row.id, made.content), SEALED)
    return Finding(made, key)


async def _decide(row: EvidenceFile, finding: Finding, *, is_scanned: bool, actor: Actor) -> None:
    action = FileAction.RELEASE if finding.made is not None else FileAction.REFUSE
    row.state = FILE_LIFECYCLE.step(row.state, action, actor)
    row.checked_at, row.is_scanned, row.unfitness = clock.now(), is_scanned, finding.why
    if finding.made is not None:
        row.content_type, row.size = MEDIA[finding.made.type], len(finding.made.content)
        row.sha256, row.storage_key = hashlib.sha256(finding.made.content).hexdigest(), finding.key
    await save_changes(
        row, "state", "checked_at", "is_scanned", "unfitness", "content_type", "size", "sha256", "storage_key"
    )
    after: dict[str, object] = {
        "state": row.state, "unfitness": row.unfitness, "known_as": finding.known_as, "sha256": row.sha256,
        "is_scanned": is_scanned,
    }  # fmt: skip
    verb = "release" if finding.made is not None else "refuse"
    await record(f"evidence:{verb}", subject_of(row), actor, before={"state": FileState.CHECKING}, after=after)
