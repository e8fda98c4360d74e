"""How a repairer reaches the customer: by the phone number, shown in plain while the order is live and its own."""

from __future__ import annotations

from uuid import UUID

from domain.customers.models import Customer
from domain.customers.revealing import reveal_within
from domain.customers.terms import SealedField
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.refusals import Forbidden
from domain.kernel.rows import get_visible
from domain.repairs.models import RepairOrder
from domain.repairs.reading import REPAIR_ORDER
from domain.repairs.terms import RepairState

CONTACTERS = (Role.REPAIRER,)
UNTAKEN = (RepairState.CREATED, RepairState.REFUSED)


async def reveal_phone(order_id: UUID, *, actor: Actor) -> str:
    """The customer's phone number for the repairer of a live order; the audit keeps who saw it and for which order.

    Raises: Forbidden, also once the order was refused or is over; NotFound; NothingSealed; TooManyAttempts.
    Source: PIPL Art. 6, 51 (no more than the work needs).
    """
    if not actor.has(*CONTACTERS):
        raise Forbidden(permission="repair_order:reveal_contact")
    async with transaction():
        order = await get_visible(RepairOrder, REPAIR_ORDER, order_id, actor)
        if order.closed_at is not None or order.state in UNTAKEN:
            raise Forbidden(permission="repair_order:reveal_contact:without_a_live_order")
        customer = await Customer.get(id=order.customer_id)
        return await reveal_within(customer, SealedField.PHONE, order.order_number, actor)
