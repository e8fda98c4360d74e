"""Changes of policies."""

from __future__ import annotations

import strawberry

from api.changes import Changed, change, changed, takers
from api.inputs import faults, row_id, value_of
from api.policies.decoding import device_of, policyholder_of
from api.policies.inputs import (
    PolicyCancelInput,
    PolicyRegisterBulkInput,
    PolicyRegisterInput,
    PolicyRegisterRowInput,
    PolicyReinstateInput,
    PolicyUploadRegisterInput,
)
from api.policies.types import Policy, Registration
from domain.access.terms import ApiScope
from domain.kernel.actor import Actor
from domain.kernel.refusals import refuse_all
from domain.partners.reading import PARTNER
from domain.policies import batches, cancellation, issuing, lapsing, uploading
from domain.policies.lifecycle import POLICY_LIFECYCLE
from domain.policies.offers import Offer
from domain.policies.reading import POLICY, REGISTRATION
from domain.policies.selling import SELLERS
from domain.policies.terms import OnError, PolicyAction
from domain.products.reading import PRODUCT_VERSION


@change(*SELLERS, scope=ApiScope.SELL, for_ever=True, policy=Policy)
async def policy_register(given: PolicyRegisterInput, actor: Actor) -> Changed:
    """Registers a device and sells it a cover 承保; the premium is rated, posted and told to the customer."""
    seller = value_of(given.partner_id)
    policy = await issuing.register(
        row_id(PRODUCT_VERSION.prefix, given.product_version_id),
        partner_id=None if seller is None else row_id(PARTNER.prefix, seller),
        device=device_of(given.device, "input", "device"),
        customer=policyholder_of(given.customer),
        actor=actor,
    )
    return changed(policy=policy.id)


@change(*SELLERS, scope=ApiScope.SELL, for_ever=True, registration=Registration)
async def policy_register_bulk(given: PolicyRegisterBulkInput, actor: Actor) -> Changed:
    """Sells up to 100 covers at once 批量承保; a row that was sold before under its `externalRef` is found again.

    With `ALL_OR_NOTHING` one bad row lets nothing be sold, and `errors` tells the faults of all rows by their places;
    with `EACH_BY_ITSELF` good rows are sold, and what became of each stands in `registration.rows`.
    """
    usual, seller = value_of(given.product_version_id), value_of(given.partner_id)
    if given.on_error is OnError.ALL_OR_NOTHING:
        refuse_all(list(faults(given.rows, ("input", "rows"))))
    registration = await batches.register_batch(
        [_offer(row, usual) for row in given.rows],
        partner_id=None if seller is None else row_id(PARTNER.prefix, seller),
        on_error=given.on_error,
        actor=actor,
    )
    return changed(registration=registration.id)


@change(*SELLERS, scope=ApiScope.SELL, for_ever=True, registration=Registration)
async def policy_upload_register(given: PolicyUploadRegisterInput, actor: Actor) -> Changed:
    """Has the rows of an uploaded file sold by a job; `registration.job` tells how far it is."""
    usual = value_of(given.product_version_id)
    registration = await uploading.register_upload(
        row_id(REGISTRATION.prefix, given.registration_id),
        version_id=None if usual is None else row_id(PRODUCT_VERSION.prefix, usual),
        actor=actor,
    )
    return changed(registration=registration.id)


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


def _offer(given: PolicyRegisterRowInput, usual: str | None) -> Offer:
    """One row; what breaks the bounds of its input is told in it, and leaves the others as they are."""
    named = value_of(given.product_version_id) or usual
    version_id = None if named is None else row_id(PRODUCT_VERSION.prefix, named)
    if found := tuple(faults(given)):
        return Offer(given.external_ref, version_id, None, None, found)
    device, customer = device_of(given.device, "input", "device"), policyholder_of(given.customer)
    return Offer(given.external_ref, version_id, device, customer)


@strawberry.type
class PoliciesMutations:
    """Changes of policies."""

    policy_register = policy_register
    policy_register_bulk = policy_register_bulk
    policy_upload_register = policy_upload_register
    policy_cancel = policy_cancel
    policy_reinstate = policy_reinstate
