"""Takes a file in by its ticket, while it arrives, and keeps it apart until it is checked."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from domain.audit.entries import record
from domain.documents.keeping import Store
from domain.evidence.jobs import CheckEvidence
from domain.evidence.lifecycle import FILE_LIFECYCLE
from domain.evidence.models import EvidenceFile
from domain.evidence.refusals import TicketUnknown, TicketUsed
from domain.evidence.terms import FileAction, FileState
from domain.evidence.tickets import file_of, subject_of
from domain.jobs.queue import enqueue
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.refusals import Invalid
from domain.kernel.rows import lock_row, save_changes
from domain.kernel.sealing import seal_bytes
from domain.kernel.subject import Scope, Subject

RAW = "evidence_file:raw"
SEALED = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Received:
    """A file that came in, now or before. Units: `size` in bytes."""

    file_id: UUID
    size: int
    sha256: str


async def receive(ticket: str, chunks: AsyncIterator[bytes], *, store: Store) -> Received:
    """Takes in the one file of a ticket; the same bytes again are answered as the first time.

    No transaction is open while it arrives or is stored.

    Raises: TicketUnknown; TicketUsed for other bytes than came before; Invalid for another size than was announced;
    StoreUnavailable.
    """
    async with transaction():
        awaited = await EvidenceFile.filter(id=file_of(ticket)).first()
    if awaited is None:
        raise TicketUnknown
    content = await _read(chunks, awaited.announced_size)
    sha256 = hashlib.sha256(content).hexdigest()
    if awaited.state is FileState.AWAITED:
        key = f"evidence/raw/{awaited.id.hex}/{sha256}.sealed"
        await store.put(key, seal_bytes(RAW, awaited.id, content), SEALED)
        awaited = await _keep(awaited.id, sha256, key)
    if awaited.received_sha256 != sha256:
        raise TicketUsed
    return Received(awaited.id, len(content), sha256)


async def _read(chunks: AsyncIterator[bytes], size: int) -> bytes:
    """The bytes of a file, no more of them than were announced. Raises: Invalid for more or fewer."""
    content = bytearray()
    async for chunk in chunks:
        content += chunk
        if len(content) > size:
            break
    if len(content) != size:
        raise Invalid("announced_size", str(size), path=("file",))
    return bytes(content)


async def _keep(file_id: UUID, sha256: str, key: str) -> EvidenceFile:
    """Keeps the row of a file that is in the store; one that came in meanwhile by the same ticket stays as it is."""
    async with transaction():
        row = await lock_row(EvidenceFile, file_id)
        if row is None:
            raise TicketUnknown
        if row.state is not FileState.AWAITED:
            return row
        actor = Actor.system("evidence.take_in", Subject(row.uploader_kind, row.uploader_id))
        row.state = FILE_LIFECYCLE.step(row.state, FileAction.TAKE_IN, actor)
        row.received_sha256, row.raw_key, row.received_at = sha256, key, clock.now()
        await save_changes(row, "state", "received_sha256", "raw_key", "received_at")
        after: dict[str, object] = {"state": row.state, "size": row.announced_size, "sha256": sha256}
        await record("evidence:take_in", subject_of(row), actor, before={"state": FileState.AWAITED}, after=after)
        scope = Scope(customer_id=row.customer_id, partner_id=row.partner_id)
        await enqueue(CheckEvidence(row.id), actor=actor, subject=subject_of(row), scope=scope)
    return row
