"""Subscriptions of inquiries."""

from __future__ import annotations

import strawberry

from api.inquiries.types import Inquiry
from api.reading import fields


@strawberry.type
class InquiriesSubscriptions:
    """What can be watched of inquiries."""

    inquiry_updated: Inquiry = fields.watched("One inquiry as it stands, and again after every change.")
