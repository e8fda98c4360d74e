"""Customers whose identity stands in every state, a company, and consents given in every way, some taken back."""

from __future__ import annotations

from domain.customers import consents, identifying, identity
from domain.customers.introduction import introduce
from domain.customers.models import Customer
from domain.customers.terms import ConsentChannel, ConsentPurpose, Language
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from tests.factories.identity import COMPANY_CODE, AlwaysMatches
from tests.factories.insured import person


async def seed_identities(partners: list[Actor], service: Actor) -> None:
    """The customers that are there give and take back, and some are checked; two companies join, one of them twice."""
    for number, row in enumerate(await Customer.all().order_by("id")):
        customer = Actor(frozenset({Role.CUSTOMER}), customer_id=row.id)
        everything = list(ConsentPurpose)[number % 3 :]
        await consents.give(row.id, purposes=everything, channel=ConsentChannel.APP, actor=customer)
        await consents.withdraw(row.id, purpose=ConsentPurpose.MARKETING, actor=customer)
        again = [ConsentPurpose.MARKETING]
        await consents.give(
            row.id, purposes=again, channel=ConsentChannel.PHONE, language=Language.EN, actor=service
        )
        if row.identity_number_sealed is not None and number % 2 == 0:
            async with transaction():
                await identity.request_check(row.id, actor=service)
        if number % 4 == 0:
            await identity.verify(row.id, gateway=AlwaysMatches(), actor=Actor.system("customers.verify_identity"))
    await _companies(partners, service)


async def _companies(partners: list[Actor], service: Actor) -> None:
    for partner in partners:
        assert partner.partner_id is not None
        details = person(full_name="Acme Ltd", organisation_code=COMPANY_CODE)
        await introduce(details, partner.partner_id, actor=partner)
    first = partners[0]
    assert first.partner_id is not None
    unnamed = await introduce(person(full_name="Other Ltd"), first.partner_id, actor=first)
    await identifying.identify(
        unnamed, identity_number=None, organisation_code=COMPANY_CODE, expected_version=1, actor=service
    )
