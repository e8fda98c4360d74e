"""Queries of staff."""

from __future__ import annotations

import strawberry

from api.listing import order_of
from api.paging import Connection
from api.reading import fields
from api.staff.types import Staff
from domain.staff.reading import STAFF


@strawberry.type
class StaffQueries:
    """Reads of staff."""

    staff_member: Staff | None = fields.by_id("One member of staff.")
    staff: Connection[Staff] = fields.connection("The staff, for colleagues.", order=order_of(STAFF))
