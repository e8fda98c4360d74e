"""Changes of policies."""

from __future__ import annotations

import strawberry

from api.changes import Changed, change, changed, takers
from api.inputs import row_id, value_of
from api.policies.inputs import (
    DeviceInput,
    PolicyCancelInput,
    PolicyholderInput,
    PolicyRegisterInput,
    PolicyReinstateInput,
)
from api.policies.types import Policy
from domain.access.terms import ApiScope
from domain.customers.details import CustomerDetails
from domain.customers.terms import Language
from domain.kernel.actor import Actor
from domain.partners.reading import PARTNER
from domain.policies import cancellation, issuing, lapsing
from domain.policies.issuing import SELLERS, Device
from domain.policies.lifecycle import POLICY_LIFECYCLE
from domain.policies.reading import POLICY
from domain.policies.terms import PolicyAction
from domain.products.reading import PRODUCT_VERSION
from domain.products.terms import DeviceCondition


@change(*SELLERS, scope=ApiScope.SELL, for_ever=True, policy=Policy)
async def policy_register(given: PolicyRegisterInput, actor: Actor) -> Changed:
    """Registers a device and sells it a cover 承保; the premium is rated, posted and told to the customer."""
    seller = value_of(given.partner_id)
    policy = await issuing.register(
        row_id(PRODUCT_VERSION.prefix, given.product_version_id),
        partner_id=None if seller is None else row_id(PARTNER.prefix, seller),
        device=_device(given.device),
        customer=_policyholder(given.customer),
        actor=actor,
    )
    return changed(policy=policy.id)


@change(*takers(POLICY_LIFECYCLE, PolicyAction.CANCEL), for_ever=True, policy=Policy)
async def policy_cancel(given: PolicyCancelInput, actor: Actor) -> Changed:
    """Takes a policy back 退保: in its cooling-off days in full, before its cover begins less the fee."""
    policy = await cancellation.cancel(
        row_id(POLICY.prefix, given.policy_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(policy=policy.id)


@change(*takers(POLICY_LIFECYCLE, PolicyAction.REINSTATE), policy=Policy)
async def policy_reinstate(given: PolicyReinstateInput, actor: Actor) -> Changed:
    """Puts a lapsed policy in force again 复效, once nothing is overdue; losses are covered from the next day on."""
    policy = await lapsing.reinstate(
        row_id(POLICY.prefix, given.policy_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(policy=policy.id)


def _device(given: DeviceInput) -> Device:
    return Device(
        category=given.category,
        brand=given.brand,
        model=given.model,
        serial_number=given.serial_number,
        purchased_on=given.purchased_on,
        price=given.price.money("input", "device", "price"),
        condition=value_of(given.condition) or DeviceCondition.NEW,
        invoice_number=value_of(given.invoice_number),
        warranty_until=value_of(given.warranty_until),
    )


def _policyholder(given: PolicyholderInput) -> CustomerDetails:
    return CustomerDetails(
        full_name=given.full_name,
        phone=given.phone,
        mail=given.mail,
        language=value_of(given.language) or Language.ZH,
        identity_number=value_of(given.identity_number),
        bank_account=value_of(given.bank_account),
        address=value_of(given.address),
    )


@strawberry.type
class PoliciesMutations:
    """Changes of policies."""

    policy_register = policy_register
    policy_cancel = policy_cancel
    policy_reinstate = policy_reinstate
