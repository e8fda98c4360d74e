"""The customer's part of salvage that was sold: requested with the confirmation, paid once, and no expense."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from domain.claims import assessment, decision, reopening, screening, settlement
from domain.claims.models import Claim, Referral
from domain.claims.owed import still_owed
from domain.claims.terms import ClaimState, ReferralState, ReopenReason
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.money import Currency, Money
from domain.kernel.subject import SubjectKind
from domain.ledger.balances import balances
from domain.ledger.terms import Account
from domain.notifications.models import Notification
from domain.payouts import approval, making, retrying
from domain.payouts.models import Payout
from domain.payouts.refusals import DutiesNotSeparate
from domain.payouts.terms import HoldReason, PayoutState
from domain.recoveries import receipts, salvaging
from domain.recoveries.refusals import AboveRecoverable, PartsChanged
from tests.factories.advances import advance_granted, send_back, settle
from tests.factories.claims import nothing_open
from tests.factories.insured import staff
from tests.factories.payouts import approver
from tests.factories.recoveries import (
    Came,
    claim_settled,
    received,
    salvage_expected,
    salvage_received,
    salvage_sold,
    subrogation_recovered,
)
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")
OF_CLAIMS = (
    Account.CLAIMS_EXPENSE, Account.CLAIMS_PAYABLE, Account.CLAIMS_RECOVERIES, Account.SALVAGE_PAYABLE, Account.BANK,
)  # fmt: skip


async def shared(proceeds: str = "1800.00") -> Came:
    """Sold for more than the 1,500.00 that were paid, and confirmed."""
    sold = await salvage_sold(proceeds=proceeds)
    await sold.judge(receipts.confirm)
    return sold


async def payout_of(came: Came) -> Payout:
    """The newest payout of the customer's part."""
    found = await Payout.filter(subject_kind=SubjectKind.SALVAGE, subject_id=came.id).order_by("-id").first()
    assert found is not None
    return found


async def booked() -> dict[Account, str]:
    """The accounts of claims that do not balance to nothing."""
    async with transaction():
        found = await balances()
    return {each: f"{money.amount:f}" for (each, _), money in found.items() if each in OF_CLAIMS and money.minor}


async def test_what_a_sale_yields_above_what_was_paid_goes_to_the_customer_once_the_money_is_found() -> None:
    sold = await salvage_sold(proceeds="1800.00")
    thing = await sold.thing()
    assert (thing.proceeds_minor, thing.insurer_part_minor, thing.customer_part_minor) == (180_000, 150_000, 30_000)
    assert not await Payout.filter(subject_id=sold.id).exists()
    await sold.judge(receipts.confirm)
    payout, claim = await payout_of(sold), sold.case.claim
    assert (payout.state, payout.amount_minor, payout.instalment) == (PayoutState.DRAFT, 30_000, 1)
    assert (payout.customer_id, payout.matter_id, payout.partner_id) == (claim.customer_id, claim.id, None)
    letters = await Notification.filter(template="CLAIM_SALVAGE_SHARED", subject_id=claim.id)
    assert [each.party_id for each in letters] == [claim.customer_id]
    spent = {Account.CLAIMS_EXPENSE: "1500.00", Account.CLAIMS_RECOVERIES: "-1500.00"}
    assert await booked() == {**spent, Account.BANK: "300.00", Account.SALVAGE_PAYABLE: "-300.00"}
    await settle(payout)
    assert await booked() == spent
    assert (await Claim.get(id=claim.id)).paid_minor == 150_000


async def test_of_a_thing_that_was_under_insured_the_customer_has_the_other_share() -> None:
    case = await claim_settled()
    case.claim.calculation = [{"rule": "UNDER_INSURANCE", "basis": "", "before": "1700", "after": "1360"}]
    await case.claim.save(update_fields=["calculation"])
    sold = await salvage_sold(case)
    await sold.judge(receipts.confirm)
    assert (await payout_of(sold)).amount_minor == 6_000
    found = await booked()
    assert (found[Account.CLAIMS_RECOVERIES], found[Account.SALVAGE_PAYABLE]) == ("-240.00", "-60.00")


async def test_of_a_sale_that_is_all_the_insurer_s_nothing_is_paid() -> None:
    sold = await shared("1500.00")
    assert (await sold.thing()).customer_part_minor == 0
    assert not await Payout.filter(subject_id=sold.id).exists()
    assert Account.SALVAGE_PAYABLE not in await booked()


async def test_a_sale_of_which_no_money_came_is_shared_when_it_is_sold_again() -> None:
    sold = await salvage_sold(proceeds="1800.00")
    await sold.judge(receipts.refuse, reason="not on the list")
    assert (await sold.thing()).customer_part_minor is None
    await sold.do(salvaging.sell, proceeds=Money.of("1600.00"), received=received())
    await sold.judge(receipts.confirm)
    assert [each.amount_minor for each in await Payout.filter(subject_id=sold.id)] == [10_000]


async def test_of_two_who_confirm_at_once_one_does_and_the_customer_is_paid_once() -> None:
    sold = await salvage_sold(proceeds="1800.00")
    row = await sold.receipt()

    async def confirm() -> Any:
        return await receipts.confirm(row.id, expected_version=row.version, actor=sold.finance)

    found = await asyncio.gather(confirm(), confirm(), return_exceptions=True)
    assert sorted(type(each).__name__ for each in found) == ["RecoveryReceipt", "StaleVersion"]
    assert await Payout.filter(subject_id=sold.id).count() == 1


async def test_whoever_found_the_money_or_wrote_the_sale_down_neither_makes_nor_approves_the_payout() -> None:
    sold = await shared()
    payout = await payout_of(sold)
    assert {str(sold.handler.staff_id), str(sold.finance.staff_id)} <= set(payout.barred)
    async with refused(DutiesNotSeparate):
        await making.make_ready(payout.id, expected_version=payout.version, actor=sold.finance)
    payout = await making.make_ready(payout.id, expected_version=payout.version, actor=await staff(Role.FINANCE))
    both = await approver()
    await Payout.filter(id=payout.id).update(barred=[*payout.barred, str(both.staff_id)])
    async with refused(DutiesNotSeparate):
        await approval.approve(payout.id, expected_version=payout.version, actor=both)


async def test_a_suspicion_about_the_claim_stops_it_before_and_after_and_is_lifted() -> None:
    sold = await salvage_sold(proceeds="1800.00")
    handler, risk = sold.handler, await staff(Role.RISK)
    claim = await sold.case.reread()
    await screening.refer(claim.id, reason="odd", expected_version=claim.version, actor=handler)
    await sold.judge(receipts.confirm)
    assert (await payout_of(sold)).stop is HoldReason.REFERRED
    referral = await Referral.get(claim_id=claim.id, state=ReferralState.OPEN)
    await screening.clear(referral.id, judgement="as told", expected_version=referral.version, actor=risk)
    assert (await payout_of(sold)).stop is None
    claim = await sold.case.reread()
    await screening.refer(claim.id, reason="odd", expected_version=claim.version, actor=handler)
    assert (await payout_of(sold)).stop is HoldReason.REFERRED


async def test_what_the_customer_got_of_it_makes_nothing_more_recoverable() -> None:
    sold = await shared()
    await settle(await payout_of(sold))
    other = await salvage_expected(sold.case, serial_number=None)
    await other.do(salvaging.receive)
    async with refused(AboveRecoverable):
        await other.do(salvaging.sell, proceeds=Money.of("1.00"), received=received())


async def test_what_came_back_of_it_is_asked_for_again() -> None:
    sold = await shared()
    payout = await payout_of(sold)
    await settle(payout)
    await send_back(payout.id)
    assert (await booked())[Account.SALVAGE_PAYABLE] == "-300.00"
    payout = await payout_of(sold)
    again = await retrying.retry(
        payout.id, still_owed=still_owed, reason="new account", expected_version=payout.version,
        actor=await staff(Role.FINANCE),
    )  # fmt: skip
    await settle(again)
    assert Account.SALVAGE_PAYABLE not in await booked()


async def test_nothing_is_the_customer_s_above_what_was_paid_while_more_may_be_paid() -> None:
    case = await claim_settled()
    came = await salvage_received(case)
    claim = await case.reread()
    given: dict[str, Any] = {"proceeds": Money.of("1800.00"), "received": received()}
    await Claim.filter(id=claim.id).update(paid_minor=200_000, payable_minor=200_000)  # a repairer waits for its money
    async with refused(AboveRecoverable):
        await came.do(salvaging.sell, **given)
    await Claim.filter(id=claim.id).update(paid_minor=150_000, payable_minor=150_000)
    claim = await reopening.close(
        claim.id, reason="done", open_work=nothing_open, expected_version=claim.version, actor=case.handler
    )
    await reopening.reopen(
        claim.id, code=ReopenReason.NEW_EVIDENCE, reason="more", expected_version=claim.version, actor=case.manager
    )
    async with refused(AboveRecoverable):
        await came.do(salvaging.sell, **given)


async def test_nothing_is_the_customer_s_above_what_was_paid_while_an_advance_is_on_its_way() -> None:
    case, advance = await advance_granted()
    claim = await case.reread()
    claim = await assessment.propose(claim.id, reason="r", expected_version=claim.version, actor=case.handler)
    claim = await decision.approve(claim.id, amount=None, expected_version=claim.version, actor=case.handler)
    await settlement.agree(claim.id, expected_version=claim.version, actor=case.customer)
    rest, office = await Payout.get(subject_id=case.claim.id, instalment=1), Actor.system("claims.record_paid")
    await settle(rest)
    await settlement.record_paid(case.claim.id, decision_no=1, amount=Money(rest.amount_minor), actor=office)
    claim = await case.reread()
    assert (claim.state, claim.paid_minor, claim.advance_due_minor) == (ClaimState.PAID, 100_000, 50_000)
    came = await salvage_received(case)
    given: dict[str, Any] = {"proceeds": Money.of("1800.00"), "received": received()}
    async with refused(AboveRecoverable):
        await came.do(salvaging.sell, **given)
    await settle(await Payout.get(id=advance.payout_id))
    await came.do(salvaging.sell, **given)
    assert (await came.thing()).customer_part_minor == 30_000


async def test_a_sale_is_not_confirmed_as_it_was_shared_once_more_is_paid_or_may_be() -> None:
    sold = await salvage_sold(proceeds="1800.00")
    case = sold.case
    claim = await case.reread()
    claim = await reopening.close(
        claim.id, reason="done", open_work=nothing_open, expected_version=claim.version, actor=case.handler
    )
    claim = await reopening.reopen(
        claim.id, code=ReopenReason.NEW_EVIDENCE, reason="more", expected_version=claim.version, actor=case.manager
    )
    async with refused(PartsChanged):
        await sold.judge(receipts.confirm)
    await Claim.filter(id=claim.id).update(state=ClaimState.PAID, paid_minor=200_000, payable_minor=200_000)
    await Payout.filter(subject_id=claim.id).update(amount_minor=200_000)
    async with refused(PartsChanged):
        await sold.judge(receipts.confirm)
    await sold.judge(receipts.refuse, reason="shared anew")
    await sold.do(salvaging.sell, proceeds=Money.of("1800.00"), received=received())
    await sold.judge(receipts.confirm)
    assert (await sold.thing()).insurer_part_minor == 180_000
    assert not await Payout.filter(subject_id=sold.id).exists()


async def test_what_a_third_party_paid_before_leaves_the_insurer_the_rest() -> None:
    case = await claim_settled()
    await subrogation_recovered(case, "1000.00")
    sold = await salvage_sold(case, "800.00")
    await sold.judge(receipts.confirm)
    assert (await payout_of(sold)).amount_minor == 30_000
    async with transaction():
        assert (await balances())[Account.CLAIMS_RECOVERIES, Currency.CNY] == Money.of("-1500.00")
