"""Changes of partners."""

from __future__ import annotations

from datetime import date

import strawberry

from api.changes import Changed, change, changed
from api.inputs import row_id, value_of
from api.partners.inputs import PartnerIntroduceInput, PartnerSetLicenseInput, PartnerSuspendInput
from api.partners.types import Partner
from domain.kernel.actor import Actor, Role
from domain.kernel.refusals import Invalid
from domain.partners import introduction
from domain.partners.introduction import License
from domain.partners.reading import PARTNER


@change(Role.SALES, Role.ADMIN, partner=Partner)
async def partner_introduce(given: PartnerIntroduceInput, actor: Actor) -> Changed:
    """Takes a partner on; it earns commission as long as it is licensed."""
    partner_id = await introduction.introduce(
        code=given.code,
        name=given.name,
        kind=given.kind,
        commission_rate=given.commission_rate,
        licence=_licence(value_of(given.license_number), value_of(given.licensed_until)),
        actor=actor,
    )
    return changed(partner=partner_id)


def _licence(number: str | None, until: date | None) -> License | None:
    """A licence is both its number and its last day.

    Raises: Invalid for one without the other.
    """
    if number is not None and until is not None:
        return License(number, until)
    if number is not None or until is not None:
        raise Invalid("required", path=("input", "licenseNumber" if number is None else "licensedUntil"))
    return None


@change(*introduction.LICENSERS, partner=Partner)
async def partner_set_license(given: PartnerSetLicenseInput, actor: Actor) -> Changed:
    """Records a partner's licence; what it sells from now on earns commission by it."""
    partner_id = row_id(PARTNER.prefix, given.partner_id)
    await introduction.set_license(
        partner_id,
        licence=License(given.license_number, given.licensed_until),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
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
    partner_set_license = partner_set_license
    partner_suspend = partner_suspend
