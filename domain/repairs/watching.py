"""The repairer's time: it runs from the offer of an order until the repairer takes it; the claim's handler is warned.

Source: own service promise (the customer hears from the repairer within three working days of the dispatch).
"""

from __future__ import annotations

from uuid import UUID

from domain.claims.models import Claim
from domain.kernel.actor import Actor
from domain.kernel.database import Run, transaction
from domain.kernel.rows import lock_row
from domain.kernel.subject import Scope
from domain.repairs.locks import subject_of
from domain.repairs.models import RepairOrder
from domain.repairs.notices import warn_handler
from domain.repairs.terms import RepairState
from domain.service_levels import clocks
from domain.service_levels.clocks import Matter
from domain.service_levels.terms import ServicePriority, ServiceStage


async def begin(order: RepairOrder, claim: Claim) -> None:
    """The time begins, in the green channel where the claim is in it; inside a verb's transaction."""
    priority = ServicePriority.NORMAL if claim.emergency is None else ServicePriority.URGENT
    scope = Scope(order.customer_id, order.repairer_partner_id)
    await clocks.start(Matter(subject_of(order), scope, priority=priority), ServiceStage.FIRST_RESPONSE)


async def warn_of_promise(order_id: UUID, percent: int, *, actor: Actor, run: Run | None = None) -> None:
    """Tells whoever handles the claim how much of the time has passed, unless the order was taken meanwhile."""
    async with transaction(run, finishing=True) as tx:
        order = await lock_row(RepairOrder, order_id)
        if order is None or order.state is not RepairState.DISPATCHED:
            return
        claim = await Claim.get(id=order.claim_id)
        await warn_handler(order, claim.handler_id, percent, actor)
        tx.made = subject_of(order)
