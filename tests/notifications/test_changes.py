"""Whoever did not ask for a change of contact or account learns of it at the address that was known before."""

from __future__ import annotations

import pytest

from domain.customers import changes
from domain.customers.models import Customer
from domain.kernel.actor import Actor, Role
from domain.kernel.refusals import StaleVersion
from domain.kernel.sealing import unseal
from domain.notifications.models import Notification
from tests.factories.signed_in import customer_of
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")
CARD = "4111111111111111"


async def addresses(template: str) -> set[str]:
    found = await Notification.filter(template=template)
    return {unseal(row.address_place, row.party_id, row.address_sealed) for row in found}


async def test_a_new_mail_address_is_told_at_the_old_and_at_the_new_one() -> None:
    customer_id, mail = await customer_of()
    actor = Actor(frozenset({Role.CUSTOMER}), customer_id=customer_id)
    await changes.change_contact(customer_id, phone=None, mail="new@example.com", expected_version=1, actor=actor)
    assert await addresses("CONTACT_CHANGED") == {mail, "new@example.com"}


async def test_a_new_account_is_told_at_the_known_address_and_not_when_it_was_refused() -> None:
    customer_id, mail = await customer_of()
    actor = Actor(frozenset({Role.CUSTOMER}), customer_id=customer_id)
    async with refused(StaleVersion):
        await changes.change_bank_account(customer_id, bank_account=CARD, expected_version=2, actor=actor)
    await changes.change_bank_account(customer_id, bank_account=CARD, expected_version=1, actor=actor)
    assert await addresses("BANK_ACCOUNT_CHANGED") == {mail}
    assert (await Customer.get(id=customer_id)).payee_changed_at is not None
