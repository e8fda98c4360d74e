"""What can be read of the audit: compliance reads all of it."""

from __future__ import annotations

from domain.kernel.actor import Role
from domain.kernel.projection.entity import Column, Entity, Filter, instants, maybe_texts, order, texts
from domain.kernel.projection.visibility import EVERYTHING
from domain.kernel.projection.wire import ANY_ID, JSON, TEXT

AUDIT_ENTRY = Entity(
    name="AuditEntry",
    table="audit_entry",
    prefix="aud",
    seen_by={Role.COMPLIANCE: EVERYTHING},
    columns={
        **instants("at"),
        **texts("actor", "action", "subject_kind"),
        "before": Column("before", JSON),
        "after": Column("after", JSON),
        **maybe_texts("reason", "request_id"),
    },
    orders={"RECORDED": order()},
    filters={"subject_id": Filter("subject_id", ANY_ID), "action": Filter("action", TEXT, indexed=False)},
)
