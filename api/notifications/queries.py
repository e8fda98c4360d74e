"""Queries of notifications."""

from __future__ import annotations

import strawberry

from api.listing import order_of, where_of
from api.notifications.types import Notification
from api.paging import Connection
from api.reading import fields
from domain.notifications.reading import NOTIFICATION
from domain.notifications.terms import NotificationState


@strawberry.type
class NotificationsQueries:
    """Reads of notifications."""

    notification: Notification | None = fields.by_id("One notification.")
    notifications: Connection[Notification] = fields.connection(
        "Notifications.",
        order=order_of(NOTIFICATION),
        where=where_of(NOTIFICATION, state=NotificationState),
    )
