"""Who a link was made for, as that one stands at the moment in which it is followed."""

from __future__ import annotations

from uuid import UUID

from domain.customers.models import Customer
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.subject import Subject, SubjectKind
from domain.partners.models import Partner
from domain.partners.terms import PartnerKind
from domain.staff.models import Staff


async def viewer(party: Subject) -> Actor | None:
    """Somebody with the roles that he or she has now; None for one who is there no more, or left the house."""
    async with transaction():
        match party.kind:
            case SubjectKind.STAFF:
                return await _member(party.id)
            case SubjectKind.CUSTOMER if await Customer.filter(id=party.id).exists():
                return Actor(frozenset({Role.CUSTOMER}), customer_id=party.id)
            case SubjectKind.PARTNER:
                return await _partner(party.id)
            case _:
                return None


async def _member(staff_id: UUID) -> Actor | None:
    found = await Staff.filter(id=staff_id, active=True).first()
    return None if found is None else Actor(frozenset(map(Role, found.roles)), staff_id=staff_id)


async def _partner(partner_id: UUID) -> Actor | None:
    found = await Partner.filter(id=partner_id).first()
    if found is None:
        return None
    role = Role.REPAIRER if found.kind is PartnerKind.REPAIRER else Role.PARTNER
    return Actor(frozenset({role}), partner_id=partner_id)
