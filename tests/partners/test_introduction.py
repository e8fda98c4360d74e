"""Taking partners on and suspending them: codes are taken once, rates have bounds, the suspended sell nothing."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.audit.models import AuditEntry
from domain.customers.models import Customer
from domain.kernel.actor import STAFF_ROLES, Actor, Role
from domain.kernel.refusals import AlreadyExists, Forbidden, IllegalStep, Invalid, NotFound, StaleVersion
from domain.partners import introduction
from domain.partners.models import Partner
from domain.partners.terms import PartnerKind
from domain.policies import issuing
from domain.policies.models import Policy
from domain.policies.refusals import PartnerSuspended
from tests.factories.insured import device, partner_with_a_book, person, sold, staff, version_on_sale
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")
INTRODUCERS = {Role.SALES, Role.ADMIN, Role.SYSTEM}
SUSPENDERS = {Role.ADMIN, Role.COMPLIANCE}


async def introduce(actor: Actor, **changes: Any) -> UUID:
    usual: dict[str, Any] = {
        "code": "BRIGHT", "name": "Bright Devices", "kind": PartnerKind.RETAILER, "commission_rate": Decimal("0.15"),
    }  # fmt: skip
    return await introduction.introduce(**{**usual, **changes}, actor=actor)


def somebody(role: Role) -> Actor:
    return Actor(frozenset({role}), staff_id=uuid4() if role in STAFF_ROLES else None)


@pytest.mark.parametrize("role", sorted(INTRODUCERS))
async def test_who_sells_and_who_administers_take_partners_on(role: Role) -> None:
    actor = Actor.system("test") if role is Role.SYSTEM else somebody(role)
    partner_id = await introduce(actor, code=" BRIGHT ", name=" Bright Devices ")
    row = await Partner.get(id=partner_id)
    assert (row.code, row.name, row.kind) == ("BRIGHT", "Bright Devices", PartnerKind.RETAILER)
    assert (row.commission_rate, row.active, row.version) == (Decimal("0.15"), True, 1)
    entry = await AuditEntry.get(action="partner:introduce")
    assert (entry.subject_id, entry.actor, entry.after) == (partner_id, actor.label, {"code": "BRIGHT"})


@pytest.mark.parametrize("role", sorted(set(Role) - INTRODUCERS))
async def test_nobody_else_takes_partners_on(role: Role) -> None:
    async with refused(Forbidden):
        await introduce(somebody(role))


async def test_a_code_is_taken_once() -> None:
    sales = await staff(Role.SALES)
    await introduce(sales)
    for code in ("BRIGHT", " BRIGHT "):
        async with refused(AlreadyExists) as raised:
            await introduce(sales, code=code, name="Another")
        assert raised.value.path == ("input", "code")
    await introduce(sales, code="HARBOUR")
    assert await Partner.all().count() == 2


async def test_a_code_taken_twice_at_once_makes_one_partner() -> None:
    sales = await staff(Role.SALES)
    outcomes = await asyncio.gather(*(introduce(sales) for _ in range(6)), return_exceptions=True)
    assert sum(isinstance(outcome, AlreadyExists) for outcome in outcomes) == 5
    assert await Partner.all().count() == 1


@pytest.mark.parametrize("rate", ["0", "0.000001", "0.5", "1"])
async def test_a_commission_is_nothing_all_or_between(rate: str) -> None:
    partner_id = await introduce(await staff(Role.SALES), commission_rate=Decimal(rate))
    assert (await Partner.get(id=partner_id)).commission_rate == Decimal(rate)


@pytest.mark.parametrize("rate", ["-0.000001", "1.000001", "15", "-1"])
async def test_a_commission_out_of_bounds_is_refused(rate: str) -> None:
    sales = await staff(Role.SALES)
    async with refused(Invalid) as raised:
        await introduce(sales, commission_rate=Decimal(rate))
    assert raised.value.path == ("input", "commissionRate")


@pytest.mark.parametrize("role", sorted(SUSPENDERS))
async def test_administration_and_compliance_suspend_a_partner_for_a_reason(role: Role) -> None:
    partner = await partner_with_a_book()
    actor = await staff(role)
    assert partner.partner_id is not None
    await introduction.suspend(partner.partner_id, reason="debts", expected_version=1, actor=actor)
    row = await Partner.get(id=partner.partner_id)
    assert (row.active, row.version) == (False, 2)
    entry = await AuditEntry.get(action="partner:suspend")
    assert (entry.subject_id, entry.actor, entry.reason) == (row.id, actor.label, "debts")
    assert entry.after == {"active": False}


@pytest.mark.parametrize("role", sorted(set(Role) - SUSPENDERS))
async def test_nobody_else_suspends_a_partner(role: Role) -> None:
    partner = await partner_with_a_book()
    assert partner.partner_id is not None
    actor = partner if role is Role.PARTNER else somebody(role)
    async with refused(Forbidden):
        await introduction.suspend(partner.partner_id, reason="x", expected_version=1, actor=actor)


async def test_a_suspension_of_nobody_of_an_older_state_or_a_second_time_is_refused() -> None:
    partner, admin = await partner_with_a_book(), await staff(Role.ADMIN)
    assert partner.partner_id is not None
    async with refused(NotFound):
        await introduction.suspend(uuid4(), reason="x", expected_version=1, actor=admin)
    async with refused(StaleVersion):
        await introduction.suspend(partner.partner_id, reason="x", expected_version=2, actor=admin)
    await introduction.suspend(partner.partner_id, reason="x", expected_version=1, actor=admin)
    async with refused(IllegalStep):
        await introduction.suspend(partner.partner_id, reason="x", expected_version=2, actor=admin)


async def test_two_suspensions_at_once_are_one() -> None:
    partner, people = await partner_with_a_book(), [await staff(Role.ADMIN), await staff(Role.COMPLIANCE)]
    assert partner.partner_id is not None
    outcomes = await asyncio.gather(
        *(introduction.suspend(partner.partner_id, reason="x", expected_version=1, actor=each) for each in people),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes if outcome is not None] == [StaleVersion]


async def test_a_suspended_partner_sells_nothing_whoever_sells_for_it_and_keeps_what_it_sold() -> None:
    version_id, partner = await version_on_sale(), await partner_with_a_book()
    assert partner.partner_id is not None
    policy = await sold(version_id=version_id, partner=partner)
    await introduction.suspend(partner.partner_id, reason="x", expected_version=1, actor=await staff(Role.ADMIN))
    async with refused(PartnerSuspended):
        await sold(version_id=version_id, partner=partner)
    sales = await staff(Role.SALES)
    async with refused(PartnerSuspended):
        await issuing.register(
            version_id, partner_id=partner.partner_id, device=device(), customer=person(), actor=sales
        )
    assert (await Policy.get()).state is policy.state
    assert await Customer.all().count() == 1
