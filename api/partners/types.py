"""What partners show."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.enums import described
from api.lists import (
    CLAIM_ORDER,
    CLAIM_WHERE,
    COMMISSION_RATE_ORDER,
    COMMISSION_RATE_WHERE,
    POLICY_ORDER,
    POLICY_WHERE,
    WEBHOOK_DELIVERY_ORDER,
    WEBHOOK_DELIVERY_WHERE,
    WEBHOOK_ENDPOINT_ORDER,
)
from api.node import Node
from api.paging import Connection
from api.reading import fields
from domain.kernel.actor import Role
from domain.kernel.subject import SubjectKind
from domain.partners.reading import PARTNER, WEBHOOK_DELIVERY, WEBHOOK_ENDPOINT
from domain.partners.terms import PartnerKind, WebhookDeliveryState, WebhookEvent, WebhookFault

if TYPE_CHECKING:
    from api.claims.types import Claim
    from api.policies.types import Policy
    from api.products.types import CommissionRate

ACCOUNT_READERS = (Role.PARTNER, Role.FINANCE, Role.FINANCE_APPROVER, Role.RISK, Role.COMPLIANCE)
for _kind in (PartnerKind, SubjectKind, WebhookDeliveryState, WebhookEvent, WebhookFault):
    described(_kind)


@fields.entity_type(PARTNER)
class Partner(Node):
    """A retailer, maker or repairer 合作伙伴 that sells, registers and claims through its own system."""

    code: str = fields.bound("The short code by which people know it; unique.")
    name: str = fields.bound("The name.")
    kind: PartnerKind = fields.bound("What it is.")
    active: bool = fields.bound("Whether it may sell.")
    commission_rate: Decimal = fields.bound(
        "Its usual share of the net premium, 0 to 1, for days without one of `commissionRates`; earned with a licence."
    )
    license_number: str | None = fields.bound("The number of its licence as an agent or broker 保险中介许可证.")
    licensed_until: date | None = fields.bound("The last day of its licence; it earns no commission after it.")
    bank_account: str | None = fields.bound("Where its money goes, as a mask.", roles=ACCOUNT_READERS)
    version: int = fields.bound("How often it was changed.")
    policies: Connection[Annotated[Policy, strawberry.lazy("api.policies.types")]] = fields.connection(
        "Policies that it sold.", order=POLICY_ORDER, where=POLICY_WHERE
    )
    claims: Connection[Annotated[Claim, strawberry.lazy("api.claims.types")]] = fields.connection(
        "Claims under policies that it sold.", order=CLAIM_ORDER, where=CLAIM_WHERE
    )
    commission_rates: Connection[Annotated[CommissionRate, strawberry.lazy("api.products.types")]] = fields.connection(
        "What was agreed with it for products and days.", order=COMMISSION_RATE_ORDER, where=COMMISSION_RATE_WHERE
    )
    webhooks: Connection[Annotated[WebhookEndpoint, strawberry.lazy("api.partners.types")]] = fields.connection(
        "Where its system is called.", order=WEBHOOK_ENDPOINT_ORDER
    )


@fields.entity_type(WEBHOOK_ENDPOINT)
class WebhookEndpoint(Node):
    """Where a partner's system is called 推送地址 (webhook); its secret is told once, when it is made."""

    url: str = fields.bound("The address that is called.")
    events: list[WebhookEvent] = fields.bound("What it is called for.")
    active: bool = fields.bound("Whether it is called; one that answered 410 is not any more.")
    created_at: datetime = fields.bound("When it was added.")
    former_until: datetime | None = fields.bound("Until when the secret before the present one signs as well.")
    version: int = fields.bound("How often it was changed.")
    partner: Partner | None = fields.bound("Whose system it is.")
    deliveries: Connection[Annotated[WebhookDelivery, strawberry.lazy("api.partners.types")]] = fields.connection(
        "What was told there, or is to be.", order=WEBHOOK_DELIVERY_ORDER, where=WEBHOOK_DELIVERY_WHERE
    )


@fields.entity_type(WEBHOOK_DELIVERY)
class WebhookDelivery(Node):
    """One event for one webhook endpoint 推送; its `id` is the `webhook-id` of every attempt."""

    event: WebhookEvent = fields.bound("What happened.")
    subject_kind: SubjectKind = fields.bound("The kind of the row that it happened to.")
    subject: Node | None = fields.bound("The row that it happened to; null when that is out of sight.")
    state: WebhookDeliveryState = fields.bound("Where it stands.")
    attempts: int = fields.bound("How often a call was begun.")
    last_status: int | None = fields.bound("The HTTP status of the latest answer; null when none came.")
    last_fault: WebhookFault | None = fields.bound("Why the latest call did not succeed.")
    next_attempt_at: datetime | None = fields.bound("When it is called again, while it waits for that.")
    created_at: datetime = fields.bound("When it happened.")
    delivered_at: datetime | None = fields.bound("When the partner's system took it.")
    version: int = fields.bound("How often it was changed.")
    endpoint: WebhookEndpoint | None = fields.bound("Where it is told.")
