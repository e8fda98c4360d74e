"""The rows of inquiries; each carries who may see it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.customers.terms import Language
from domain.inquiries.rules import Entry
from domain.inquiries.terms import InquiryChannel, InquiryState, InquiryTopic
from domain.kernel import clock, columns
from domain.kernel.subject import SubjectKind
from domain.service_levels.terms import ServicePriority


class Inquiry(Model):
    """One inquiry 咨询 of a customer, a partner, a sender of mail who is not known yet, or somebody at the counter.

    `entries` is the conversation and `notes` what colleagues wrote beside it, both oldest first. `lane` is 0 in the
    green channel and 1 otherwise: what is urgent stands first in every queue. `due_at` is when the next answer is
    due, and after the answer when it ends by itself. `assignee_id` is whoever has it in hand, the specialist once it
    was handed over. `outcome` is what it was turned into.
    """

    id: UUID = columns.key()
    inquiry_number: str = columns.text(24)
    customer: Any = columns.maybe_belongs_to("Customer")
    customer_id: UUID | None
    partner: Any = columns.maybe_belongs_to("Partner")
    partner_id: UUID | None
    sender_sealed: bytes | None = columns.maybe_sealed()
    sender_mask: str | None = columns.maybe_text(260)
    sender_blind: bytes | None = columns.maybe_sealed()
    language: Language = columns.choice(Language)
    channel: InquiryChannel = columns.choice(InquiryChannel)
    topic: InquiryTopic = columns.choice(InquiryTopic)
    subject_line: str = columns.text(300)
    subject_kind: SubjectKind | None = columns.maybe_choice(SubjectKind)
    subject_id: UUID | None = columns.maybe_reference()
    entries: list[Entry] = columns.document(list)
    notes: list[Entry] = columns.document(list)
    terms: list[str] = columns.terms()
    state: InquiryState = columns.choice(InquiryState)
    priority: ServicePriority = columns.choice(ServicePriority)
    lane: int = columns.whole(1)
    assignee: Any = columns.maybe_belongs_to("Staff")
    assignee_id: UUID | None
    opened_at: datetime = columns.instant()
    due_at: datetime = columns.instant()
    promised_reply_at: datetime | None = columns.maybe_instant()
    first_answered_at: datetime | None = columns.maybe_instant()
    answered_at: datetime | None = columns.maybe_instant()
    closed_at: datetime | None = columns.maybe_instant()
    closing_reason: str | None = columns.maybe_text(2000)
    outcome_kind: SubjectKind | None = columns.maybe_choice(SubjectKind)
    outcome_id: UUID | None = columns.maybe_reference()
    created_at: datetime = columns.instant(clock.now)
    version: int = columns.version()

    class Meta:
        table = "inquiry"
        constraints = (
            UniqueConstraint(fields=("inquiry_number",), name="inquiry_number_key"),
            CheckConstraint(
                check="num_nulls(sender_sealed, sender_mask, sender_blind) IN (0, 3)", name="inquiry_sender_whole"
            ),
            CheckConstraint(check="(lane = 0) = (priority = 'URGENT')", name="inquiry_lane_of_priority"),
            CheckConstraint(
                check="state <> 'ESCALATED' OR (assignee_id IS NOT NULL AND promised_reply_at IS NOT NULL)",
                name="inquiry_escalated_to_whom",
            ),
            CheckConstraint(
                check="num_nulls(outcome_kind, outcome_id) = CASE WHEN state = 'CONVERTED' THEN 0 ELSE 2 END",
                name="inquiry_converted_into_what",
            ),
            CheckConstraint(check="(subject_kind IS NULL) = (subject_id IS NULL)", name="inquiry_subject_complete"),
        )
        indexes = (
            Index(fields=("customer_id", "id"), name="inquiry_customer"),
            Index(fields=("partner_id", "id"), name="inquiry_partner"),
            Index(fields=("assignee_id", "id"), name="inquiry_assignee"),
            Index(fields=("state", "id"), name="inquiry_state"),
            Index(fields=("subject_id", "id"), name="inquiry_subject"),
            Index(fields=("outcome_id", "id"), name="inquiry_outcome"),
            Index(fields=("lane", "due_at", "id"), name="inquiry_urgency"),
            Index(fields=("state", "lane", "due_at", "id"), name="inquiry_state_urgency"),
            Index(fields=("assignee_id", "lane", "due_at", "id"), name="inquiry_assignee_urgency"),
            Index(fields=("customer_id", "lane", "due_at", "id"), name="inquiry_customer_urgency"),
            Index(fields=("partner_id", "lane", "due_at", "id"), name="inquiry_partner_urgency"),
            Index(fields=("state", "due_at", "id"), name="inquiry_state_due"),
        )


class InquiryLetter(Model):
    """A letter that became part of an inquiry, by the blind index of its Message-ID: it is taken in once."""

    id: UUID = columns.key()
    inquiry: Any = columns.belongs_to("Inquiry")
    inquiry_id: UUID
    message_blind: bytes = columns.sealed()
    arrived_at: datetime = columns.instant(clock.now)

    class Meta:
        table = "inquiry_letter"
        constraints = (UniqueConstraint(fields=("message_blind",), name="inquiry_letter_key"),)
        indexes = (Index(fields=("inquiry_id", "id"), name="inquiry_letter_inquiry"),)
