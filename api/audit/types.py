"""What the audit shows."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import strawberry

from api.node import Node
from api.paging import Direction, Matches
from api.reading import fields
from api.scalars import JSON
from domain.audit.reading import AUDIT_ENTRY
from domain.kernel.subject import SubjectKind

SubjectKindEnum = strawberry.enum(SubjectKind, description="Kinds of rows that others are about.")


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


@strawberry.enum(description="Orders of audit entries.")
class AuditOrderBy(StrEnum):
    """Orders of audit entries."""

    RECORDED = "RECORDED"


@strawberry.input(description="An order of audit entries.")
class AuditOrder:
    """An order of audit entries."""

    by: AuditOrderBy = strawberry.field(description="What they are ordered by.")
    direction: Direction = strawberry.field(default=Direction.DESC, description="The direction.")


@strawberry.input(description="Which audit entries.")
class AuditWhere:
    """Filters of audit entries."""

    subject_id: strawberry.Maybe[Matches[strawberry.ID]] = strawberry.field(description="About this row.")
    action: strawberry.Maybe[Matches[str]] = strawberry.field(description="Of this kind.")
