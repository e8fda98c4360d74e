"""Changes of customers."""

from __future__ import annotations

import strawberry

from api.changes import Changed, change, changed
from api.customers.inputs import CustomerChangeBankAccountInput, CustomerChangeContactInput, CustomerRevealInput
from api.customers.types import Customer
from api.inputs import row_id, value_of
from domain.claims.locks import works_for
from domain.customers import changes, revealing
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


@strawberry.type
class CustomersMutations:
    """Changes of customers."""

    customer_change_contact = customer_change_contact
    customer_change_bank_account = customer_change_bank_account
    customer_reveal = customer_reveal
