"""What complaints show."""

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
from domain.complaints.reading import COMPLAINT
from domain.complaints.terms import (
    ComplaintAction,
    ComplaintCategory,
    ComplaintChannel,
    ComplaintResult,
    ComplaintState,
)
from domain.kernel.actor import Role

if TYPE_CHECKING:
    from api.inquiries.types import Inquiry
    from api.notifications.types import Notification

for _kind in (ComplaintAction, ComplaintCategory, ComplaintChannel, ComplaintResult, ComplaintState):
    described(_kind)
INSIDERS = (Role.CUSTOMER_SERVICE, Role.CLAIMS_HANDLER, Role.CLAIMS_MANAGER, Role.RISK, Role.COMPLIANCE)


@fields.entity_type(COMPLAINT)
class Complaint(Node):
    """One complaint 投诉 of a customer about a claim, a policy, a member of staff, or the service as a whole."""

    complaint_number: str = fields.bound("The number for people, as on letters.")
    state: ComplaintState = fields.bound("Where it stands.")
    available_actions: list[ComplaintAction] = fields.bound("What you may do with it now.")
    channel: ComplaintChannel = fields.bound("How it came in.")
    category: ComplaintCategory = fields.bound("What it is about.")
    description: str = fields.bound("What was complained of.")
    received_at: datetime = fields.bound("When it came in.")
    due_at: datetime = fields.bound("Until when the reply, or the review, must be done (CBIRC Order 2020-3).")
    is_overdue: bool = fields.bound("Whether the reply is late.")
    extensions: int = fields.bound("How often the time for the reply was extended, twice at most.")
    extension_reason: str | None = fields.bound("Why it was extended last.")
    draft: str | None = fields.bound("The reply as drafted; for staff.", roles=INSIDERS)
    root_cause: str | None = fields.bound("Why it came to this; for staff.", roles=INSIDERS)
    result: ComplaintResult | None = fields.bound("What came out of it; for outsiders once it was replied to.")
    reply: str | None = fields.bound("The reply as it was sent.")
    replied_at: datetime | None = fields.bound("When it was replied to.")
    review_due_at: datetime | None = fields.bound("Until when a review may be asked for.")
    review_finding: str | None = fields.bound("What the review found.")
    reviewed_at: datetime | None = fields.bound("When it was reviewed.")
    closing_reason: str | None = fields.bound("Why it was closed, withdrawn or not taken up.")
    closed_at: datetime | None = fields.bound("When it was closed.")
    version: int = fields.bound("How often it was changed: what `expectedVersion` is compared with.")
    customer: Customer | None = fields.bound("The complainant.")
    partner: Partner | None = fields.bound("The partner in whose book the complainant stands.")
    assignee: Staff | None = fields.bound("Who looks into it; for staff.")
    subject: Node | None = fields.bound("The claim, policy or member of staff that it is about.")
    notifications: list[Annotated[Notification, strawberry.lazy("api.notifications.types")]] = fields.bound(
        "What was written about it."
    )
    inquiries: list[Annotated[Inquiry, strawberry.lazy("api.inquiries.types")]] = fields.bound(
        "The inquiry that became this complaint, if one did."
    )
