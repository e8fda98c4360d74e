"""How bordereaux speaks to finance, in the transaction that causes it."""

from __future__ import annotations

from domain.bordereaux.kinds import B, Kind
from domain.bordereaux.terms import Totals
from domain.kernel.actor import Actor, Role
from domain.kernel.money import Money
from domain.partners.models import Partner
from domain.staff.contacts import in_charge
from domain.staff.letters import write_to_staff


async def tell_finance(kind: Kind[B], bordereau: B, difference: Totals, actor: Actor) -> None:
    """Tells all of finance by how much the lines of a bordereau differ from the ledger."""
    partner = await Partner.get(id=bordereau.partner_id)
    parameters = {
        "bordereau_number": bordereau.bordereau_number,
        "partner_code": partner.code,
        "month": f"{bordereau.month:%Y-%m}",
        **{name: str(Money(minor, bordereau.currency)) for name, minor in difference.parts.items()},
    }
    await write_to_staff(
        await in_charge(None, Role.FINANCE),
        template=f"{kind.name.upper()}_DIFFERS",
        parameters=parameters,
        subject=kind.subject_of(bordereau),
        actor=actor,
    )
