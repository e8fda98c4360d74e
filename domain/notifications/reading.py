"""What can be read of notifications, and by whom. The address is read as its mask; what a letter says is not read."""

from __future__ import annotations

from domain.jobs.reading import JOB
from domain.kernel.actor import Fact, Role
from domain.kernel.projection.entity import Column, Entity, Filter, about, instants, maybe_texts, order, texts, wholes
from domain.kernel.projection.visibility import EVERYTHING, AllOf, Is, Owns
from domain.kernel.projection.wire import ANY_ID, TEXT, id_of
from domain.kernel.subject import SubjectKind

NOTIFICATION = Entity(
    name="Notification",
    table="notification",
    prefix="ntf",
    kind=SubjectKind.NOTIFICATION,
    seen_by={
        Role.CUSTOMER: AllOf((Owns("customer_id", Fact.CUSTOMER_ID), Is("party_kind", (SubjectKind.CUSTOMER,)))),
        Role.CUSTOMER_SERVICE: EVERYTHING,
        Role.COMPLIANCE: EVERYTHING,
    },
    columns={
        **texts("template", "channel", "language", "state", "subject_kind", "party_kind"),
        "address": Column("address_mask"),
        **maybe_texts("failure", "message_id"),
        **wholes("attempts", "version"),
        **instants("created_at"),
        **instants("sent_at", nullable=True),
    },
    orders={"RECORDED": order()},
    filters={
        "subject_id": Filter("subject_id", ANY_ID),
        "customer_id": Filter("customer_id", id_of("cus")),
        "state": Filter("state", TEXT),
        "template": Filter("template", TEXT, indexed=False),
    },
)
about(JOB, "subject", SubjectKind.NOTIFICATION, NOTIFICATION)
about(JOB, "result", SubjectKind.NOTIFICATION, NOTIFICATION)
