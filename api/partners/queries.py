"""Queries of partners."""

from __future__ import annotations

import strawberry

from api.listing import order_of, where_of
from api.lists import WEBHOOK_ENDPOINT_ORDER
from api.paging import Connection
from api.partners.types import Partner, WebhookDelivery, WebhookEndpoint
from api.reading import fields
from domain.partners.reading import PARTNER


@strawberry.type
class PartnersQueries:
    """Reads of partners."""

    partner: Partner | None = fields.by_id("One partner.")
    partners: Connection[Partner] = fields.connection(
        "Partners.", order=order_of(PARTNER), where=where_of(PARTNER)
    )
    webhook_endpoint: WebhookEndpoint | None = fields.by_id("One webhook endpoint.")
    webhook_endpoints: Connection[WebhookEndpoint] = fields.connection(
        "Webhook endpoints, removed ones among them.", order=WEBHOOK_ENDPOINT_ORDER
    )
    webhook_delivery: WebhookDelivery | None = fields.by_id("One event for one webhook endpoint.")
