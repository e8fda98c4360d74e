"""How repairs speaks: to the customer, to the repairer's system, and to whoever is in charge of the claim."""

from __future__ import annotations

from uuid import UUID

from domain.customers.contacts import recipient_of
from domain.kernel.actor import Actor, Role
from domain.kernel.ids import public_id
from domain.kernel.subject import Scope
from domain.notifications.outbox import notify
from domain.partners.announcing import News, announce
from domain.partners.terms import WebhookEvent
from domain.repairs.locks import subject_of
from domain.repairs.models import RepairOrder
from domain.repairs.reading import REPAIR_ORDER
from domain.staff.contacts import in_charge
from domain.staff.letters import write_to_staff


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


async def call_repairer(order: RepairOrder, actor: Actor) -> None:
    """Lets the repairer's system be told that an order was offered to it, in the current transaction."""
    told = public_id(REPAIR_ORDER.prefix, order.id)
    news = News(subject_of(order), told, order.order_number, order.repairer_partner_id)
    await announce(WebhookEvent.REPAIR_DISPATCHED, news, actor=actor)


async def warn_handler(order: RepairOrder, handler_id: UUID | None, percent: int, actor: Actor) -> None:
    """Tells the handler of the claim, or all managers without one, how much of the repairer's time has passed."""
    await write_to_staff(
        await in_charge(handler_id, Role.CLAIMS_MANAGER),
        template="REPAIR_TIME_PASSING",
        parameters={"order_number": order.order_number, "percent": str(percent)},
        subject=subject_of(order),
        actor=actor,
    )
