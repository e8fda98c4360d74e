"""What can be read of bordereaux, and by whom: all by those who see commissions, by partners what was handed over."""

from __future__ import annotations

from domain.bordereaux.lifecycle import BORDEREAU_LIFECYCLE, HANDED_OVER
from domain.bordereaux.rules import Amounts
from domain.bordereaux.terms import BordereauAction, BordereauState, Totals
from domain.documents.links import link_to
from domain.documents.reading import DOCUMENT
from domain.jobs.reading import JOB
from domain.kernel.actor import Fact, Role
from domain.kernel.lifecycle import Lifecycle
from domain.kernel.projection.entity import (
    Actions,
    Amount,
    Column,
    Derived,
    Entity,
    Filter,
    about,
    days,
    instants,
    link,
    maybe_texts,
    order,
    texts,
    wholes,
)
from domain.kernel.projection.visibility import EVERYTHING, AllOf, Is, Owns, SeenBy
from domain.kernel.projection.wire import DAY, TEXT, id_of
from domain.kernel.subject import SubjectKind
from domain.notifications.reading import NOTIFICATION
from domain.partners.reading import PARTNER

SEEN_BY: SeenBy = {
    Role.PARTNER: AllOf((Owns("partner_id", Fact.PARTNER_ID), Is("state", HANDED_OVER))),
    **dict.fromkeys((Role.FINANCE, Role.FINANCE_APPROVER, Role.COMPLIANCE, Role.UNDERWRITER), EVERYTHING),
}


def _csv_link(document_id: str | None) -> str | None:
    """Where its file is fetched from."""
    return link_to(document_id) if document_id else None


def entity_of(
    name: str, prefix: str, kind: SubjectKind, lifecycle: Lifecycle[BordereauState, BordereauAction], totals: Totals
) -> Entity:
    """A kind of bordereau as it is read, with its relations; its row has the columns of these totals."""
    entity = Entity(
        name=name,
        table=lifecycle.name,
        prefix=prefix,
        kind=kind,
        seen_by=SEEN_BY,
        columns={
            **texts("bordereau_number", "currency", "state"),
            **maybe_texts("rejection_reason"),
            **days("month"),
            **wholes("line_count", "version"),
            **instants("opened_at"),
            **instants("generated_at", "validated_at", "submitted_at", "answered_at", nullable=True),
            **{each: Amount(f"{each}_minor") for each in totals.kept},
            **{f"{each}_difference": Amount(f"{each}_difference_minor", nullable=True) for each in totals.parts},
            "csv_id": Column("document_id", id_of(DOCUMENT.prefix), nullable=True),
            "csv_link": Derived(("csv_id",), _csv_link, nullable=True),
            "available_actions": Actions(lifecycle, tuple(BordereauState)),
        },
        orders={"MONTH": order("month", "date"), "RECORDED": order()},
        filters={
            "partner_id": Filter("partner_id", id_of(PARTNER.prefix)),
            "month": Filter("month", DAY),
            "state": Filter("state", TEXT),
        },
    )
    link(entity, "partner", PARTNER, "partner_id")
    link(entity, "document", DOCUMENT, "document_id")
    link(entity, "job", JOB, "job_id")
    about(DOCUMENT, "subject", kind, entity)
    about(JOB, "subject", kind, entity)
    about(JOB, "result", kind, entity)
    about(NOTIFICATION, "subject", kind, entity)
    return entity


BORDEREAU = entity_of("Bordereau", "bdx", SubjectKind.BORDEREAU, BORDEREAU_LIFECYCLE, Amounts())
