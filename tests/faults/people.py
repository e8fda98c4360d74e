"""The people of a run: staff who are signed in, and customers with a policy and an account, made by the verbs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from domain.access.sessions import add_session
from domain.access.terms import Principal
from domain.access.tokens import issue_token
from domain.connections import database
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.ids import public_id
from domain.kernel.money import Money
from domain.policies import issuing
from domain.policies.reading import POLICY
from domain.staff.reading import STAFF
from tests.factories.insured import device, handler, manager, partner_with_a_book, person, staff, version_on_sale
from tests.factories.payouts import ACCOUNT, approver

PRICES = ("3000.00", "3000.00", "9000.00")  # of the devices, in turn; a third is beyond one handler and one approver
TWO_HANDLERS = 2


@dataclass(frozen=True)
class Cover:
    """A policy, and the token of its customer. Units: `price` in whole yuan."""

    policy: str
    token: str
    price: int


@dataclass(frozen=True)
class Member:
    """Somebody on the staff who is signed in."""

    id: str
    token: str


@dataclass(frozen=True)
class People:
    """Everybody who acts, by what they do."""

    handlers: Sequence[Member]
    managers: Sequence[Member]
    makers: Sequence[Member]
    approvers: Sequence[Member]
    covers: Sequence[Cover]

    def write(self, path: Path) -> None:
        """Keeps them for another process."""
        path.touch(0o600)
        path.write_text(json.dumps(asdict(self)))


def read_people(path: Path) -> People:
    """The people whom another process wrote down."""
    found: Mapping[str, Any] = json.loads(path.read_text())
    members = {role: [Member(**each) for each in found[role]] for role in found if role != "covers"}
    return People(**members, covers=[Cover(**each) for each in found["covers"]])


async def gather_people(url: str, covers: int, lasting: timedelta) -> People:
    """Makes everybody; their tokens are good for as long as the run may take."""
    async with database(url):
        return People(
            handlers=[await _member(await handler(), lasting) for _ in range(TWO_HANDLERS)],
            managers=[await _member(await manager(), lasting)],
            makers=[await _member(await staff(Role.FINANCE), lasting)],
            approvers=[await _member(await approver(), lasting) for _ in range(3)],
            covers=await _covers(covers, lasting),
        )


async def _member(actor: Actor, lasting: timedelta) -> Member:
    assert actor.staff_id is not None
    return Member(public_id(STAFF.prefix, actor.staff_id), await _token(actor, Principal.STAFF, lasting))


async def _token(actor: Actor, principal: Principal, lasting: timedelta) -> str:
    async with transaction():
        session = await add_session(
            principal, sorted(actor.roles), staff_id=actor.staff_id, customer_id=actor.customer_id
        )
    return issue_token(session, at=clock.now() + lasting)[0]


async def _covers(count: int, lasting: timedelta) -> list[Cover]:
    """Policies that have been in force for a month, each of a customer of its own."""
    version, partner, found = await version_on_sale(), await partner_with_a_book(), []
    for number in range(count):
        price, phone = Money.of(PRICES[number % len(PRICES)]), f"139{number:08d}"
        with clock.at(clock.now() - timedelta(days=30)):
            policy = await issuing.register(
                version, partner_id=None, device=device(price=price), actor=partner,
                customer=person(phone=phone, bank_account=ACCOUNT),
            )  # fmt: skip
        customer = Actor(frozenset({Role.CUSTOMER}), customer_id=policy.customer_id)
        token = await _token(customer, Principal.CUSTOMER, lasting)
        found.append(Cover(public_id(POLICY.prefix, policy.id), token, price.minor // 100))
    return found
