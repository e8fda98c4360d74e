"""Major claims: nothing is granted before compliance has cleared as much."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.claims import advance_watching, advancing, assessment, clearing, decision
from domain.claims.assessment import AssessedLine
from domain.claims.models import Advance, Claim, Clearance
from domain.claims.refusals import ClearanceMissing, OwnClaim, OwnClearance
from domain.claims.terms import ClearanceState
from domain.customers import changes
from domain.customers.models import Customer
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.money import Money
from domain.kernel.refusals import Forbidden, IllegalStep, NotFound, StaleVersion
from domain.notifications.models import Notification
from domain.products.terms import Peril
from domain.staff.models import AuthorityLimit
from tests.factories.advances import SYSTEM
from tests.factories.claims import Case, claim_assessing, give, loss, major_claim, propose_anew
from tests.factories.insured import insured_dearly, manager, staff
from tests.factories.payouts import staff_with_mail_of
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")


async def approve(case: Case, actor: Actor | None = None, amount: Money | None = None) -> Claim:
    claim = await case.reread()
    return await decision.approve(
        claim.id, amount=amount, reason="as seen", expected_version=claim.version, actor=actor or case.manager
    )


async def test_a_major_claim_is_granted_only_once_compliance_cleared_it() -> None:
    await staff(Role.COMPLIANCE)
    case, clearance = await major_claim()
    assert (clearance.state, clearance.amount_minor) == (ClearanceState.REQUESTED, 8_000_000)
    assert clearance.requested_by == case.handler.staff_id
    assert await Notification.filter(template="CLAIM_CLEARANCE_REQUESTED").count() == 1
    async with refused(ClearanceMissing):
        await approve(case)
    found = await give(clearance)
    assert (found.state, found.finding) == (ClearanceState.GIVEN, "in order")
    assert (await approve(case)).approved_minor == 8_000_000


async def test_what_is_not_above_the_limit_needs_none() -> None:
    case = await claim_assessing(await insured_dearly())
    case.manager = await manager("1000000.00")
    assert await propose_anew(case, "50200.00") is None
    assert (await approve(case)).approved_minor == 5_000_000
    other, _ = await major_claim()
    assert (await approve(other, amount=Money.of("50000.00"))).approved_minor == 5_000_000


async def test_only_compliance_clears_and_nobody_with_another_duty_in_it() -> None:
    case, clearance = await major_claim()
    for actor, kind in ((case.manager, Forbidden), (case.handler, Forbidden), (case.customer, NotFound)):
        async with refused(kind):
            await give(clearance, actor)
    both = Actor(frozenset({Role.COMPLIANCE}), staff_id=case.handler.staff_id)
    async with refused(OwnClearance):
        await give(clearance, both)
    customer = await Customer.get(id=case.claim.customer_id)
    await changes.change_contact(
        customer.id, phone="13800001111", mail="both@example.com", expected_version=customer.version,
        actor=case.customer,
    )  # fmt: skip
    own = await staff_with_mail_of(customer.id, "both@example.com", Role.COMPLIANCE)
    other = await staff(Role.COMPLIANCE)
    async with refused(OwnClaim):
        await give(clearance, own)
    async with refused(StaleVersion):
        await clearing.give(clearance.id, reason="x", expected_version=9, actor=other)


async def test_whoever_cleared_it_neither_decides_nor_seconds_it() -> None:
    case, clearance = await major_claim()
    clearer = Actor(frozenset({Role.COMPLIANCE, Role.CLAIMS_MANAGER}), staff_id=(await staff(Role.COMPLIANCE)).staff_id)
    money = Money.of("1000000.00")
    await AuthorityLimit.create(
        staff_id=clearer.staff_id, kind="CLAIM_DECISION", limit_minor=money.minor, currency=money.currency
    )
    await give(clearance, clearer)
    async with refused(OwnClearance):
        await approve(case, clearer)
    claim = await case.reread()
    await decision.second(
        claim.id, amount=Money.of("80000.00"), reason="x", expected_version=claim.version, actor=clearer
    )
    async with refused(OwnClearance):
        await approve(case)


async def test_a_higher_amount_voids_the_clearance_and_a_lower_one_does_not() -> None:
    case, clearance = await major_claim()
    await give(clearance)
    same = await propose_anew(case, "70200.00")
    assert same is not None and same.id == clearance.id
    higher = await propose_anew(case, "90200.00")
    assert higher is not None and (higher.state, higher.amount_minor) == (ClearanceState.REQUESTED, 9_000_000)
    assert (await Clearance.get(id=clearance.id)).state is ClearanceState.VOID
    async with refused(ClearanceMissing):
        await approve(case)
    async with refused(ClearanceMissing):
        await approve(case, amount=Money.of("80000.00"))


async def test_what_compliance_returned_is_asked_anew_with_the_next_proposal() -> None:
    case, clearance = await major_claim()
    compliance = await staff(Role.COMPLIANCE)
    found = await clearing.send_back(
        clearance.id, reason="no estimate", expected_version=clearance.version, actor=compliance
    )
    assert (found.state, found.finding) == (ClearanceState.RETURNED, "no estimate")
    async with refused(ClearanceMissing):
        await approve(case)
    async with refused(IllegalStep):
        await give(found, compliance)
    anew = await propose_anew(case, "80200.00")
    assert anew is not None and anew.id != clearance.id


async def test_an_advance_is_no_way_around_the_clearance() -> None:
    case, _ = await major_claim()
    claim = await case.reread()
    with clock.at(claim.decision_due_at + (claim.decision_due_at - claim.reported_at)):
        await advance_watching.look(claim.id, actor=SYSTEM)
        advance = await Advance.get(claim_id=claim.id)
        given = {"reason": "x", "expected_version": advance.version, "actor": case.manager}
        async with refused(ClearanceMissing):
            await advancing.approve(advance.id, amount=Money.of("50000.01"), **given)  # type: ignore[arg-type]
        await advancing.approve(advance.id, amount=Money.of("50000.00"), **given)  # type: ignore[arg-type]
    async with refused(ClearanceMissing):
        await approve(case)


async def test_splitting_a_loss_into_claims_is_no_way_around_the_clearance() -> None:
    covered = await insured_dearly()
    first = await claim_assessing(covered)
    first.manager = await manager("1000000.00")
    assert await propose_anew(first, "40200.00") is None
    await approve(first)
    second = await claim_assessing(covered, reported=loss(cause=Peril.LIQUID))
    second.manager = first.manager
    found = await propose_anew(second, "30200.00")
    assert found is not None and found.amount_minor == 7_000_000
    async with refused(ClearanceMissing):
        await approve(second)
    await give(found)
    await approve(second)


async def test_a_question_that_compliance_has_not_answered_ends_with_the_claim() -> None:
    case, clearance = await major_claim()
    await approve(case, amount=Money.of("50000.00"))
    assert (await Clearance.get(id=clearance.id)).state is ClearanceState.VOID


async def test_a_proposed_advance_leaves_the_question_of_a_dearer_estimate_open() -> None:
    with clock.at(clock.now() - timedelta(days=61)):
        case = await claim_assessing(await insured_dearly())
        claim = await assessment.set_lines(
            case.claim.id, lines=[AssessedLine("Screen", Money.of("900.00"))],
            expected_version=case.claim.version, actor=case.handler,
        )  # fmt: skip
    async with transaction():
        await clearing.request(claim, Money.of("60000.00"), case.handler)
    await advance_watching.look(claim.id, actor=SYSTEM)
    assert (await Advance.get(claim_id=claim.id)).determined_minor == 70_000
    asked = await Clearance.get(claim_id=claim.id)
    assert (asked.state, asked.amount_minor) == (ClearanceState.REQUESTED, 6_000_000)


async def test_a_proposed_advance_asks_for_what_it_costs_with_a_promised_repair() -> None:
    with clock.at(clock.now() - timedelta(days=61)):
        case = await claim_assessing(await insured_dearly())
        lines = [AssessedLine("Device", Money.of("50200.01"))]
        claim = await assessment.set_lines(
            case.claim.id, lines=lines, expected_version=case.claim.version, actor=case.handler
        )
    await Claim.filter(id=claim.id).update(repair_minor=4_000_000)
    await advance_watching.look(claim.id, actor=SYSTEM)
    advance = await Advance.get(claim_id=claim.id)
    clearance = await Clearance.get(claim_id=claim.id)
    assert (advance.determined_minor, clearance.amount_minor) == (1_000_001, 5_000_001)
    await give(clearance)
    advance = await advancing.approve(
        advance.id, amount=Money.of("10000.01"), reason="r", expected_version=advance.version,
        actor=await manager("1000000.00"),
    )  # fmt: skip
    assert advance.amount_minor == 1_000_001
