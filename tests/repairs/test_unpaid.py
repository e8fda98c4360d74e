"""A repairer who had a part in a fraud: not paid, and its order ended, so that the claim can be closed."""

from __future__ import annotations

from typing import Any

import pytest

from domain.claims import assessment, reopening, settlement
from domain.claims.models import Claim, ReserveChange
from domain.claims.owed import still_kept
from domain.claims.refusals import FraudNotConfirmed, WorkOpen
from domain.claims.terms import ClaimState
from domain.kernel.actor import Actor, Role
from domain.kernel.money import Money
from domain.kernel.refusals import Forbidden, IllegalStep
from domain.payouts import execution, holding
from domain.payouts.models import Payout
from domain.payouts.refusals import PaymentUnderWay
from domain.payouts.terms import PayoutState
from domain.repairs import invoicing, unpaid
from domain.repairs.ordering import has_live_order
from domain.repairs.terms import RepairState
from tests.factories.advances import settle
from tests.factories.false_claims import declined, found_false, repair_of_fraud
from tests.factories.insured import staff
from tests.factories.ledger import balances
from tests.factories.recoveries import with_account
from tests.factories.repairs import Repair, order_invoiced, order_returned
from tests.factories.unchanged import refused
from tests.payouts.test_every_step import MuteBank
from tests.repairs.test_paying import banked, granted, payout_of, released

pytestmark = pytest.mark.usefixtures("database")


async def refuse(repair: Repair, actor: Actor | None = None) -> None:
    """The manager does not pay it."""
    await unpaid.refuse_payment(
        repair.id, reason="never repaired", expected_version=await repair.version(),
        actor=actor or repair.case.manager,
    )  # fmt: skip


async def close(repair: Repair) -> Claim:
    """Its claim is closed."""
    claim = await repair.case.reread()
    return await reopening.close(
        claim.id, reason="over", open_work=has_live_order, expected_version=claim.version, actor=repair.case.handler
    )


async def test_nothing_is_paid_and_nothing_is_owed_and_the_claim_can_be_closed() -> None:
    repair = await repair_of_fraud()
    async with refused(WorkOpen):
        await close(repair)
    assert (await repair.case.reread()).reserve_minor == 73_000
    await refuse(repair)
    order, payout = await repair.now(), await payout_of(repair)
    assert (order.state, order.payable_minor, order.rejection_reason) == (
        RepairState.PAYMENT_REFUSED, 0, "never repaired",
    )  # fmt: skip
    assert payout.state is PayoutState.CANCELLED
    found = await balances()
    assert (found["CLAIMS_EXPENSE"], found["CLAIMS_PAYABLE"]) == (0, 0)
    claim = await repair.case.reread()
    assert (claim.reserve_minor, claim.repair_minor - claim.spared_minor) == (0, 0)
    assert (await ReserveChange.filter(claim_id=claim.id).order_by("-id"))[0].reason == "REPAIR_UNPAID"
    claim = await close(repair)
    assert (claim.state, claim.paid_minor) == (ClaimState.CLOSED, 0)


async def test_only_a_manager_refuses_and_only_what_is_of_an_answered_false_claim() -> None:
    repair = await order_invoiced()
    async with refused(FraudNotConfirmed):
        await refuse(repair)
    await found_false(repair.case)
    async with refused(IllegalStep):  # the claim is not decided
        await refuse(repair)
    await declined(repair.case)
    for actor in (repair.case.handler, repair.shop.actor):
        async with refused(Forbidden):
            await refuse(repair, actor)
    await refuse(repair)
    async with refused(IllegalStep):
        await refuse(repair)


async def test_what_the_bank_may_be_paying_is_not_refused() -> None:
    repair = await repair_of_fraud()
    await banked(repair)
    row = await released(await payout_of(repair))
    await execution.execute(row.id, row.attempt, bank=MuteBank(), actor=Actor.system("payouts.execute"))
    row, risk = await Payout.get(id=row.id), await staff(Role.RISK)
    given: dict[str, Any] = {"still_kept": still_kept, "reason": "r", "expected_version": row.version}
    row = await holding.release(row.id, actor=risk, **given)
    await execution.execute(row.id, row.attempt, bank=MuteBank(), actor=Actor.system("payouts.execute"))
    assert (await Payout.get(id=row.id)).state is PayoutState.UNKNOWN
    async with refused(PaymentUnderWay):
        await refuse(repair)


async def test_what_was_counted_as_paid_with_the_customers_part_is_counted_out() -> None:
    repair = await order_returned()
    claim, case = await repair.case.reread(), repair.case
    bills = {"Mainboard": "930.00", "Case": "70.00"}
    lines = [assessment.AssessedLine(each, Money.of(bill)) for each, bill in bills.items()]
    await assessment.set_lines(claim.id, lines=lines, expected_version=claim.version, actor=case.handler)
    claim = await granted(repair)
    part = await Payout.get(subject_id=claim.id)
    await with_account(case.customer)
    await settle(part)
    await settlement.record_paid(
        claim.id, decision_no=1, amount=Money(part.amount_minor), actor=Actor.system("claims.record_paid")
    )
    await repair.by_shop(invoicing.invoice, number="INV-1", amount=Money.of("930.00"))
    claim = await case.reread()
    assert (claim.state, claim.paid_minor, claim.repair_minor) == (ClaimState.PAID, 80_000, 0)
    await found_false(case)
    await refuse(repair)
    claim = await close(repair)
    assert (claim.paid_minor, (await balances())["CLAIMS_EXPENSE"]) == (7_000, 7_000)
