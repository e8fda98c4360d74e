"""Queries of complaints."""

from __future__ import annotations

import strawberry

from api.complaints.types import Complaint
from api.lists import COMPLAINT_ORDER, COMPLAINT_WHERE
from api.paging import Connection
from api.reading import fields


@strawberry.type
class ComplaintsQueries:
    """Reads of complaints."""

    complaint: Complaint | None = fields.by_id("One complaint.")
    complaint_by_number: Complaint | None = fields.by_number(
        "The complaint of a number such as `CP2026000001`.", "complaint_number"
    )
    complaints: Connection[Complaint] = fields.connection(
        "Complaints.",
        order=COMPLAINT_ORDER,
        where=COMPLAINT_WHERE,
    )
