"""How claims speaks to the customer: one template with the claim's number, in the transaction that causes it."""

from __future__ import annotations

from collections.abc import Iterable

from domain.claims.models import Claim
from domain.customers.contacts import recipient_of
from domain.kernel.actor import Actor, Role
from domain.kernel.subject import Scope, Subject, SubjectKind
from domain.notifications.outbox import notify
from domain.payouts.news import Returned
from domain.staff.contacts import in_charge
from domain.staff.letters import write_to_staff
from domain.staff.models import Staff


def subject_of(claim: Claim) -> Subject:
    """The claim as other rooms name it."""
    return Subject(SubjectKind.CLAIM, claim.id)


def scope_of(claim: Claim) -> Scope:
    """Whom the claim concerns."""
    return Scope(customer_id=claim.customer_id, partner_id=claim.partner_id)


async def tell_risk(claim: Claim, actor: Actor) -> None:
    """Tells all who judge suspicions that a claim waits for one of them."""
    await _tell_staff(claim, await in_charge(None, Role.RISK), "CLAIM_REFERRED_TO_YOU", actor)


async def tell_compliance(claim: Claim, actor: Actor) -> None:
    """Tells all of compliance that a major claim waits for one of them."""
    await _tell_staff(claim, await in_charge(None, Role.COMPLIANCE), "CLAIM_CLEARANCE_REQUESTED", actor)


async def tell_returned(returned: Returned, actor: Actor) -> None:
    """Writes of a payment that came back to the customer whose it was, and to the claim's handler.

    In the current transaction. A repairer's is no matter of the customer.
    """
    claim, amount = await Claim.get(id=returned.matter_id), str(returned.amount)
    if returned.customer_id is not None:
        await tell_customer(claim, "CLAIM_PAYMENT_RETURNED", actor, amount=amount, account=returned.account)
    await tell_handler(claim, "CLAIM_PAYMENT_RETURNED_FOR_YOU", actor, amount=amount, reference=returned.reference)


async def tell_handler(claim: Claim, template: str, actor: Actor, **parameters: str) -> None:
    """Tells the handler of a claim, or all managers where nobody handles it."""
    people = await in_charge(claim.handler_id, Role.CLAIMS_MANAGER)
    await _tell_staff(claim, people, template, actor, **parameters)


async def tell_in_charge(claim: Claim, template: str, actor: Actor, **parameters: str) -> None:
    """Tells the handler of a claim and all claims managers, each once."""
    managers = await in_charge(None, Role.CLAIMS_MANAGER)
    handlers = await in_charge(claim.handler_id, Role.CLAIMS_MANAGER)
    await _tell_staff(claim, (*handlers, *managers), template, actor, **parameters)


async def _tell_staff(
    claim: Claim, people: Iterable[Staff], template: str, actor: Actor, **parameters: str
) -> None:
    parameters = {"claim_number": claim.claim_number, **parameters}
    await write_to_staff(people, template=template, parameters=parameters, subject=subject_of(claim), actor=actor)


async def tell_customer(claim: Claim, template: str, actor: Actor, **parameters: str) -> None:
    """Notifies the customer about the claim, in the current transaction."""
    await notify(
        template=template,
        recipient=await recipient_of(claim.customer_id),
        parameters={"claim_number": claim.claim_number, **parameters},
        subject=subject_of(claim),
        scope=scope_of(claim),
        actor=actor,
    )
