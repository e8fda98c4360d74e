"""Changes of partners."""

from __future__ import annotations

from datetime import date

import strawberry

from api.changes import Changed, change, changed
from api.inputs import row_id, value_of
from api.partners.inputs import (
    PartnerBankAccountChangeInput,
    PartnerIntroduceInput,
    PartnerSetLicenseInput,
    PartnerSuspendInput,
    WebhookAddInput,
    WebhookRemoveInput,
    WebhookRotateSecretInput,
)
from api.partners.types import Partner, WebhookEndpoint
from domain.access.terms import ApiScope
from domain.kernel.actor import Actor, Role
from domain.kernel.refusals import Invalid
from domain.partners import banking, introduction, webhooks
from domain.partners.introduction import License
from domain.partners.reading import PARTNER, WEBHOOK_ENDPOINT


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


@change(*banking.BANKERS, for_ever=True, partner=Partner)
async def partner_bank_account_change(given: PartnerBankAccountChangeInput, actor: Actor) -> Changed:
    """Sets the account that a partner is paid to; for 24 hours nothing is, and whoever set it has no part in paying."""
    partner_id = row_id(PARTNER.prefix, given.partner_id)
    await banking.change_bank_account(
        partner_id,
        bank_account=given.bank_account,
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(partner=partner_id)


@change(*webhooks.KEEPERS, scope=ApiScope.KEYS, keyed=False, endpoint=WebhookEndpoint, secret=str)
async def webhook_add(given: WebhookAddInput, actor: Actor) -> Changed:
    """Lets a partner's system be called (webhook), at five endpoints at most; `secret` signs and is told once."""
    partner_id = row_id(PARTNER.prefix, given.partner_id)
    told = await webhooks.add(partner_id, url=given.url, events=given.events, actor=actor)
    return Changed(ids={"endpoint": told.endpoint_id}, values={"secret": told.secret})


@change(*webhooks.KEEPERS, scope=ApiScope.KEYS, keyed=False, endpoint=WebhookEndpoint, secret=str)
async def webhook_rotate_secret(given: WebhookRotateSecretInput, actor: Actor) -> Changed:
    """Gives a webhook endpoint a new `secret`, told once; for a day the former one signs as well."""
    endpoint_id = row_id(WEBHOOK_ENDPOINT.prefix, given.endpoint_id)
    told = await webhooks.rotate_secret(
        endpoint_id, reason=given.reason, expected_version=given.expected_version, actor=actor
    )
    return Changed(ids={"endpoint": told.endpoint_id}, values={"secret": told.secret})


@change(*webhooks.KEEPERS, scope=ApiScope.KEYS, endpoint=WebhookEndpoint)
async def webhook_remove(given: WebhookRemoveInput, actor: Actor) -> Changed:
    """Calls a webhook endpoint no more; what was still to be told there is given up."""
    endpoint_id = row_id(WEBHOOK_ENDPOINT.prefix, given.endpoint_id)
    await webhooks.remove(
        endpoint_id, reason=given.reason, expected_version=given.expected_version, actor=actor
    )
    return changed(endpoint=endpoint_id)


@strawberry.type
class PartnersMutations:
    """Changes of partners."""

    partner_introduce = partner_introduce
    partner_set_license = partner_set_license
    partner_suspend = partner_suspend
    partner_bank_account_change = partner_bank_account_change
    webhook_add = webhook_add
    webhook_rotate_secret = webhook_rotate_secret
    webhook_remove = webhook_remove
