"""What can be read of claims bordereaux, and by whom: all by finance, by partners what was handed over."""

from __future__ import annotations

from domain.bordereaux.lifecycle import HANDED_OVER
from domain.bordereaux.terms import BordereauState
from domain.claim_bordereaux.lifecycle import CLAIM_BORDEREAU_LIFECYCLE
from domain.documents.links import link_to
from domain.documents.reading import DOCUMENT
from domain.jobs.reading import JOB
from domain.kernel.actor import Fact, Role
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


CLAIM_BORDEREAU = Entity(
    name="ClaimBordereau",
    table="claim_bordereau",
    prefix="cbx",
    kind=SubjectKind.CLAIM_BORDEREAU,
    seen_by=SEEN_BY,
    columns={
        **texts("bordereau_number", "currency", "state"),
        **maybe_texts("rejection_reason"),
        **days("month"),
        **wholes("line_count", "version"),
        **instants("opened_at"),
        **instants("generated_at", "validated_at", "submitted_at", "answered_at", nullable=True),
        "paid": Amount("paid_minor"),
        "recovered": Amount("recovered_minor"),
        "paid_difference": Amount("paid_difference_minor", nullable=True),
        "recovered_difference": Amount("recovered_difference_minor", nullable=True),
        "csv_id": Column("document_id", id_of(DOCUMENT.prefix), nullable=True),
        "csv_link": Derived(("csv_id",), _csv_link, nullable=True),
        "available_actions": Actions(CLAIM_BORDEREAU_LIFECYCLE, tuple(BordereauState)),
    },
    orders={"MONTH": order("month", "date"), "RECORDED": order()},
    filters={
        "partner_id": Filter("partner_id", id_of(PARTNER.prefix)),
        "month": Filter("month", DAY),
        "state": Filter("state", TEXT),
    },
)

link(CLAIM_BORDEREAU, "partner", PARTNER, "partner_id")
link(CLAIM_BORDEREAU, "document", DOCUMENT, "document_id")
link(CLAIM_BORDEREAU, "job", JOB, "job_id")
about(DOCUMENT, "subject", SubjectKind.CLAIM_BORDEREAU, CLAIM_BORDEREAU)
about(JOB, "subject", SubjectKind.CLAIM_BORDEREAU, CLAIM_BORDEREAU)
about(JOB, "result", SubjectKind.CLAIM_BORDEREAU, CLAIM_BORDEREAU)
about(NOTIFICATION, "subject", SubjectKind.CLAIM_BORDEREAU, CLAIM_BORDEREAU)
