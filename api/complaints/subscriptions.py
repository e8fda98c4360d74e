"""Subscriptions of complaints."""

from __future__ import annotations

import strawberry

from api.complaints.types import Complaint
from api.reading import fields


@strawberry.type
class ComplaintsSubscriptions:
    """What can be watched of complaints."""

    complaint_updated: Complaint = fields.watched("One complaint as it stands, and again after every change.")
