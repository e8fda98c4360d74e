"""Devices beyond repair: the story of a replacement that moves the cover, of money instead, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.audit.models import AuditEntry
from domain.claims import intake, registration
from domain.claims.models import ClaimLine
from domain.claims.refusals import AboveAuthority, AssignedToAnother
from domain.kernel import clock
from domain.kernel.money import Currency, Money
from domain.kernel.refusals import Forbidden, IllegalStep, Invalid
from domain.notifications.models import Notification
from domain.policies.models import Policy, PolicyCover
from domain.policies.refusals import DeviceCovered
from domain.products.terms import DeviceCategory, Peril
from domain.repairs import invoicing, ordering, repairing, total_loss
from domain.repairs.models import RepairOrder
from domain.repairs.refusals import NotBeyondRepair
from domain.repairs.terms import LossGround, LossOutcome, LossProposal, RepairState
from domain.repairs.total_loss import TOTAL_LOSS, Finding
from tests.factories.claims import claim_approved, claim_assessing, claim_registered, loss
from tests.factories.insured import handler, insured, sold
from tests.factories.repairs import (
    SCREEN,
    Repair,
    order_accepted,
    order_beyond_repair,
    order_diagnosed,
    order_estimated,
    order_settled,
)
from tests.factories.unchanged import refusing

pytestmark = pytest.mark.usefixtures("database")
S = RepairState
NO_PARTS = Finding(has_parts=False)
NO_DEPRECIATION: dict[str, Any] = {"depreciation_monthly_rate": Decimal(0)}


async def value_of(repair: Repair) -> Money:
    """A phone of 3,000.00 bought a month ago at most: 1.5 % a month."""
    return Money((await repair.now()).actual_value_minor or 0)


async def test_the_story_of_a_replacement_that_moves_the_cover() -> None:
    repair = await order_beyond_repair()
    found, policy_id = await repair.now(), repair.case.insured.policy_id
    assert (found.state, found.proposal, found.grounds) == (S.BEYOND_REPAIR, LossProposal.REPLACE, ["NO_PARTS"])
    assert (found.replacement_rate, found.closed_at) == (Decimal("0.7"), None)
    value = await value_of(repair)
    await repair.by_handler(total_loss.choose, outcome=LossOutcome.REPLACE, reason="as proposed")
    (line,) = await ClaimLine.filter(claim_id=repair.case.claim.id)
    assert (line.description, line.bill_minor) == (TOTAL_LOSS, value.minor)
    before = await Policy.get(id=policy_id)
    await repair.by_handler(total_loss.record_replacement, serial_number=" sn-new-1 ", reason="handed out")
    after = await Policy.get(id=policy_id)
    assert (after.serial_number, after.version) == ("SNNEW1", before.version + 1)
    covers = await PolicyCover.filter(policy_id=policy_id)
    assert {(each.serial_number, each.live) for each in covers} == {("SNNEW1", True)}
    entry = await AuditEntry.filter(subject_id=policy_id, action="policy:replace_device").get()
    assert entry.after == {"serial_number": "**NEW1"}
    assert before.serial_number not in str(entry.before)
    found = await repair.now()
    assert (found.state, found.replacement_serial_number) == (S.COMPLETED, "SNNEW1")
    assert await Notification.filter(subject_id=repair.id, template="REPAIR_DEVICE_REPLACED").count() == 1
    await repair.by_shop(repairing.give_back)
    await repair.by_shop(invoicing.invoice, number="INV-2", amount=value)
    found = await repair.now()
    assert (found.state, found.invoiced_minor, found.parts_warranty_until) == (S.INVOICED, value.minor, None)
    await sold(serial_number=before.serial_number)  # the old device may be insured by whoever gets it
    with pytest.raises(DeviceCovered):
        await sold(serial_number="SNNEW1")


async def test_a_stolen_device_is_replaced_without_having_come_in_and_no_other_is() -> None:
    stolen = await order_accepted(await claim_assessing(reported=loss(cause=Peril.THEFT)))
    given: dict[str, Any] = {"finding": Finding(has_parts=True), "reason": "the police have it"}
    async with refusing(Forbidden):
        await stolen.by_shop(total_loss.declare, **given)
    await stolen.by_handler(total_loss.declare, **given)
    found = await stolen.now()
    assert (found.state, found.proposal, found.grounds) == (S.BEYOND_REPAIR, LossProposal.REPLACE, ["STOLEN"])
    dropped = await order_accepted()
    async with refusing(IllegalStep):
        await dropped.by_handler(total_loss.declare, **given)


async def test_money_is_chosen_instead_and_ends_the_order() -> None:
    repair = await order_settled(LossOutcome.CASH)
    found = await repair.now()
    assert (found.state, found.outcome, found.outcome_reason) == (S.CASH_CHOSEN, LossOutcome.CASH, "as proposed")
    assert found.closed_at is not None and found.approved_minor is None
    (line,) = await ClaimLine.filter(claim_id=repair.case.claim.id)
    assert line.bill_minor == found.actual_value_minor
    async with refusing(IllegalStep):
        await repair.by_handler(total_loss.record_replacement, serial_number="SNNEW1", reason="r")


@pytest.mark.parametrize(
    ("cost", "expected"), [("2100.00", None), ("2100.01", (LossProposal.REPLACE, ["COST_ABOVE_SHARE"]))]
)
async def test_above_seventy_percent_of_the_value_a_device_is_beyond_repair(
    cost: str, expected: tuple[LossProposal, list[str]] | None
) -> None:
    """Seventy percent of 3,000.00, as this product does not depreciate."""
    repair = await order_diagnosed(await claim_assessing(await insured(**NO_DEPRECIATION)))
    given: dict[str, Any] = {"finding": Finding(has_parts=True, cost=Money.of(cost)), "reason": "the board"}
    if expected is None:
        async with refusing(NotBeyondRepair):
            await repair.by_shop(total_loss.declare, **given)
    else:
        await repair.by_shop(total_loss.declare, **given)
        found = await repair.now()
        assert (found.proposal, found.grounds, found.actual_value_minor) == (*expected, 300_000)


async def test_the_rate_is_that_of_the_product_version() -> None:
    covered = await insured(**NO_DEPRECIATION, replacement_rate=Decimal("0.5"))
    repair = await order_diagnosed(await claim_assessing(covered))
    finding = Finding(has_parts=True, cost=Money.of("1500.01"))
    await repair.by_shop(total_loss.declare, finding=finding, reason="the board")
    assert (await repair.now()).replacement_rate == Decimal("0.5")


async def test_an_estimate_goes_before_what_a_handler_says_it_costs() -> None:
    repair = await order_estimated()  # 990.00
    dear = Finding(has_parts=True, cost=Money.of("2999.00"))
    async with refusing(NotBeyondRepair):
        await repair.by_handler(total_loss.declare, finding=dear, reason="too dear")
    costly = replace(SCREEN, price=Money.of("2500.00"), off_card_reason="the board too")
    lost = await order_estimated(lines=[costly])
    await lost.by_handler(total_loss.declare, finding=Finding(has_parts=True), reason="too dear")
    assert (await lost.now()).grounds == [LossGround.COST_ABOVE_SHARE]


async def test_money_is_proposed_where_the_contract_pays_less_than_the_device_is_worth() -> None:
    covered = await insured()
    await claim_approved(covered)  # 1,500.00 of the 3,000.00 for the term
    repair = await order_beyond_repair(await claim_assessing(covered, reported=loss(cause=Peril.SCREEN)))
    found = await repair.now()
    assert (found.proposal, found.grounds) == (LossProposal.CASH, ["NO_PARTS", "COVER_BELOW_VALUE"])


async def test_who_says_that_a_device_is_beyond_repair_depends_on_where_it_stands() -> None:
    diagnosed, estimated, other = await order_diagnosed(), await order_estimated(), await handler()
    given: dict[str, Any] = {"finding": NO_PARTS, "reason": "r"}
    async with refusing(Forbidden):
        await diagnosed.by_handler(total_loss.declare, **given)
    async with refusing(Forbidden):
        await estimated.by_shop(total_loss.declare, **given)
    async with refusing(AssignedToAnother):
        await total_loss.declare(estimated.id, expected_version=await estimated.version(), actor=other, **given)
    await estimated.by_handler(total_loss.declare, **given)
    abroad = Finding(has_parts=True, cost=Money.of("1.00", Currency.USD))
    async with refusing(Invalid) as raised:
        await diagnosed.by_shop(total_loss.declare, finding=abroad, reason="r")
    assert raised.value.path == ("input", "repairCost")


async def test_an_outcome_is_chosen_within_authority_by_the_handler_of_the_claim_and_managers_alone() -> None:
    repair, other = await order_beyond_repair(await claim_assessing(limit="1000.00")), await handler()
    given: dict[str, Any] = {"outcome": LossOutcome.CASH, "reason": "r"}
    async with refusing(AboveAuthority):
        await repair.by_handler(total_loss.choose, **given)
    version = await repair.version()
    async with refusing(AssignedToAnother):
        await total_loss.choose(repair.id, expected_version=version, actor=other, **given)
    for wrong in (repair.shop.actor, repair.case.customer):
        async with refusing(Forbidden):
            await total_loss.choose(repair.id, expected_version=version, actor=wrong, **given)
        async with refusing(IllegalStep):
            await total_loss.record_replacement(
                repair.id, serial_number="SN-1", reason="r", expected_version=version, actor=wrong
            )
    await total_loss.choose(repair.id, expected_version=version, actor=repair.case.manager, **given)


async def test_nothing_is_chosen_before_the_claim_is_being_assessed() -> None:
    repair = await order_beyond_repair(await claim_registered())
    async with refusing(IllegalStep):
        await repair.by_handler(total_loss.choose, outcome=LossOutcome.CASH, reason="r")


async def test_a_device_that_is_insured_already_replaces_none() -> None:
    repair, taken = await order_settled(LossOutcome.REPLACE), await sold(serial_number="SN-TAKEN")
    async with refusing(DeviceCovered) as raised:
        await repair.by_handler(total_loss.record_replacement, serial_number="sn-taken", reason="r")
    assert raised.value.path == ("input", "serialNumber")
    own = (await repair.now()).serial_number
    async with refusing(DeviceCovered):
        await repair.by_handler(total_loss.record_replacement, serial_number=own, reason="the same")
    await PolicyCover.filter(policy_id=taken.id).update(live=False)
    await repair.by_handler(total_loss.record_replacement, serial_number="sn-taken", reason="free again")


@pytest.mark.parametrize(
    ("serial", "constraint"), [("490154203237519", "imei"), (" ", "length"), ("S" * 41, "length")]
)
async def test_a_serial_number_that_is_none_replaces_none(serial: str, constraint: str) -> None:
    repair = await order_settled(LossOutcome.REPLACE)
    assert (await repair.now()).category is DeviceCategory.PHONE
    async with refusing(Invalid) as raised:
        await repair.by_handler(total_loss.record_replacement, serial_number=serial, reason="r")
    assert (raised.value.constraint, raised.value.path) == (constraint, ("input", "serialNumber"))


async def test_a_replacement_is_recorded_by_the_handler_of_the_claim_and_managers_alone() -> None:
    repair, other = await order_settled(LossOutcome.REPLACE), await handler()
    given: dict[str, Any] = {"serial_number": "SNNEW2", "reason": "r", "expected_version": await repair.version()}
    async with refusing(AssignedToAnother):
        await total_loss.record_replacement(repair.id, actor=other, **given)
    for wrong in (repair.shop.actor, repair.case.customer, repair.case.insured.partner):
        async with refusing(Forbidden):
            await total_loss.record_replacement(repair.id, actor=wrong, **given)
    await total_loss.record_replacement(repair.id, actor=repair.case.manager, **given)


async def test_a_claim_after_the_replacement_is_for_the_new_device() -> None:
    repair = await order_settled(LossOutcome.REPLACE)
    case = repair.case
    await repair.by_handler(total_loss.record_replacement, serial_number="SNNEW3", reason="r")
    reported = loss(cause=Peril.LIQUID)
    with clock.at(clock.now() + timedelta(days=1)):
        claim = await intake.report(case.insured.policy_id, loss=reported, actor=case.customer)
        await registration.register(claim.id, reserve=None, expected_version=1, actor=case.handler)
        order = await ordering.create(claim.id, wanted=ordering.Wanted("上海"), actor=case.handler)
    assert (await RepairOrder.get(id=order.id)).serial_number == "SNNEW3"
