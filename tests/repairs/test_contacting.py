"""The repairer's time to reach the customer: begun at the offer, ended when it takes the order, watched meanwhile."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.audit.models import AuditEntry
from domain.claims.models import Claim
from domain.claims.terms import Emergency
from domain.customers.models import Customer
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.ids import public_id
from domain.kernel.refusals import Forbidden, NotFound
from domain.notifications.models import Notification
from domain.partners import webhooks
from domain.partners.models import WebhookDelivery
from domain.partners.terms import WebhookEvent
from domain.repairs import contacting, ordering, repairing, watching
from domain.service_levels.models import ServiceClock
from domain.service_levels.terms import ClockState, ServicePriority
from tests.face.conftest import Face, face
from tests.factories.insured import staff
from tests.factories.repairs import (
    Repair,
    order_accepted,
    order_created,
    order_dispatched,
    order_invoiced,
    repairing_partner,
    shop,
)
from tests.factories.unchanged import refused

__all__ = ["face"]

pytestmark = pytest.mark.usefixtures("database")
SHOWN = "query($id: ID!) {repairOrder(id: $id) {contactName contactPhone}}"
REVEAL = """mutation($input: RepairOrderRevealContactInput!) {repairOrderRevealContact(input: $input) {
  phone order {contactPhone} errors {code}}}"""
SYSTEM = Actor.system("service_levels.time_passing")


async def clock_of(repair: Repair) -> ServiceClock:
    found = await ServiceClock.filter(subject_id=repair.id).order_by("-id").first()
    assert found is not None
    return found


async def test_three_working_days_run_from_the_offer_and_end_when_the_order_is_taken() -> None:
    repair = await order_dispatched()
    running = await clock_of(repair)
    assert (running.state, running.minutes, running.partner_id) == (
        ClockState.RUNNING, 3 * 9 * 60, repair.shop.actor.partner_id,
    )  # fmt: skip
    await repair.by_shop(repairing.accept)
    assert (await clock_of(repair)).state is ClockState.MET


async def test_an_order_that_is_taken_late_is_a_promise_broken() -> None:
    repair = await order_dispatched()
    with clock.at((await clock_of(repair)).due_at + timedelta(minutes=1)):
        await repair.by_shop(repairing.accept)
    assert (await clock_of(repair)).state is ClockState.BREACHED


async def test_in_the_green_channel_the_time_is_halved() -> None:
    repair = await order_created()
    await Claim.filter(id=repair.case.claim.id).update(emergency=Emergency.MEDICAL, lane=0)
    await repair.by_handler(ordering.dispatch, repairer_id=repair.shop.id)
    found = await clock_of(repair)
    assert (found.priority, found.minutes) == (ServicePriority.URGENT, 3 * 9 * 30)


async def test_one_that_is_refused_or_cancelled_counts_no_more_and_another_offer_begins_anew() -> None:
    repair, other = await order_dispatched(), await shop(name="另一家")
    await repair.by_shop(repairing.refuse, reason="no bench is free")
    assert (await clock_of(repair)).state is ClockState.DROPPED
    await repair.by_handler(ordering.dispatch, repairer_id=other.id)
    assert (await clock_of(repair)).state is ClockState.RUNNING
    await repair.by_handler(ordering.cancel, reason="not needed")
    assert [each.state for each in await ServiceClock.filter(subject_id=repair.id)] == [ClockState.DROPPED] * 2


async def test_the_handler_of_the_claim_is_warned_while_the_order_is_not_taken() -> None:
    repair = await order_dispatched()
    await watching.warn_of_promise(repair.id, 80, actor=SYSTEM)
    letter = await Notification.get(template="REPAIR_TIME_PASSING")
    assert letter.party_id == repair.handler.staff_id
    await repair.by_shop(repairing.accept)
    await watching.warn_of_promise(repair.id, 100, actor=SYSTEM)
    assert await Notification.filter(template="REPAIR_TIME_PASSING").count() == 1


async def test_the_repairers_system_is_called_when_an_order_is_offered_to_it() -> None:
    repair, admin = await order_created(), await staff(Role.ADMIN)
    partner_id = repair.shop.actor.partner_id
    assert partner_id is not None
    url = "https://repairs.example.com/hook"
    await webhooks.add(partner_id, url=url, events=[WebhookEvent.REPAIR_DISPATCHED], actor=admin)
    await repair.by_handler(ordering.dispatch, repairer_id=repair.shop.id)
    told = await WebhookDelivery.get(event=WebhookEvent.REPAIR_DISPATCHED)
    order = await repair.now()
    assert (told.partner_id, told.told_id, told.told_number) == (
        partner_id, public_id("rpo", order.id), order.order_number,
    )  # fmt: skip


async def shown(face: Face, repair: Repair) -> dict[str, Any]:
    found: dict[str, Any] = (await face.data(SHOWN, repair.shop.actor, id=public_id("rpo", repair.id)))["repairOrder"]
    return found


async def test_the_repairer_sees_whom_to_reach_while_the_order_is_live_only(face: Face) -> None:
    live, over = await order_accepted(), await order_invoiced()
    customer = await Customer.get(id=live.case.insured.customer_id)
    assert await shown(face, live) == {"contactName": customer.full_name, "contactPhone": customer.phone_mask}
    assert await shown(face, over) == {"contactName": None, "contactPhone": None}
    given = {"orderId": public_id("rpo", live.id)}
    answer = (await face.data(REVEAL, live.shop.actor, input=given))["repairOrderRevealContact"]
    assert (answer["errors"], answer["order"]["contactPhone"]) == ([], customer.phone_mask)
    assert answer["phone"].endswith(customer.phone_mask[-4:])
    assert "*" not in answer["phone"]
    entry = await AuditEntry.get(action="customer:reveal")
    assert entry.reason == (await live.now()).order_number
    assert answer["phone"] not in str(entry.after)


async def test_the_number_is_for_its_own_repairer_and_for_live_orders_only() -> None:
    live, over, stranger = await order_accepted(), await order_invoiced(), await repairing_partner()
    given_back = await order_dispatched()
    await given_back.by_shop(repairing.refuse, reason="no bench is free")
    async with refused(NotFound):
        await contacting.reveal_phone(live.id, actor=stranger)
    for each in (over, given_back):
        async with refused(Forbidden):
            await contacting.reveal_phone(each.id, actor=each.shop.actor)
    async with refused(Forbidden):
        await contacting.reveal_phone(live.id, actor=live.handler)
