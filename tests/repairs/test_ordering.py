"""Making repair orders, offering them to repairers, and cancelling them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.claims.refusals import AssignedToAnother
from domain.kernel import clock
from domain.kernel.actor import Role
from domain.kernel.refusals import Forbidden, IllegalStep, NotFound, StaleVersion
from domain.products.terms import Peril
from domain.repairs import estimating, network, ordering, repairing
from domain.repairs.models import RepairOrder
from domain.repairs.ordering import Wanted
from domain.repairs.refusals import ClaimNotInAssessment, OrderOpen, RepairerFull, RepairerUnfit
from domain.repairs.terms import LossOutcome, Misfit, RepairState
from tests.factories.claims import (
    Case,
    claim_assessing,
    claim_awaiting_decision,
    claim_awaiting_documents,
    claim_closed,
    claim_notified,
    claim_registered,
    loss,
)
from tests.factories.insured import handler, insured, manager, staff
from tests.factories.repairs import (
    CITY,
    WORK,
    order_accepted,
    order_approved,
    order_created,
    order_dispatched,
    order_in_repair,
    order_returned,
    order_settled,
    service,
    shop,
)
from tests.factories.unchanged import refusing

pytestmark = pytest.mark.usefixtures("database")
WANTED = Wanted(CITY)


@pytest.mark.parametrize("make", [claim_registered, claim_assessing])
async def test_an_order_is_made_for_the_device_of_a_claim_in_assessment(make: Callable[[], Awaitable[Case]]) -> None:
    case = await make()
    order = await ordering.create(case.claim.id, wanted=Wanted(f" {CITY} ", "Call first."), actor=case.handler)
    found = await RepairOrder.get(id=order.id)
    assert (found.state, found.city, found.brand, found.repairer_id) == (RepairState.CREATED, CITY, "Acme", None)
    assert found.order_number.startswith(f"RO{clock.today():%Y}")
    assert (found.customer_id, found.partner_id) == (case.claim.customer_id, case.claim.partner_id)
    assert (found.repeat_of_id, found.in_parts_warranty) == (None, False)


@pytest.mark.parametrize(
    "make", [claim_notified, claim_awaiting_documents, claim_awaiting_decision, claim_closed]
)
async def test_nothing_is_repaired_for_a_claim_that_is_not_in_assessment(
    make: Callable[[], Awaitable[Case]],
) -> None:
    case = await make()
    async with refusing(ClaimNotInAssessment) as raised:
        await ordering.create(case.claim.id, wanted=WANTED, actor=case.manager)
    assert raised.value.state is case.claim.state


async def test_a_claim_has_one_open_order_at_a_time() -> None:
    repair = await order_created()
    case = repair.case
    async with refusing(OrderOpen) as raised:
        await ordering.create(case.claim.id, wanted=WANTED, actor=case.handler)
    assert raised.value.order_number == (await repair.now()).order_number
    await repair.by_handler(ordering.cancel, reason="the customer has sent it elsewhere")
    assert (await repair.now()).closed_at is not None
    await ordering.create(case.claim.id, wanted=WANTED, actor=case.handler)
    assert await RepairOrder.filter(claim_id=case.claim.id).count() == 2


async def test_of_two_orders_made_at_once_one_stands_and_of_two_for_the_last_place_one_is_sent() -> None:
    case, place = await claim_assessing(), await shop(daily_capacity=1)
    made = await asyncio.gather(
        *(ordering.create(case.claim.id, wanted=WANTED, actor=case.handler) for _ in range(4)), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in made) == ["OrderOpen"] * 3 + ["RepairOrder"]
    waiting = [await order_created(place=place) for _ in range(4)]
    sent = await asyncio.gather(
        *(each.by_handler(ordering.dispatch, repairer_id=place.id) for each in waiting), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in sent) == ["NoneType"] + ["RepairerFull"] * 3


async def test_orders_are_made_by_the_handler_of_the_claim_and_managers_alone() -> None:
    case, other = await claim_assessing(), await handler()
    async with refusing(AssignedToAnother):
        await ordering.create(case.claim.id, wanted=WANTED, actor=other)
    for wrong in (case.customer, case.insured.partner, await staff(Role.CUSTOMER_SERVICE), (await shop()).actor):
        async with refusing(Forbidden):
            await ordering.create(case.claim.id, wanted=WANTED, actor=wrong)
    await ordering.create(case.claim.id, wanted=WANTED, actor=case.manager)


async def test_an_order_that_was_refused_is_offered_to_another_repairer() -> None:
    repair, other = await order_dispatched(), await shop()
    await repair.by_shop(repairing.refuse, reason="no bench is free")
    found = await repair.now()
    assert (found.state, found.refusal_reason) == (RepairState.REFUSED, "no bench is free")
    await repair.by_handler(ordering.dispatch, repairer_id=other.id)
    found = await repair.now()
    assert (found.state, found.repairer_id, found.refusal_reason) == (RepairState.DISPATCHED, other.id, None)
    async with refusing(NotFound):
        await repair.by_shop(repairing.accept)


@pytest.mark.parametrize(
    ("misfit", "changes"),
    [
        (Misfit.INACTIVE, {}),
        (Misfit.CITY, {"cities": ["北京"]}),
        (Misfit.BRAND, {"brands": ["Other"]}),
    ],
)
async def test_a_repairer_must_be_active_and_serve_the_city_and_the_brand(
    misfit: Misfit, changes: dict[str, Any]
) -> None:
    place = await shop(**changes)
    if misfit is Misfit.INACTIVE:
        await network.suspend(place.id, reason="slow", expected_version=1, actor=await manager())
    repair = await order_created(place=place)
    async with refusing(RepairerUnfit) as raised:
        await repair.by_handler(ordering.dispatch, repairer_id=place.id)
    assert (raised.value.what, raised.value.path) == (misfit, ("input", "repairerId"))


async def test_a_repairer_takes_so_many_orders_a_day() -> None:
    place = await shop(daily_capacity=1)
    first, second = await order_dispatched(place=place), await order_created(place=place)
    async with refusing(RepairerFull) as raised:
        await second.by_handler(ordering.dispatch, repairer_id=place.id)
    assert raised.value.capacity == 1
    await first.by_shop(repairing.refuse, reason="closed today")
    await second.by_handler(ordering.dispatch, repairer_id=place.id)
    third = await order_created(place=place)
    with clock.at(clock.now() + timedelta(days=1)):
        await third.by_handler(ordering.dispatch, repairer_id=place.id)


async def test_a_repairer_that_is_none_and_an_old_version_are_refused() -> None:
    repair = await order_created()
    async with refusing(NotFound):
        await repair.by_handler(ordering.dispatch, repairer_id=repair.id)
    async with refusing(StaleVersion):
        await ordering.dispatch(repair.id, repairer_id=repair.shop.id, expected_version=9, actor=repair.handler)


async def test_orders_are_dispatched_and_cancelled_by_the_handler_of_the_claim_and_managers_alone() -> None:
    repair, other, service_desk = await order_created(), await handler(), await staff(Role.CUSTOMER_SERVICE)
    async with refusing(AssignedToAnother):
        await ordering.dispatch(repair.id, repairer_id=repair.shop.id, expected_version=1, actor=other)
    async with refusing(AssignedToAnother):
        await ordering.cancel(repair.id, reason="r", expected_version=1, actor=other)
    for wrong in (repair.case.customer, repair.case.insured.partner, service_desk):
        async with refusing(Forbidden if wrong is service_desk else NotFound):
            await ordering.dispatch(repair.id, repairer_id=repair.shop.id, expected_version=1, actor=wrong)
        async with refusing(Forbidden):
            await ordering.cancel(repair.id, reason="r", expected_version=1, actor=wrong)
    async with refusing(NotFound):
        await ordering.cancel(repair.id, reason="r", expected_version=1, actor=repair.shop.actor)
    await ordering.dispatch(repair.id, repairer_id=repair.shop.id, expected_version=1, actor=repair.case.manager)


async def test_nothing_is_cancelled_once_it_was_promised() -> None:
    for repair in (await order_approved(), await order_in_repair(), await order_settled(LossOutcome.REPLACE)):
        async with refusing(IllegalStep):
            await repair.by_handler(ordering.cancel, reason="too late")


async def test_a_repair_of_the_same_device_within_thirty_days_is_a_repeat_under_parts_warranty() -> None:
    covered = await insured()
    first = await order_returned(await claim_assessing(covered))
    for days, is_repeat, is_warranted in ((29, True, True), (31, False, True), (91, False, False)):
        reported = loss(cause=list(Peril)[days % 3], place=str(days), on=clock.today() - timedelta(days=days % 7))
        again = await claim_assessing(covered, reported=reported)
        with clock.at(clock.now() + timedelta(days=days)):
            second = await order_created(again, first.shop)
            found = await second.now()
            assert (found.repeat_of_id == first.id, found.in_parts_warranty) == (is_repeat, is_warranted), days


async def test_parts_alone_are_warranted_from_the_return_on() -> None:
    repair = await order_accepted()
    await repair.by_shop(repairing.receive, serial_number=(await repair.now()).serial_number)
    await repair.by_shop(repairing.diagnose, diagnosis="A loose cable.")
    await repair.by_shop(estimating.submit, lines=[WORK, replace(WORK, description="More of it")])
    await repair.by_handler(estimating.approve)
    await repair.by_shop(repairing.start)
    await repair.by_shop(repairing.complete, parts=[])
    await repair.by_shop(repairing.give_back)
    assert (await repair.now()).parts_warranty_until is None


async def test_what_a_repairer_serves_may_change_while_it_has_orders() -> None:
    repair = await order_dispatched()
    await network.change(
        repair.shop.id, service=service(cities=["北京"]), reason="moved", expected_version=1, actor=await manager()
    )
    await repair.by_shop(repairing.accept)
    assert (await repair.now()).state is RepairState.ACCEPTED
