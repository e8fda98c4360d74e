"""What time does to policies."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from domain.audit.models import AuditEntry
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.policies import cancellation, rolling
from domain.policies.models import Policy, PolicyCover
from domain.policies.terms import PolicyState
from tests.factories.insured import Insured, sold, version_on_sale

pytestmark = pytest.mark.usefixtures("database")
SYSTEM = Actor.system("policies.roll")


async def state_of(policy: Policy) -> PolicyState:
    return (await Policy.get(id=policy.id)).state


async def sold_ahead(days: int) -> Policy:
    version_id = await version_on_sale(starts_after_warranty=True)
    return await sold(version_id=version_id, warranty_until=clock.today() + timedelta(days=days))


async def test_a_cover_begins_on_its_first_day_and_not_before() -> None:
    policy = await sold_ahead(10)
    with clock.at(clock.start_of(policy.starts_on) - timedelta(minutes=1)):
        assert await rolling.roll(actor=SYSTEM) == 0
    assert await state_of(policy) is PolicyState.PENDING
    with clock.at(clock.start_of(policy.starts_on)):
        assert await rolling.roll(actor=SYSTEM) == 1
    assert await state_of(policy) is PolicyState.IN_FORCE
    assert await AuditEntry.filter(subject_id=policy.id, action="policy:begin").count() == 1


async def test_a_cover_ends_after_its_last_day_and_the_device_is_free() -> None:
    policy = await sold()
    with clock.at(clock.start_of(policy.ends_on) - timedelta(minutes=1)):
        assert await rolling.roll(actor=SYSTEM) == 0
    assert await PolicyCover.filter(policy_id=policy.id, live=True).exists()
    with clock.at(clock.start_of(policy.ends_on)):
        assert await rolling.roll(actor=SYSTEM) == 1
        assert await state_of(policy) is PolicyState.EXPIRED
        assert not await PolicyCover.filter(policy_id=policy.id, live=True).exists()
        assert (await sold(serial_number=policy.serial_number)).state is PolicyState.IN_FORCE


async def test_what_was_missed_is_made_up_for_in_one_run() -> None:
    policy = await sold_ahead(10)
    with clock.at(clock.start_of(policy.ends_on) + timedelta(days=40)):
        assert await rolling.roll(actor=SYSTEM) == 2
    assert await state_of(policy) is PolicyState.EXPIRED


async def test_a_second_run_finds_nothing_to_do() -> None:
    policy = await sold_ahead(10)
    with clock.at(clock.start_of(policy.starts_on)):
        first = await rolling.roll(actor=SYSTEM)
        assert (first, await rolling.roll(actor=SYSTEM)) == (1, 0)
    assert await AuditEntry.filter(action="policy:begin").count() == 1


async def test_two_runs_at_once_take_each_step_once() -> None:
    version_id = await version_on_sale(starts_after_warranty=True)
    day = clock.today() + timedelta(days=5)
    for _ in range(5):
        await sold(version_id=version_id, warranty_until=day)
    with clock.at(clock.start_of(day)):
        runs = (rolling.roll(actor=SYSTEM, batch=2) for _ in range(2))
        assert sum(await asyncio.gather(*runs)) == 5
    assert await AuditEntry.filter(action="policy:begin").count() == 5


async def test_a_policy_that_was_taken_back_stays_so() -> None:
    policy = await sold_ahead(10)
    holder = Insured(policy.id, policy.customer_id, policy.partner_id).customer
    await cancellation.cancel(policy.id, reason="no", expected_version=1, actor=holder)
    with clock.at(clock.start_of(policy.ends_on)):
        assert await rolling.roll(actor=SYSTEM) == 0
    assert await state_of(policy) is PolicyState.CANCELLED
