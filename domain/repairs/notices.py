"""How repairs speaks to the customer: one template with the order's number, in the transaction that causes it."""

from __future__ import annotations

from domain.customers.contacts import recipient_of
from domain.kernel.actor import Actor
from domain.kernel.subject import Scope
from domain.notifications.outbox import notify
from domain.repairs.locks import subject_of
from domain.repairs.models import RepairOrder


async def tell_customer(order: RepairOrder, template: str, actor: Actor, **parameters: str) -> None:
    """Notifies the customer about the repair, in the current transaction."""
    await notify(
        template=template,
        recipient=await recipient_of(order.customer_id),
        parameters={"order_number": order.order_number, **parameters},
        subject=subject_of(order),
        scope=Scope(customer_id=order.customer_id, partner_id=order.partner_id),
        actor=actor,
    )
