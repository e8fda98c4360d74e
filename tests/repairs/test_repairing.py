"""The story of a screen repair from the order to the invoice, and what a repairer may not do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from domain.audit.models import AuditEntry
from domain.claims import assessment, decision
from domain.claims.models import ClaimLine
from domain.claims.terms import ClaimState, DeclineCode
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.money import Currency, Money
from domain.kernel.refusals import Forbidden, IllegalStep, Invalid, NotFound, StaleVersion
from domain.notifications.models import Notification
from domain.repairs import estimating, invoicing, ordering, repairing, total_loss
from domain.repairs.models import EstimateLine
from domain.repairs.ordering import Wanted
from domain.repairs.refusals import AboveApproved, NoSuchPart, OtherDevice
from domain.repairs.repairing import ReplacedPart
from domain.repairs.terms import RepairState
from domain.repairs.total_loss import Finding
from tests.factories.claims import claim_assessing
from tests.factories.insured import staff
from tests.factories.repairs import (
    CITY,
    ESTIMATE,
    Repair,
    order_accepted,
    order_completed,
    order_created,
    order_diagnosed,
    order_dispatched,
    order_in_repair,
    order_received,
    order_returned,
    shop,
)
from tests.factories.unchanged import refusing

pytestmark = pytest.mark.usefixtures("database")
S = RepairState


async def test_the_story_of_a_screen_repair_from_the_report_to_the_invoice() -> None:
    case, place = await claim_assessing(), await shop()
    order = await ordering.create(case.claim.id, wanted=Wanted(CITY), actor=case.handler)
    repair = Repair(order.id, case, place)
    began = clock.now()
    await repair.by_handler(ordering.dispatch, repairer_id=place.id)
    await repair.by_shop(repairing.accept)
    await repair.by_shop(repairing.receive, serial_number=f" {order.serial_number.lower()} ")
    await repair.by_shop(repairing.diagnose, diagnosis="The screen is broken.")
    await repair.by_shop(estimating.submit, lines=ESTIMATE)
    await repair.by_handler(estimating.approve)
    with clock.at(began + timedelta(days=2, hours=1)):
        await repair.by_shop(repairing.start)
        await repair.by_shop(repairing.complete, parts=[ReplacedPart(1, "scr-old", " scr-new ")])
        await repair.by_shop(repairing.give_back)
        await repair.by_shop(invoicing.invoice, number=" INV-7 ", amount=Money.of("930.00"))
        due = clock.today() + timedelta(days=90)
    found = await repair.now()
    assert (found.state, found.invoice_number, found.invoiced_minor) == (S.INVOICED, "INV-7", 93_000)
    assert found.closed_at is not None and found.parts_warranty_until == due
    (screen,) = await EstimateLine.filter(order_id=order.id, new_serial_number__isnull=False)
    assert (screen.description, screen.old_serial_number, screen.new_serial_number) == ("Screen", "SCROLD", "SCRNEW")
    letters = await Notification.filter(subject_id=order.id).order_by("id")
    assert [each.template for each in letters] == [
        "REPAIR_DEVICE_RECEIVED", "REPAIR_ESTIMATE_WAITING", "REPAIR_COMPLETED",
    ]  # fmt: skip
    steps = [each.action.split(":")[1] for each in await AuditEntry.filter(subject_id=order.id).order_by("id")]
    assert steps == [
        "create", "dispatch", "accept", "receive_device", "diagnose", "submit_estimate", "approve_estimate",
        "start_repair", "complete", "return_device", "invoice",
    ]  # fmt: skip
    bill = await ClaimLine.filter(claim_id=case.claim.id).order_by("position")
    assert [(each.description, each.bill_minor, each.exclusion) for each in bill] == [
        ("Screen", 78_000, None), ("Labour", 15_000, None), ("Protective film", 6_000, DeclineCode.CONSUMABLE),
    ]  # fmt: skip
    claim = await case.reread()
    claim = await assessment.propose(
        claim.id, reason="as estimated", expected_version=claim.version, actor=case.handler
    )
    assert claim.payable_minor == 73_000  # 930.00 less 200.00 to bear first
    claim = await decision.approve(claim.id, amount=None, expected_version=claim.version, actor=case.handler)
    assert claim.state is ClaimState.APPROVED


STEPS: dict[str, tuple[Callable[[], Awaitable[Repair]], Any, dict[str, Any], RepairState]] = {
    "accept": (order_dispatched, repairing.accept, {}, S.ACCEPTED),
    "refuse": (order_dispatched, repairing.refuse, {"reason": "full"}, S.REFUSED),
    "receive": (order_accepted, repairing.receive, {"serial_number": "?"}, S.DEVICE_RECEIVED),
    "diagnose": (order_received, repairing.diagnose, {"diagnosis": "broken"}, S.DIAGNOSED),
    "submit": (order_diagnosed, estimating.submit, {"lines": ESTIMATE}, S.ESTIMATE_SUBMITTED),
    "declare": (
        order_diagnosed, total_loss.declare, {"finding": Finding(has_parts=False), "reason": "r"}, S.BEYOND_REPAIR,
    ),
    "complete": (order_in_repair, repairing.complete, {"parts": []}, S.COMPLETED),
    "give_back": (order_completed, repairing.give_back, {}, S.RETURNED),
    "invoice": (order_returned, invoicing.invoice, {"number": "I", "amount": Money.of("900.00")}, S.INVOICED),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(STEPS))
async def test_each_step_of_a_repairer_is_its_own_and_nobody_elses(name: str) -> None:
    make, verb, more, target = STEPS[name]
    repair, other = await make(), await shop()
    found, given = await repair.now(), dict(more)
    if name == "receive":
        given["serial_number"] = found.serial_number
    given["expected_version"] = found.version
    async with refusing(NotFound):
        await verb(repair.id, actor=other.actor, **given)
    async with refusing(NotFound):
        await verb(repair.id, actor=Actor.anonymous(), **given)
    for wrong in (repair.handler, repair.case.customer, repair.case.insured.partner, await staff(Role.RISK)):
        async with refusing(Forbidden):
            await verb(repair.id, actor=wrong, **given)
    async with refusing(StaleVersion):
        await verb(repair.id, actor=repair.shop.actor, **given | {"expected_version": found.version - 1})
    await verb(repair.id, actor=repair.shop.actor, **given)
    assert (await repair.now()).state is target
    async with refusing(IllegalStep):
        await verb(repair.id, actor=repair.shop.actor, **given | {"expected_version": found.version + 1})


async def test_a_repairer_does_not_see_what_it_was_not_sent() -> None:
    repair = await order_created()
    async with refusing(NotFound):
        await repair.by_shop(repairing.accept)


async def test_another_device_is_not_taken_in() -> None:
    repair = await order_accepted()
    async with refusing(OtherDevice) as raised:
        await repair.by_shop(repairing.receive, serial_number="SN-OTHER")
    assert raised.value.path == ("input", "serialNumber")


@pytest.mark.parametrize("positions", [(2,), (4,), (1, 1)])
async def test_serial_numbers_are_of_parts_of_the_estimate_each_once(positions: tuple[int, ...]) -> None:
    repair = await order_in_repair()
    async with refusing(NoSuchPart) as raised:
        await repair.by_shop(repairing.complete, parts=[ReplacedPart(each, "a", "b") for each in positions])
    assert raised.value.path == ("input", "parts", str(len(positions) - 1), "position")


@pytest.mark.parametrize(
    ("amount", "kind"),
    [
        (Money.of("930.01"), AboveApproved),
        (Money(0), Invalid),
        (Money.of("1.00", Currency.USD), Invalid),
    ],
)
async def test_an_invoice_is_above_zero_and_no_more_than_was_approved(
    amount: Money, kind: type[AboveApproved | Invalid]
) -> None:
    repair = await order_returned()
    async with refusing(kind) as raised:
        await repair.by_shop(invoicing.invoice, number="INV-1", amount=amount)
    assert raised.value.path == ("input", "amount")
