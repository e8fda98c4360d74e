"""Taking somebody on: with an address of his or her own, and without any role until an administrator confirms it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from uuid import UUID, uuid4

import pytest

from domain.audit.models import AuditEntry
from domain.kernel.actor import STAFF_ROLES, Actor, Role
from domain.kernel.refusals import AlreadyExists, Forbidden, Invalid
from domain.kernel.sealing import unseal
from domain.staff import joining
from domain.staff.contacts import recipient_of
from domain.staff.models import Staff, StaffChange
from domain.staff.terms import ChangeState
from tests.factories.insured import staff
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")
TABLES = ("staff", "staff_change")
JOINERS = {Role.HR, Role.ADMIN, Role.SYSTEM}


def somebody(role: Role) -> Actor:
    return Actor(frozenset({role}), staff_id=uuid4() if role in STAFF_ROLES else None)


async def join(actor: Actor, email: str = "li@insurer.example", roles: Iterable[Role] = (Role.SALES,)) -> UUID:
    return await joining.join(name=" 李四 ", email=email, roles=roles, actor=actor)


async def colleague(*roles: Role) -> Staff:
    return await Staff.get(id=await join(Actor.system("test"), f"{uuid4().hex}@insurer.example", roles))


@pytest.mark.parametrize("role", [Role.ADMIN, Role.HR])
async def test_human_resources_and_administration_take_somebody_on_and_propose_the_roles(role: Role) -> None:
    actor = await staff(role)
    staff_id = await join(actor, " Li@Insurer.example ", (Role.SALES, Role.CUSTOMER_SERVICE, Role.SALES))
    row = await Staff.get(id=staff_id)
    assert (row.name, row.email, row.active, row.version) == ("李四", "li@insurer.example", True, 1)
    assert row.roles == []
    entry = await AuditEntry.get(action="staff:join")
    assert (entry.subject_id, entry.actor) == (staff_id, actor.label)
    assert entry.after == {"name": "李四", "roles": []}
    waiting = await StaffChange.get(staff_id=staff_id)
    assert waiting.roles == [Role.CUSTOMER_SERVICE, Role.SALES]
    assert (waiting.state, waiting.proposer_id) == (ChangeState.PROPOSED, actor.staff_id)


async def test_the_system_gives_roles_at_once() -> None:
    row = await Staff.get(id=await join(Actor.system("test"), roles=(Role.ADMIN, Role.HR)))
    assert row.roles == [Role.ADMIN, Role.HR]
    assert not await StaffChange.exists()


@pytest.mark.parametrize("role", sorted(set(Role) - JOINERS))
async def test_nobody_else_takes_anybody_on(role: Role) -> None:
    async with refused(Forbidden, *TABLES):
        await join(somebody(role))


async def test_only_an_administrator_proposes_another_one() -> None:
    roles = (Role.SALES, Role.ADMIN)
    async with refused(Forbidden, *TABLES):
        await join(somebody(Role.HR), roles=roles)
    waiting = await StaffChange.get(staff_id=await join(await staff(Role.ADMIN), roles=roles))
    assert waiting.roles == [Role.ADMIN, Role.SALES]


@pytest.mark.parametrize("roles", [(), *[(Role.SALES, each) for each in sorted(set(Role) - STAFF_ROLES)]])
async def test_without_a_role_or_in_a_role_that_is_not_staffs_nobody_joins(roles: tuple[Role, ...]) -> None:
    hr = await staff(Role.HR)
    async with refused(Invalid, *TABLES) as raised:
        await join(hr, roles=roles)
    assert raised.value.path == ("input", "roles")


async def test_an_address_belongs_to_one_member_of_staff_however_it_is_written() -> None:
    hr = await staff(Role.HR)
    await join(hr)
    for email in ("li@insurer.example", "LI@insurer.EXAMPLE", " li@insurer.example "):
        async with refused(AlreadyExists, *TABLES) as raised:
            await join(hr, email)
        assert raised.value.path == ("input", "email")


async def test_two_who_join_with_one_address_at_once_are_one() -> None:
    hr = await staff(Role.HR)
    outcomes = await asyncio.gather(*(join(hr) for _ in range(6)), return_exceptions=True)
    assert sum(isinstance(outcome, AlreadyExists) for outcome in outcomes) == 5
    assert await Staff.filter(email="li@insurer.example").count() == 1


async def test_a_member_of_staff_is_written_to_at_a_sealed_address() -> None:
    row = await colleague(Role.SALES)
    found = recipient_of(row)
    assert unseal(found.address_place, row.id, found.address_sealed) == row.email
    assert row.email not in repr(found)
    assert (found.language, found.address_mask[1:]) == ("zh", "***@insurer.example")
