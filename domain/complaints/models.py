"""The rows of complaints; each carries who may see it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.complaints.terms import ComplaintCategory, ComplaintChannel, ComplaintResult, ComplaintState
from domain.kernel import clock, columns
from domain.kernel.subject import SubjectKind


class Complaint(Model):
    """One complaint 投诉 of a customer about a claim, a policy, a member of staff, or the service as a whole.

    `subject_staff_id` is the person complained about, who never handles or approves it. `due_at` is when the reply
    must be out (or, once a review was asked for, when the review must be done); `warned` counts the warnings given on
    the way there.
    """

    id: UUID = columns.key()
    complaint_number: str = columns.text(24)
    customer: Any = columns.belongs_to("Customer")
    customer_id: UUID
    partner: Any = columns.belongs_to("Partner")
    partner_id: UUID
    subject_kind: SubjectKind | None = columns.maybe_choice(SubjectKind)
    subject_id: UUID | None = columns.maybe_reference()
    subject_staff_id: UUID | None = columns.maybe_reference()
    channel: ComplaintChannel = columns.choice(ComplaintChannel)
    category: ComplaintCategory = columns.choice(ComplaintCategory)
    description: str = columns.text(4000)
    terms: list[str] = columns.terms()
    state: ComplaintState = columns.choice(ComplaintState)
    assignee: Any = columns.maybe_belongs_to("Staff")
    assignee_id: UUID | None
    received_at: datetime = columns.instant()
    clock_from: datetime = columns.instant()
    due_at: datetime = columns.instant()
    warned: int = columns.whole(0)
    extensions: int = columns.whole(0)
    extension_reason: str | None = columns.maybe_text(2000)
    draft: str | None = columns.maybe_text(8000)
    drafted_by: UUID | None = columns.maybe_reference()
    result: ComplaintResult | None = columns.maybe_choice(ComplaintResult)
    root_cause: str | None = columns.maybe_text(2000)
    reply: str | None = columns.maybe_text(8000)
    replied_at: datetime | None = columns.maybe_instant()
    approved_by: UUID | None = columns.maybe_reference()
    review_due_at: datetime | None = columns.maybe_instant()
    review_finding: str | None = columns.maybe_text(4000)
    reviewed_at: datetime | None = columns.maybe_instant()
    closed_at: datetime | None = columns.maybe_instant()
    closing_reason: str | None = columns.maybe_text(2000)
    created_at: datetime = columns.instant(clock.now)
    version: int = columns.version()

    class Meta:
        table = "complaint"
        constraints = (
            UniqueConstraint(fields=("complaint_number",), name="complaint_number_key"),
            CheckConstraint(check="extensions BETWEEN 0 AND 2", name="complaint_extended_twice_at_most"),
            CheckConstraint(
                check="assignee_id IS NULL OR subject_staff_id IS NULL OR assignee_id <> subject_staff_id",
                name="complaint_assignee_not_subject",
            ),
            CheckConstraint(
                check="approved_by IS NULL OR approved_by <> drafted_by", name="complaint_approver_not_author"
            ),
            CheckConstraint(check="(subject_kind IS NULL) = (subject_id IS NULL)", name="complaint_subject_complete"),
            CheckConstraint(
                check="state <> 'REPLIED' OR (reply IS NOT NULL AND result IS NOT NULL)", name="complaint_replied_what"
            ),
        )
        indexes = (
            Index(fields=("customer_id", "id"), name="complaint_customer"),
            Index(fields=("partner_id", "id"), name="complaint_partner"),
            Index(fields=("assignee_id", "id"), name="complaint_assignee"),
            Index(fields=("assignee_id", "due_at", "id"), name="complaint_assignee_due"),
            Index(fields=("state", "id"), name="complaint_state"),
            Index(fields=("subject_id", "id"), name="complaint_subject"),
            Index(fields=("state", "due_at", "id"), name="complaint_due"),
            Index(fields=("due_at", "id"), name="complaint_due_all"),
            Index(fields=("customer_id", "due_at", "id"), name="complaint_customer_due"),
            Index(fields=("partner_id", "due_at", "id"), name="complaint_partner_due"),
        )
