"""Queries of partners."""

from __future__ import annotations

import strawberry

from api.listing import order_of, where_of
from api.paging import Connection
from api.partners.types import Partner
from api.reading import fields
from domain.partners.reading import PARTNER


@strawberry.type
class PartnersQueries:
    """Reads of partners."""

    partner: Partner | None = fields.by_id("One partner.")
    partners: Connection[Partner] = fields.connection(
        "Partners.", order=order_of(PARTNER), where=where_of(PARTNER)
    )
