"""What can be read of inquiries, and by whom."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from domain.applications.reading import APPLICATION
from domain.claims.reading import CLAIM
from domain.complaints.reading import COMPLAINT
from domain.customers.reading import CUSTOMER
from domain.inquiries.lifecycle import INQUIRY_LIFECYCLE
from domain.inquiries.terms import InquiryState
from domain.jobs.reading import JOB
from domain.kernel.actor import Fact, Role
from domain.kernel.ids import public_id
from domain.kernel.projection.entity import (
    About,
    Actions,
    Column,
    Derived,
    Entity,
    Expression,
    Filter,
    Order,
    about,
    instants,
    link,
    maybe_texts,
    order,
    texts,
    wholes,
)
from domain.kernel.projection.visibility import EVERYTHING, Owns
from domain.kernel.projection.wire import INSTANT, JSON, TERMS, TEXT, TRUTH, id_of
from domain.kernel.subject import SubjectKind
from domain.notifications.reading import NOTIFICATION
from domain.partners.reading import PARTNER
from domain.policies.reading import POLICY
from domain.service_levels.reading import SERVICE_CLOCK
from domain.staff.reading import STAFF


def _conversation(stored: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The parts of a conversation. Shape: `{"kind", "text", "at"}`, oldest first; who wrote it stays inside."""
    return [{"kind": each["kind"], "text": each["text"], "at": each["at"]} for each in stored]


def _notes(stored: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The notes of colleagues. Shape: `{"text", "at", "staffId"}`, oldest first."""
    return [
        {
            "text": each["text"],
            "at": each["at"],
            "staffId": public_id(STAFF.prefix, UUID(each["by"])) if each["by"] else None,
        }
        for each in stored
    ]


INQUIRY = Entity(
    name="Inquiry",
    table="inquiry",
    prefix="inq",
    kind=SubjectKind.INQUIRY,
    seen_by={
        Role.CUSTOMER: Owns("customer_id", Fact.CUSTOMER_ID),
        Role.PARTNER: Owns("partner_id", Fact.PARTNER_ID),
        Role.SALES: Owns("assignee_id", Fact.STAFF_ID),
        Role.CLAIMS_HANDLER: Owns("assignee_id", Fact.STAFF_ID),
        Role.UNDERWRITER: Owns("assignee_id", Fact.STAFF_ID),
        Role.CUSTOMER_SERVICE: EVERYTHING,
        Role.CLAIMS_MANAGER: EVERYTHING,
        Role.COMPLIANCE: EVERYTHING,
    },
    columns={
        **texts("inquiry_number", "state", "channel", "topic", "subject_line", "priority"),
        "language": Expression("upper({row}.language)"),
        "sender": Column("sender_mask", nullable=True),
        **instants("opened_at", "due_at"),
        **instants("promised_reply_at", "first_answered_at", "answered_at", "closed_at", nullable=True),
        **maybe_texts("closing_reason"),
        **wholes("version"),
        "stored_entries": Column("entries", JSON),
        "conversation": Derived(("stored_entries",), _conversation),
        "stored_notes": Column("notes", JSON),
        "notes": Derived(("stored_notes",), _notes),
        "is_overdue": Expression(
            "{row}.state IN ('NEW', 'IN_PROGRESS', 'ESCALATED') AND {row}.due_at < {now}", TRUTH
        ),
        "available_actions": Actions(INQUIRY_LIFECYCLE, tuple(InquiryState)),
    },
    orders={
        "RECORDED": order(),
        "URGENCY": Order(("lane", "due_at", "id"), ("int", "timestamptz", "uuid")),
    },
    filters={
        "inquiry_number": Filter("inquiry_number", TEXT),
        "customer_id": Filter("customer_id", id_of(CUSTOMER.prefix)),
        "assignee_id": Filter("assignee_id", id_of(STAFF.prefix)),
        "state": Filter("state", TEXT),
        "due_at": Filter("due_at", INSTANT, indexed=False),
        "channel": Filter("channel", TEXT, indexed=False),
        "topic": Filter("topic", TEXT, indexed=False),
        "text": Filter("terms", TERMS),
    },
    relations={"outcome": About("outcome_kind", "outcome_id")},
)

link(INQUIRY, "customer", CUSTOMER, "customer_id", back="inquiries")
link(INQUIRY, "partner", PARTNER, "partner_id")
link(INQUIRY, "assignee", STAFF, "assignee_id")
about(INQUIRY, "subject", SubjectKind.CLAIM, CLAIM)
about(INQUIRY, "subject", SubjectKind.POLICY, POLICY)
about(INQUIRY, "outcome", SubjectKind.APPLICATION, APPLICATION, back="inquiries")
about(INQUIRY, "outcome", SubjectKind.CLAIM, CLAIM, back="inquiries")
about(INQUIRY, "outcome", SubjectKind.COMPLAINT, COMPLAINT, back="inquiries")
about(SERVICE_CLOCK, "subject", SubjectKind.INQUIRY, INQUIRY)
about(JOB, "subject", SubjectKind.INQUIRY, INQUIRY)
about(JOB, "result", SubjectKind.INQUIRY, INQUIRY)
about(NOTIFICATION, "subject", SubjectKind.INQUIRY, INQUIRY, back="notifications")
