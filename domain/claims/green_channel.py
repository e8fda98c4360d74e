"""The green channel 绿色通道: an emergency has a handler at once, and whoever is in charge is told.

Source: Measures 二(五); own service promise (disaster, vulnerable customers, medical need go first).
"""

from __future__ import annotations

from uuid import UUID

from domain.claims.lifecycle import OVER
from domain.claims.models import Claim
from domain.claims.notices import tell_handler
from domain.customers.payee import is_member_of_staff
from domain.kernel.actor import Actor, Role
from domain.kernel.database import fetch

_OVER = ", ".join(f"'{state}'" for state in OVER)
BY_WORK = f"""
SELECT s.id FROM staff s LEFT JOIN claim c ON c.handler_id = s.id AND c.state NOT IN ({_OVER})
WHERE s.active AND s.roles @> '["{Role.CLAIMS_HANDLER}"]' GROUP BY s.id ORDER BY count(c.id), s.id LIMIT 20
"""


async def handler_for(customer_id: UUID) -> UUID | None:
    """The active handler with the fewest open claims who is not the customer; None when there is nobody."""
    for row in await fetch(BY_WORK):
        staff_id = UUID(str(row["id"]))
        if not await is_member_of_staff(customer_id, staff_id):
            return staff_id
    return None


async def tell_in_charge(claim: Claim, actor: Actor) -> None:
    """Tells the handler of an urgent claim, or all managers where nobody handles it, that it waits."""
    await tell_handler(claim, "CLAIM_URGENT_FOR_YOU", actor)
