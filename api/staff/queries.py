"""Queries of staff."""

from __future__ import annotations

import strawberry

from api.listing import order_of, where_of
from api.paging import Connection
from api.reading import fields
from api.staff.types import Staff, StaffChange
from domain.staff.reading import STAFF, STAFF_CHANGE
from domain.staff.terms import ChangeKind, ChangeState


@strawberry.type
class StaffQueries:
    """Reads of staff."""

    staff_member: Staff | None = fields.by_id("One member of staff.")
    staff: Connection[Staff] = fields.connection("The staff.", order=order_of(STAFF))
    staff_changes: Connection[StaffChange] = fields.connection(
        "Changes of roles and limits.",
        order=order_of(STAFF_CHANGE),
        where=where_of(STAFF_CHANGE, state=ChangeState, kind=ChangeKind),
    )
