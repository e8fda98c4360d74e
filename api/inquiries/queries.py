"""Queries of inquiries."""

from __future__ import annotations

import strawberry

from api.inquiries.types import Inquiry
from api.lists import INQUIRY_ORDER, INQUIRY_WHERE
from api.paging import Connection
from api.reading import fields


@strawberry.type
class InquiriesQueries:
    """Reads of inquiries."""

    inquiry: Inquiry | None = fields.by_id("One inquiry.")
    inquiry_by_number: Inquiry | None = fields.by_number(
        "The inquiry of a number such as `IN2026000001`.", "inquiry_number"
    )
    inquiries: Connection[Inquiry] = fields.connection(
        "Inquiries; ordered by urgency, upwards, they are the queue of who answers them.",
        order=INQUIRY_ORDER,
        where=INQUIRY_WHERE,
    )
