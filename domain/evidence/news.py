"""What upper rooms are told of a file when it was checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.evidence.models import EvidenceFile
from domain.evidence.terms import FileState, Unfitness
from domain.kernel.database import transaction
from domain.kernel.refusals import NotFound
from domain.kernel.rows import lock_row, save_changes
from domain.kernel.subject import Subject, SubjectKind


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was checked: what it is about and shows, when it came in, and why it is unfit, if it is."""

    subject: Subject
    part_id: UUID | None
    purpose: str
    uploader_kind: SubjectKind
    received_at: datetime | None
    is_released: bool
    unfitness: Unfitness | None


async def checked(file_id: UUID) -> Checked:
    """What became of a file. Raises: NotFound."""
    async with transaction():
        row = await EvidenceFile.filter(id=file_id).first()
    if row is None:
        raise NotFound(kind="EvidenceFile")
    return Checked(
        Subject(row.subject_kind, row.subject_id),
        row.part_id,
        row.purpose,
        row.uploader_kind,
        row.received_at,
        is_released=row.state is FileState.RELEASED,
        unfitness=row.unfitness,
    )


async def assign(file_id: UUID, part_id: UUID) -> None:
    """Says which part of its row a file is for, in the current transaction, where that was not known before."""
    row = await lock_row(EvidenceFile, file_id)
    if row is not None and row.part_id is None:
        row.part_id = part_id
        await save_changes(row, "part_id")
