"""What inquiries show."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.customers.types import Customer
from api.enums import described
from api.node import Node
from api.partners.types import Partner
from api.reading import fields
from api.staff.types import Staff
from domain.customers.terms import Language
from domain.inquiries.reading import INQUIRY
from domain.inquiries.terms import EntryKind, InquiryAction, InquiryChannel, InquiryState, InquiryTopic
from domain.kernel.actor import Role
from domain.service_levels.terms import ServicePriority

if TYPE_CHECKING:
    from api.notifications.types import Notification
    from api.surveys.types import Survey

for _kind in (EntryKind, InquiryAction, InquiryChannel, InquiryState, InquiryTopic, Language, ServicePriority):
    described(_kind)
INSIDERS = (
    Role.SALES,
    Role.CUSTOMER_SERVICE,
    Role.CLAIMS_HANDLER,
    Role.CLAIMS_MANAGER,
    Role.UNDERWRITER,
    Role.COMPLIANCE,
)


@strawberry.type(description="One part of a conversation.")
class InquiryEntry:
    """One part of a conversation."""

    kind: EntryKind = strawberry.field(description="Whose words they are.")
    text: str = strawberry.field(description="The words.")
    at: datetime = strawberry.field(description="When they were said.")


@strawberry.type(description="What a colleague wrote beside a conversation.")
class InquiryNote:
    """What a colleague wrote beside a conversation."""

    text: str = strawberry.field(description="The words.")
    at: datetime = strawberry.field(description="When they were written.")
    staff_id: strawberry.ID | None = strawberry.field(description="Who wrote them; null for what came by itself.")


@fields.entity_type(INQUIRY)
class Inquiry(Node):
    """One inquiry 咨询 of a customer, of a partner, or of somebody who is no customer yet."""

    inquiry_number: str = fields.bound("The number for people, as in letters.")
    state: InquiryState = fields.bound("Where it stands.")
    available_actions: list[InquiryAction] = fields.bound("What you may do with it now.")
    channel: InquiryChannel = fields.bound("How it came in.")
    topic: InquiryTopic = fields.bound("What it is about.")
    priority: ServicePriority = fields.bound("Whether it is in the green channel 绿色通道.")
    language: Language = fields.bound("The language in which whoever asked is written to.")
    subject_line: str = fields.bound("What it is about, in a line.")
    sender: str | None = fields.bound("The address of somebody who was no customer, as a mask.", roles=INSIDERS)
    conversation: list[InquiryEntry] = fields.bound("What was asked and answered, oldest first.")
    notes: list[InquiryNote] = fields.bound("What colleagues wrote beside it, oldest first.", roles=INSIDERS)
    opened_at: datetime = fields.bound("When it came in.")
    due_at: datetime = fields.bound("When the next answer is due; after the answer, when it ends by itself.")
    is_overdue: bool = fields.bound("Whether an answer is late.")
    promised_reply_at: datetime | None = fields.bound("By when a specialist's answer was promised.")
    first_answered_at: datetime | None = fields.bound("When whoever asked first heard of us.")
    answered_at: datetime | None = fields.bound("When it was answered last.")
    closed_at: datetime | None = fields.bound("When it ended.")
    closing_reason: str | None = fields.bound("Why it ended.", roles=INSIDERS)
    version: int = fields.bound("How often it was changed: what `expectedVersion` is compared with.")
    customer: Customer | None = fields.bound("The customer who asked.")
    partner: Partner | None = fields.bound("The partner who asked, or in whose book the customer stands.")
    assignee: Staff | None = fields.bound("Who has it in hand; for staff.")
    subject: Node | None = fields.bound("The claim or policy that it is about.")
    outcome: Node | None = fields.bound("The application, claim or complaint that it was turned into.")
    notifications: list[Annotated[Notification, strawberry.lazy("api.notifications.types")]] = fields.bound(
        "What was written about it."
    )
    surveys: list[Annotated[Survey, strawberry.lazy("api.surveys.types")]] = fields.bound(
        "The survey whose low score it answers."
    )
