"""The steps of a call to a partner's system; only workers take them."""

from __future__ import annotations

from domain.kernel.actor import Role
from domain.kernel.lifecycle import Lifecycle, step
from domain.partners.terms import WebhookDeliveryAction as Do
from domain.partners.terms import WebhookDeliveryState as At

WEBHOOK_DELIVERY_LIFECYCLE: Lifecycle[At, Do] = Lifecycle(
    "webhook delivery",
    At.QUEUED,
    (
        step(Do.DELIVER, At.QUEUED, At.DELIVERED, Role.SYSTEM),
        step(Do.GIVE_UP, At.QUEUED, At.FAILED, Role.SYSTEM),
    ),
)
