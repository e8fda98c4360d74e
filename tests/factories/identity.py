"""Registers of identities, numbers that their check digits fit, and customers who can be checked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from domain.customers import consents
from domain.customers.identity_register import IdentityAnswer, IdentityQuestion
from domain.customers.introduction import introduce
from domain.customers.models import Customer
from domain.customers.terms import ConsentChannel, ConsentPurpose
from domain.kernel.actor import Actor, Role
from tests.factories.insured import partner_with_a_book, person

NUMBER = "11010519491231002X"
OTHER_NUMBER = "110105194912310038"
COMPANY_CODE = "91350100M000100Y43"


class AlwaysMatches:
    """A register in this process that knows everybody."""

    async def check(self, asked: IdentityQuestion) -> IdentityAnswer:
        """Says that they belong together."""
        assert asked.name and asked.number
        return IdentityAnswer.MATCH


async def known(partner: Actor | None = None, **changes: Any) -> Customer:
    """A customer with an identity number in some partner's book; `changes` are of the details."""
    seller = partner or await partner_with_a_book()
    assert seller.partner_id is not None
    details = person(**{"identity_number": NUMBER} | changes)
    return await Customer.get(id=await introduce(details, seller.partner_id, actor=seller))


def signed_in(customer_id: UUID) -> Actor:
    """The customer."""
    return Actor(frozenset({Role.CUSTOMER}), customer_id=customer_id)


async def consenting(*purposes: ConsentPurpose, partner: Actor | None = None, **changes: Any) -> Customer:
    """The same, who has consented to this; to the check alone if nothing is named."""
    row = await known(partner, **changes)
    wanted = purposes or (ConsentPurpose.IDENTITY_CHECK,)
    await consents.give(row.id, purposes=wanted, channel=ConsentChannel.APP, actor=signed_in(row.id))
    return row
