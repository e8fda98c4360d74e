"""Queries of renewals."""

from __future__ import annotations

import strawberry

from api.listing import order_of, where_of
from api.paging import Connection
from api.reading import fields
from api.renewals.types import RenewalReminder
from domain.renewals.reading import RENEWAL_REMINDER


@strawberry.type
class RenewalsQueries:
    """Reads of renewals."""

    renewal_reminders: Connection[RenewalReminder] = fields.connection(
        "Reminders of covers that end soon.",
        order=order_of(RENEWAL_REMINDER),
        where=where_of(RENEWAL_REMINDER),
    )
