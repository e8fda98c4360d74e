"""The audit's rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise.indexes import Index
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
