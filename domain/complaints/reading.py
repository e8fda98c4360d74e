"""What can be read of complaints, and by whom."""

from __future__ import annotations

from domain.claims.reading import CLAIM
from domain.complaints.lifecycle import COMPLAINT_LIFECYCLE
from domain.complaints.terms import ComplaintState
from domain.customers.reading import CUSTOMER
from domain.jobs.reading import JOB
from domain.kernel.actor import OUTSIDERS, Fact, Role
from domain.kernel.projection.entity import (
    Actions,
    Entity,
    Expression,
    Filter,
    Masked,
    about,
    instants,
    link,
    maybe_texts,
    order,
    texts,
    wholes,
)
from domain.kernel.projection.visibility import EVERYTHING, Owns
from domain.kernel.projection.wire import INSTANT, TERMS, TEXT, TRUTH, id_of
from domain.kernel.subject import SubjectKind
from domain.notifications.reading import NOTIFICATION
from domain.partners.reading import PARTNER
from domain.policies.reading import POLICY
from domain.service_levels.reading import SERVICE_CLOCK
from domain.staff.reading import STAFF

COMPLAINT = Entity(
    name="Complaint",
    table="complaint",
    prefix="cmp",
    kind=SubjectKind.COMPLAINT,
    seen_by={
        Role.CUSTOMER: Owns("customer_id", Fact.CUSTOMER_ID),
        Role.PARTNER: Owns("partner_id", Fact.PARTNER_ID),
        Role.CUSTOMER_SERVICE: EVERYTHING,
        Role.CLAIMS_HANDLER: Owns("assignee_id", Fact.STAFF_ID),
        Role.CLAIMS_MANAGER: Owns("assignee_id", Fact.STAFF_ID),
        Role.RISK: EVERYTHING,
        Role.COMPLIANCE: EVERYTHING,
    },
    columns={
        **texts("complaint_number", "state", "channel", "category", "description"),
        **instants("received_at", "due_at"),
        **instants("replied_at", "review_due_at", "reviewed_at", "closed_at", nullable=True),
        **maybe_texts("extension_reason", "draft", "root_cause", "reply", "review_finding", "closing_reason"),
        "result": Masked(
            "result", "CASE WHEN {row}.replied_at IS NOT NULL THEN {row}.result END", OUTSIDERS, nullable=True
        ),
        **wholes("extensions", "version"),
        "is_overdue": Expression(
            "{row}.replied_at IS NULL AND {row}.closed_at IS NULL AND {row}.due_at < {now}", TRUTH
        ),
        "available_actions": Actions(COMPLAINT_LIFECYCLE, tuple(ComplaintState)),
    },
    orders={"RECORDED": order(), "DUE_AT": order("due_at")},
    filters={
        "complaint_number": Filter("complaint_number", TEXT),
        "customer_id": Filter("customer_id", id_of(CUSTOMER.prefix)),
        "assignee_id": Filter("assignee_id", id_of(STAFF.prefix)),
        "state": Filter("state", TEXT),
        "due_at": Filter("due_at", INSTANT),
        "category": Filter("category", TEXT, indexed=False),
        "description": Filter("terms", TERMS),
    },
)

link(COMPLAINT, "customer", CUSTOMER, "customer_id", back="complaints")
link(COMPLAINT, "partner", PARTNER, "partner_id")
link(COMPLAINT, "assignee", STAFF, "assignee_id")
about(COMPLAINT, "subject", SubjectKind.CLAIM, CLAIM, back="complaints")
about(COMPLAINT, "subject", SubjectKind.POLICY, POLICY, back="complaints")
about(COMPLAINT, "subject", SubjectKind.STAFF, STAFF)
about(SERVICE_CLOCK, "subject", SubjectKind.COMPLAINT, COMPLAINT)
about(JOB, "subject", SubjectKind.COMPLAINT, COMPLAINT)
about(JOB, "result", SubjectKind.COMPLAINT, COMPLAINT)
about(NOTIFICATION, "subject", SubjectKind.COMPLAINT, COMPLAINT, back="notifications")
