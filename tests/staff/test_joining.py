"""Taking somebody on and changing what he or she is: nobody makes himself or herself anything."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from uuid import UUID, uuid4

import pytest

from domain.audit.models import AuditEntry
from domain.kernel.actor import STAFF_ROLES, Actor, Role
from domain.kernel.refusals import AlreadyExists, Forbidden, Invalid, NotFound, StaleVersion
from domain.kernel.sealing import unseal
from domain.staff import joining
from domain.staff.contacts import recipient_of
from domain.staff.models import Staff
from tests.factories.insured import staff
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")
TABLES = ("staff", "authority_limit")
JOINERS = {Role.HR, Role.ADMIN, Role.SYSTEM}


def somebody(role: Role) -> Actor:
    return Actor(frozenset({role}), staff_id=uuid4() if role in STAFF_ROLES else None)


async def join(actor: Actor, email: str = "li@insurer.example", roles: Iterable[Role] = (Role.SALES,)) -> UUID:
    return await joining.join(name=" 李四 ", email=email, roles=roles, actor=actor)


async def colleague(*roles: Role) -> Staff:
    return await Staff.get(id=await join(Actor.system("test"), f"{uuid4().hex}@insurer.example", roles))


@pytest.mark.parametrize("role", sorted(JOINERS))
async def test_human_resources_and_administration_take_somebody_on(role: Role) -> None:
    actor = Actor.system("test") if role is Role.SYSTEM else somebody(role)
    staff_id = await join(actor, " Li@Insurer.example ", (Role.SALES, Role.CUSTOMER_SERVICE, Role.SALES))
    row = await Staff.get(id=staff_id)
    assert (row.name, row.email, row.active, row.version) == ("李四", "li@insurer.example", True, 1)
    assert row.roles == [Role.CUSTOMER_SERVICE, Role.SALES]
    entry = await AuditEntry.get(action="staff:join")
    assert (entry.subject_id, entry.actor) == (staff_id, actor.label)
    assert entry.after == {"name": "李四", "roles": ["CUSTOMER_SERVICE", "SALES"]}


@pytest.mark.parametrize("role", sorted(set(Role) - JOINERS))
async def test_nobody_else_takes_anybody_on(role: Role) -> None:
    async with refused(Forbidden, *TABLES):
        await join(somebody(role))


async def test_only_an_administrator_makes_another_one() -> None:
    roles = (Role.SALES, Role.ADMIN)
    async with refused(Forbidden, *TABLES):
        await join(somebody(Role.HR), roles=roles)
    joined = await Staff.get(id=await join(somebody(Role.ADMIN), roles=roles))
    assert joined.roles == [Role.ADMIN, Role.SALES]


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


async def test_an_administrator_changes_roles_for_a_reason() -> None:
    row, admin = await colleague(Role.SALES), await staff(Role.ADMIN)
    await joining.change_roles(row.id, roles=[Role.FINANCE], reason="moved", expected_version=1, actor=admin)
    now = await Staff.get(id=row.id)
    assert (now.roles, now.version) == ([Role.FINANCE], 2)
    entry = await AuditEntry.get(action="staff:change_roles")
    assert (entry.before, entry.after) == ({"roles": ["SALES"]}, {"roles": ["FINANCE"]})
    assert (entry.subject_id, entry.actor, entry.reason) == (row.id, admin.label, "moved")


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMIN}))
async def test_nobody_else_changes_roles(role: Role) -> None:
    row = await colleague(Role.SALES)
    async with refused(Forbidden, *TABLES):
        await joining.change_roles(row.id, roles=[Role.ADMIN], reason="x", expected_version=1, actor=somebody(role))


@pytest.mark.parametrize("roles", [[Role.ADMIN, Role.FINANCE_APPROVER], [Role.SALES]])
async def test_nobody_changes_his_or_her_own_roles(roles: list[Role]) -> None:
    admin = await staff(Role.ADMIN)
    assert admin.staff_id is not None
    async with refused(Forbidden, *TABLES):
        await joining.change_roles(admin.staff_id, roles=roles, reason="x", expected_version=1, actor=admin)


async def test_a_change_of_nobody_of_an_older_state_or_to_nothing_is_refused() -> None:
    row, admin = await colleague(Role.SALES), await staff(Role.ADMIN)
    async with refused(NotFound, *TABLES):
        await joining.change_roles(uuid4(), roles=[Role.RISK], reason="x", expected_version=1, actor=admin)
    async with refused(StaleVersion, *TABLES):
        await joining.change_roles(row.id, roles=[Role.RISK], reason="x", expected_version=2, actor=admin)
    for roles in ([], [Role.CUSTOMER], [Role.SYSTEM, Role.RISK]):
        async with refused(Invalid, *TABLES):
            await joining.change_roles(row.id, roles=roles, reason="x", expected_version=1, actor=admin)


async def test_two_administrators_that_change_one_person_at_once_do_not_overwrite_each_other() -> None:
    row, admins = await colleague(Role.SALES), [await staff(Role.ADMIN) for _ in range(2)]
    outcomes = await asyncio.gather(
        *(
            joining.change_roles(row.id, roles=[role], reason="x", expected_version=1, actor=admin)
            for admin, role in zip(admins, (Role.RISK, Role.FINANCE), strict=True)
        ),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes if outcome is not None] == [StaleVersion]
    assert (await Staff.get(id=row.id)).version == 2


async def test_a_member_of_staff_is_written_to_at_a_sealed_address() -> None:
    row = await colleague(Role.SALES)
    found = recipient_of(row)
    assert unseal(found.address_place, row.id, found.address_sealed) == row.email
    assert row.email not in repr(found)
    assert (found.language, found.address_mask[1:]) == ("zh", "***@insurer.example")
