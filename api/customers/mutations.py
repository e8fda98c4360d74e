"""Changes of customers."""

from __future__ import annotations

import strawberry

from api.changes import Changed, change, changed
from api.customers.inputs import (
    ConsentGiveInput,
    ConsentWithdrawInput,
    CustomerChangeBankAccountInput,
    CustomerChangeContactInput,
    CustomerCheckIdentityInput,
    CustomerIdentifyInput,
    CustomerRevealInput,
)
from api.customers.types import Customer
from api.inputs import row_id, value_of
from domain.access.terms import ApiScope
from domain.claims.locks import works_for
from domain.customers import changes, consents, identifying, identity, revealing
from domain.customers.consents import TAKERS
from domain.customers.identifying import IDENTIFIERS
from domain.customers.identity import CHECKERS
from domain.customers.reading import CUSTOMER
from domain.customers.revealing import BANK_REVEALERS, REVEALERS
from domain.kernel.actor import Actor, Role


@change(Role.CUSTOMER, Role.CUSTOMER_SERVICE, customer=Customer)
async def customer_change_contact(given: CustomerChangeContactInput, actor: Actor) -> Changed:
    """Changes phone or mail; after a new phone nothing is paid out for 24 hours."""
    customer_id = row_id(CUSTOMER.prefix, given.customer_id)
    await changes.change_contact(
        customer_id,
        phone=value_of(given.phone),
        mail=value_of(given.mail),
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(customer=customer_id)


@change(Role.CUSTOMER, Role.CUSTOMER_SERVICE, customer=Customer)
async def customer_change_bank_account(given: CustomerChangeBankAccountInput, actor: Actor) -> Changed:
    """Changes the account that claims are paid to; nothing is paid to it for 24 hours."""
    customer_id = row_id(CUSTOMER.prefix, given.customer_id)
    await changes.change_bank_account(
        customer_id, bank_account=given.bank_account, expected_version=given.expected_version, actor=actor
    )
    return changed(customer=customer_id)


@change(*(REVEALERS | BANK_REVEALERS), customer=Customer, value=str)
async def customer_reveal(given: CustomerRevealInput, actor: Actor) -> Changed:
    """Shows one sealed field in plain, at most 30 times an hour; the audit keeps who, what and why.

    Whoever handles claims sees it of customers with an open claim of theirs only. A replay does not show it.
    """
    customer_id = row_id(CUSTOMER.prefix, given.customer_id)
    value = await revealing.reveal(
        customer_id, field=given.field, reason=given.reason, works_for=works_for, actor=actor
    )
    return Changed(ids={"customer": customer_id}, values={"value": value})


@change(*IDENTIFIERS, scope=ApiScope.SELL, customer=Customer)
async def customer_identify(given: CustomerIdentifyInput, actor: Actor) -> Changed:
    """Adds the number by which a register knows the customer; only customer service corrects one, until it is verified.

    After a correction the customer is unverified again.
    """
    customer_id = row_id(CUSTOMER.prefix, given.customer_id)
    await identifying.identify(
        customer_id,
        identity_number=value_of(given.identity_number),
        organisation_code=value_of(given.organisation_code),
        reason=value_of(given.reason),
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(customer=customer_id)


@change(*CHECKERS, customer=Customer)
async def customer_check_identity(given: CustomerCheckIdentityInput, actor: Actor) -> Changed:
    """Has the customer's name and number checked by a register 身份核验, if he or she consented; a job does it."""
    customer_id = row_id(CUSTOMER.prefix, given.customer_id)
    await identity.check(customer_id, expected_version=value_of(given.expected_version), actor=actor)
    return changed(customer=customer_id)


@change(*TAKERS, scope=ApiScope.SELL, customer=Customer)
async def consent_give(given: ConsentGiveInput, actor: Actor) -> Changed:
    """Writes down what the customer consents to, with the texts that were shown 同意; what was given already stays."""
    customer_id = row_id(CUSTOMER.prefix, given.customer_id)
    versions = {each.purpose: each.text_version for each in given.consents}
    await consents.give(
        customer_id,
        purposes=versions,
        channel=given.channel,
        language=value_of(given.language),
        versions=versions,
        actor=actor,
    )
    return changed(customer=customer_id)


@change(*TAKERS, scope=ApiScope.SELL, customer=Customer)
async def consent_withdraw(given: ConsentWithdrawInput, actor: Actor) -> Changed:
    """Takes a consent back for the time to come 撤回同意; no reason is asked for, and what was done before stands."""
    customer_id = row_id(CUSTOMER.prefix, given.customer_id)
    await consents.withdraw(customer_id, purpose=given.purpose, reason=value_of(given.reason), actor=actor)
    return changed(customer=customer_id)


@strawberry.type
class CustomersMutations:
    """Changes of customers."""

    customer_change_contact = customer_change_contact
    customer_change_bank_account = customer_change_bank_account
    customer_reveal = customer_reveal
    customer_identify = customer_identify
    customer_check_identity = customer_check_identity
    consent_give = consent_give
    consent_withdraw = consent_withdraw
