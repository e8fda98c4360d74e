"""People who can sign in, and those who have."""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID, uuid4

from domain.access import signing_in
from domain.access.passwords import set_password
from domain.access.terms import Granted
from domain.customers.introduction import introduce
from domain.kernel.actor import Actor, Role
from domain.kernel.sealing import unseal
from domain.notifications.models import Notification
from domain.notifications.outbox import PARAMETERS_PLACE
from domain.staff.models import Staff
from tests.factories.insured import partner_with_a_book, person

OFFICE = Actor.system("test")
PASSWORD = "a long pass phrase"


@dataclass(frozen=True)
class Colleague:
    """A member of staff with a password."""

    id: UUID
    email: str


async def colleague(*roles: Role) -> Colleague:
    """Somebody on the staff who can sign in with the usual password."""
    email = f"{uuid4().hex}@insurer.example"
    row = await Staff.create(name="Li", email=email, roles=sorted(roles or (Role.CUSTOMER_SERVICE,)))
    await set_password(row.id, password=PASSWORD, actor=OFFICE)
    return Colleague(row.id, email)


async def signed_in(*roles: Role) -> tuple[Colleague, Granted]:
    """Somebody on the staff who has just signed in."""
    found = await colleague(*roles)
    return found, await signing_in.staff_sign_in(found.email, PASSWORD)


async def customer_of(partner: Actor | None = None, *, mail: str | None = None) -> tuple[UUID, str]:
    """A customer and the mail address."""
    seller = partner or await partner_with_a_book()
    assert seller.partner_id is not None
    address = mail or f"{uuid4().hex}@example.com"
    return await introduce(person(mail=address), seller.partner_id, actor=seller), address


async def code_sent_to(customer_id: UUID) -> str:
    """The newest one-time code that was sent to a customer."""
    row = await Notification.filter(template="SIGN_IN_CODE", party_id=customer_id).order_by("-id").first()
    assert row is not None
    return str(json.loads(unseal(PARAMETERS_PLACE, row.id, row.parameters_sealed))["code"])


async def password_code_sent_to(email: str) -> str:
    """The newest code to set a password that was sent to a member of staff."""
    person = await Staff.get(email=email)
    row = await Notification.filter(template="STAFF_PASSWORD_CODE", party_id=person.id).order_by("-id").first()
    assert row is not None
    return str(json.loads(unseal(PARAMETERS_PLACE, row.id, row.parameters_sealed))["code"])
