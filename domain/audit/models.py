"""The audit's rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.kernel import clock, columns
from domain.kernel.subject import SubjectKind


class AuditEntry(Model):
    """One change of one row. `before` and `after` hold the changed fields, sealed ones as their masks."""

    id: UUID = columns.key()
    at: datetime = columns.instant(clock.now)
    actor: str = columns.text(64)
    on_behalf_of: UUID | None = columns.maybe_reference()
    action: str = columns.text(64)
    subject_kind: SubjectKind = columns.choice(SubjectKind)
    subject_id: UUID = columns.reference()
    before: dict[str, Any] = columns.document()
    after: dict[str, Any] = columns.document()
    reason: str | None = columns.maybe_text(2000)
    request_id: str | None = columns.maybe_text(64)

    class Meta:
        table = "audit_entry"
        indexes = (Index(fields=("subject_id", "id"), name="audit_entry_subject"),)


class AuditSeal(Model):
    """One link of the chain 审计链: the place of an entry in it, and the hash over this entry and all before it.

    Units: `seq` counts from 1 without gaps; `hash` is SHA-256.
    """

    id: UUID = columns.key()
    seq: int = columns.big()
    entry: Any = columns.belongs_to("AuditEntry")
    entry_id: UUID
    hash: bytes = columns.sealed()

    class Meta:
        table = "audit_seal"
        constraints = (
            UniqueConstraint(fields=("seq",), name="audit_seal_seq_key"),
            UniqueConstraint(fields=("entry_id",), name="audit_seal_entry_key"),
            CheckConstraint(check="seq > 0 AND octet_length(hash) = 32", name="audit_seal_whole"),
        )
