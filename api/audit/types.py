"""What the audit shows."""

from __future__ import annotations

from datetime import datetime

from api.enums import described
from api.node import Node
from api.reading import fields
from api.scalars import JSON
from domain.audit.reading import AUDIT_ENTRY
from domain.kernel.subject import SubjectKind

described(SubjectKind)


@fields.entity_type(AUDIT_ENTRY)
class AuditEntry(Node):
    """One change of one row: who, what, before, after, and why."""

    at: datetime = fields.bound("When.")
    actor: str = fields.bound("Who, as kind and id.")
    action: str = fields.bound("What, as `room:verb`.")
    subject_kind: SubjectKind = fields.bound("The kind of the changed row.")
    before: JSON = fields.bound("The changed fields before, sealed ones as masks.")
    after: JSON = fields.bound("The changed fields after, sealed ones as masks.")
    reason: str | None = fields.bound("Why, as the actor said.")
    request_id: str | None = fields.bound("The request that caused it.")
