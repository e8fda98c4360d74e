"""Changes of partners."""

from __future__ import annotations

import strawberry

from api.changes import Changed, change, changed
from api.inputs import row_id
from api.partners.inputs import PartnerIntroduceInput, PartnerSuspendInput
from api.partners.types import Partner
from domain.kernel.actor import Actor, Role
from domain.partners import introduction
from domain.partners.reading import PARTNER


@change(Role.SALES, Role.ADMIN, partner=Partner)
async def partner_introduce(given: PartnerIntroduceInput, actor: Actor) -> Changed:
    """Takes a partner on."""
    partner_id = await introduction.introduce(
        code=given.code, name=given.name, kind=given.kind, commission_rate=given.commission_rate, actor=actor
    )
    return changed(partner=partner_id)


@change(Role.ADMIN, Role.COMPLIANCE, partner=Partner)
async def partner_suspend(given: PartnerSuspendInput, actor: Actor) -> Changed:
    """Stops a partner from selling; what it sold stays as it is."""
    partner_id = row_id(PARTNER.prefix, given.partner_id)
    await introduction.suspend(
        partner_id, reason=given.reason, expected_version=given.expected_version, actor=actor
    )
    return changed(partner=partner_id)


@strawberry.type
class PartnersMutations:
    """Changes of partners."""

    partner_introduce = partner_introduce
    partner_suspend = partner_suspend
