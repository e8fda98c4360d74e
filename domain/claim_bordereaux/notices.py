"""How the room speaks to finance, in the transaction that causes it."""

from __future__ import annotations

from domain.claim_bordereaux.locks import subject_of
from domain.claim_bordereaux.models import ClaimBordereau
from domain.claim_bordereaux.rules import Amounts
from domain.kernel.actor import Actor, Role
from domain.kernel.money import Money
from domain.kernel.subject import Scope
from domain.notifications.outbox import notify
from domain.partners.models import Partner
from domain.staff import contacts


async def tell_finance(bordereau: ClaimBordereau, difference: Amounts, actor: Actor) -> None:
    """Tells all of finance by how much the lines of a claims bordereau differ from the ledger."""
    partner = await Partner.get(id=bordereau.partner_id)
    for person in await contacts.in_charge(None, Role.FINANCE):
        await notify(
            template="CLAIM_BORDEREAU_DIFFERS",
            recipient=contacts.recipient_of(person),
            parameters={
                "bordereau_number": bordereau.bordereau_number,
                "partner_code": partner.code,
                "month": f"{bordereau.month:%Y-%m}",
                "paid": str(Money(difference.paid, bordereau.currency)),
                "recovered": str(Money(difference.recovered, bordereau.currency)),
            },
            subject=subject_of(bordereau),
            scope=Scope(),
            actor=actor,
        )
