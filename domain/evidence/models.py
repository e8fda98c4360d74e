"""The rows of evidence: one for each file, from its ticket on. Each row carries whom it concerns."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from domain.evidence.terms import FileState, FileType, Unfitness
from domain.kernel import clock, columns
from domain.kernel.subject import SubjectKind


class EvidenceFile(Model):
    """One file about a row of another room, and where it stands.

    `purpose` says what it shows and `part_id` which part of the row it is for, both in the words of that room.
    `file_type`, `file_name` and `announced_size` are what was announced with the ticket; `received_…` is what came in
    and stays apart, sealed under `raw_key`; `content_type`, `size`, `sha256` and `storage_key` are of what is given
    out, sealed too. `is_scanned` says whether a scanner looked at it.
    Units: sizes in bytes.
    """

    id: UUID = columns.key()
    subject_kind: SubjectKind = columns.choice(SubjectKind)
    subject_id: UUID = columns.reference()
    part_id: UUID | None = columns.maybe_reference()
    purpose: str = columns.text(32)
    customer_id: UUID | None = columns.maybe_reference()
    partner_id: UUID | None = columns.maybe_reference()
    uploader_kind: SubjectKind = columns.choice(SubjectKind)
    uploader_id: UUID = columns.reference()
    file_name: str = columns.text(120)
    file_type: FileType = columns.choice(FileType)
    announced_size: int = columns.whole()
    ticket_until: datetime = columns.instant()
    state: FileState = columns.choice(FileState)
    received_sha256: str | None = columns.maybe_text(64)
    raw_key: str | None = columns.maybe_text(200)
    received_at: datetime | None = columns.maybe_instant()
    unfitness: Unfitness | None = columns.maybe_choice(Unfitness)
    is_scanned: bool = columns.flag()
    checked_at: datetime | None = columns.maybe_instant()
    content_type: str | None = columns.maybe_text(64)
    size: int | None = columns.maybe_whole()
    sha256: str | None = columns.maybe_text(64)
    storage_key: str | None = columns.maybe_text(200)
    created_at: datetime = columns.instant(clock.now)
    version: int = columns.version()

    class Meta:
        table = "evidence_file"
        constraints = (
            CheckConstraint(check="announced_size > 0 AND size > 0", name="evidence_file_sizes"),
            CheckConstraint(
                check="(state = 'AWAITED') = (received_at IS NULL) AND (received_at IS NULL) = (raw_key IS NULL)"
                " AND (received_at IS NULL) = (received_sha256 IS NULL)",
                name="evidence_file_received_when",
            ),
            CheckConstraint(check="(state = 'REFUSED') = (unfitness IS NOT NULL)", name="evidence_file_refused_why"),
            CheckConstraint(
                check="(state = 'RELEASED') = (storage_key IS NOT NULL) AND (storage_key IS NULL) = (sha256 IS NULL)"
                " AND (storage_key IS NULL) = (size IS NULL) AND (storage_key IS NULL) = (content_type IS NULL)",
                name="evidence_file_released_whole",
            ),
        )
        indexes = (
            Index(fields=("subject_id", "id"), name="evidence_file_subject"),
            Index(fields=("part_id", "id"), name="evidence_file_part"),
            Index(fields=("customer_id", "id"), name="evidence_file_customer"),
            Index(fields=("partner_id", "id"), name="evidence_file_partner"),
            Index(fields=("received_sha256", "id"), name="evidence_file_received_hash"),
            Index(fields=("sha256", "id"), name="evidence_file_hash"),
        )
