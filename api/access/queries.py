"""Queries of access."""

from __future__ import annotations

import strawberry

from api.access.types import Session
from api.listing import order_of
from api.paging import Connection
from api.reading import fields
from domain.access.reading import SESSION
from domain.kernel.actor import Fact


@strawberry.type
class AccessQueries:
    """Reads of access."""

    viewer: Session | None = fields.mine(
        "The session that asks, with its roles and whoever stands behind it; null for whoever has not signed in.",
        Fact.SESSION_ID,
    )
    session: Session | None = fields.by_id("One session.")
    sessions: Connection[Session] = fields.connection(
        "Sessions and API keys.", order=order_of(SESSION)
    )
