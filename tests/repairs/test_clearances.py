"""Dear repairs and replacements: promised only once compliance cleared what the loss is to cost with them."""

from __future__ import annotations

import pytest

from domain.claims import clearing, decision
from domain.claims.models import Claim, Clearance
from domain.claims.refusals import ClearanceMissing, OwnClearance
from domain.claims.terms import ClearanceState
from domain.kernel.actor import Actor, Role
from domain.kernel.money import Money
from domain.notifications.models import Notification
from domain.products.terms import Peril
from domain.repairs import estimating, total_loss
from domain.repairs.rules import EstimatedLine
from domain.repairs.terms import LossOutcome, RepairState, WorkKind
from domain.repairs.total_loss import Finding
from domain.staff.models import AuthorityLimit
from tests.factories.claims import Case, claim_assessing, claim_registered, give, loss, propose_anew
from tests.factories.insured import Insured, insured_dearly, manager, staff
from tests.factories.repairs import order_diagnosed, order_estimated
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")


def board(price: str) -> list[EstimatedLine]:
    """Of which the customer bears 200.00."""
    return [EstimatedLine(WorkKind.PART, "Board", Money.of(price), off_card_reason="not on the card")]


async def dear_case(covered: Insured | None = None, **options: object) -> Case:
    """Of a dear device; handler and manager may decide it."""
    case = await claim_assessing(covered or await insured_dearly(), limit="1000000.00", **options)
    case.manager = await manager("1000000.00")
    return case


async def asked(case: Case) -> Clearance | None:
    """What compliance was asked, or has cleared."""
    return await Clearance.filter(claim_id=case.claim.id, state__in=clearing.LIVE).get_or_none()


async def decided(case: Case) -> Claim:
    """The manager grants what was proposed."""
    claim = await case.reread()
    return await decision.approve(claim.id, amount=None, expected_version=claim.version, actor=case.manager)


async def test_a_dear_repair_is_promised_once_it_was_cleared_and_its_decision_asks_no_more() -> None:
    await staff(Role.COMPLIANCE)
    repair = await order_estimated(await dear_case(), lines=board("60200.00"))
    clearance = await asked(repair.case)
    assert clearance is not None and clearance.requested_by is None
    assert (clearance.state, clearance.amount_minor, clearance.round) == (ClearanceState.REQUESTED, 6_000_000, 1)
    assert await Notification.filter(template="CLAIM_CLEARANCE_REQUESTED").count() == 1
    async with refused(ClearanceMissing):
        await repair.by_handler(estimating.approve)
    await give(clearance)
    await repair.by_handler(estimating.approve)
    assert (await repair.case.reread()).repair_minor == 6_000_000
    same = await propose_anew(repair.case, "60200.00")
    assert same is not None and (same.id, same.state) == (clearance.id, ClearanceState.GIVEN)
    assert (await decided(repair.case)).approved_minor == 6_000_000


async def test_more_than_was_cleared_for_the_repair_is_asked_again_with_the_decision() -> None:
    repair = await order_estimated(await dear_case(), lines=board("60200.00"))
    clearance = await asked(repair.case)
    assert clearance is not None
    await give(clearance)
    await repair.by_handler(estimating.approve)
    more = await propose_anew(repair.case, "60200.01")
    assert more is not None and (more.state, more.amount_minor) == (ClearanceState.REQUESTED, 6_000_001)
    async with refused(ClearanceMissing):
        await decided(repair.case)


async def test_what_is_not_above_the_limit_needs_none() -> None:
    repair = await order_estimated(await dear_case(), lines=board("50200.00"))
    assert await asked(repair.case) is None
    await repair.by_handler(estimating.approve)
    assert (await repair.case.reread()).repair_minor == 5_000_000


@pytest.mark.parametrize(("price", "amount"), [("10200.00", None), ("10200.01", 5_000_001)])
async def test_all_that_was_decided_for_the_same_loss_counts(price: str, amount: int | None) -> None:
    covered = await insured_dearly()
    first = await dear_case(covered)
    assert await propose_anew(first, "40200.00") is None
    await decided(first)
    repair = await order_estimated(await dear_case(covered, reported=loss(cause=Peril.LIQUID)), lines=board(price))
    clearance = await asked(repair.case)
    assert (clearance.amount_minor if clearance else None) == amount
    if clearance is not None:
        async with refused(ClearanceMissing):
            await repair.by_handler(estimating.approve)
        await give(clearance)
    await repair.by_handler(estimating.approve)


async def test_what_was_promised_to_a_repairer_before_counts() -> None:
    case = await dear_case()
    await Claim.filter(id=case.claim.id).update(repair_minor=4_000_000)
    repair = await order_estimated(case, lines=board("60200.00"))
    clearance = await asked(case)
    assert clearance is not None and clearance.amount_minor == 10_000_000
    await give(clearance)
    await repair.by_handler(estimating.approve)


async def test_a_dear_replacement_is_promised_once_it_was_cleared_and_money_waits_for_the_decision() -> None:
    case = await dear_case()
    repair = await order_diagnosed(case)
    await repair.by_shop(total_loss.declare, finding=Finding(has_parts=False), reason="no parts")
    value = (await repair.now()).actual_value_minor
    clearance = await asked(case)
    assert clearance is not None and value is not None and clearance.amount_minor == value - 20_000
    async with refused(ClearanceMissing):
        await repair.by_handler(total_loss.choose, outcome=LossOutcome.REPLACE, reason="as proposed")
    await give(clearance)
    await repair.by_handler(total_loss.choose, outcome=LossOutcome.REPLACE, reason="as proposed")
    assert (await repair.now()).state is RepairState.REPLACEMENT_CHOSEN
    assert (await case.reread()).repair_minor == clearance.amount_minor


async def test_money_is_chosen_without_a_clearance_which_the_decision_needs() -> None:
    case = await dear_case()
    repair = await order_diagnosed(case)
    await repair.by_shop(total_loss.declare, finding=Finding(has_parts=False), reason="no parts")
    await repair.by_handler(total_loss.choose, outcome=LossOutcome.CASH, reason="no other to be had")
    assert await propose_anew(case, "90000.00") is not None
    async with refused(ClearanceMissing):
        await decided(case)


async def test_what_compliance_returned_is_asked_anew_with_the_next_estimate() -> None:
    repair = await order_estimated(await dear_case(), lines=board("60200.00"))
    clearance = await asked(repair.case)
    assert clearance is not None
    await clearing.send_back(
        clearance.id, reason="no photos", expected_version=clearance.version, actor=await staff(Role.COMPLIANCE)
    )
    async with refused(ClearanceMissing):
        await repair.by_handler(estimating.approve)
    await repair.by_handler(estimating.reject, reason="photos, please")
    await repair.by_shop(estimating.submit, lines=board("60200.00"))
    anew = await asked(repair.case)
    assert anew is not None and anew.id != clearance.id
    await give(anew)
    await repair.by_handler(estimating.approve)


async def test_a_cheaper_estimate_ends_the_question() -> None:
    repair = await order_estimated(await dear_case(), lines=board("60200.00"))
    await repair.by_handler(estimating.reject, reason="too dear")
    await repair.by_shop(estimating.submit, lines=board("20000.00"))
    assert await asked(repair.case) is None
    await repair.by_handler(estimating.approve)


async def test_whoever_cleared_it_does_not_promise_it() -> None:
    repair = await order_estimated(await dear_case(), lines=board("60200.00"))
    clearance = await asked(repair.case)
    assert clearance is not None
    both = Actor(frozenset({Role.COMPLIANCE, Role.CLAIMS_MANAGER}), staff_id=(await staff(Role.COMPLIANCE)).staff_id)
    await AuthorityLimit.create(
        staff_id=both.staff_id, kind="CLAIM_DECISION", limit_minor=100_000_000, currency=clearance.currency
    )
    await give(clearance, both)
    async with refused(OwnClearance):
        await estimating.approve(repair.id, expected_version=await repair.version(), actor=both)
    await repair.by_handler(estimating.approve)


async def test_an_estimate_leaves_alone_what_was_asked_for_an_amount_that_is_proposed() -> None:
    repair = await order_diagnosed(await dear_case())
    proposed = await propose_anew(repair.case, "80200.00")
    await repair.by_shop(estimating.submit, lines=board("60200.00"))
    assert proposed is not None and await asked(repair.case) == proposed


async def test_it_is_asked_for_a_claim_that_is_not_being_assessed_yet() -> None:
    repair = await order_estimated(await claim_registered(await insured_dearly()), lines=board("60200.00"))
    assert await asked(repair.case) is not None
