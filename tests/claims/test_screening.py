"""Suspicions: what refers a claim, what it stops, and who judges it. None of it declines anything by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tortoise import Tortoise

from domain.audit.models import AuditEntry
from domain.claims import assessment, decision, intake, screening, settlement
from domain.claims.models import Claim, Referral
from domain.claims.owed import still_kept, still_owed
from domain.claims.refusals import AssignedToAnother, FraudNotConfirmed, OwnClaim, ReferralOpen
from domain.claims.terms import ClaimState, DeclineCode, ReferralState
from domain.customers import changes
from domain.customers.models import Customer
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.money import Money
from domain.kernel.refusals import Forbidden, IllegalStep, NotFound, Refusal, StaleVersion
from domain.notifications.models import Notification
from domain.payouts import approval, execution, holding, making, retrying
from domain.payouts.attempts import present_attempt
from domain.payouts.bank import BankStatus, Receipt
from domain.payouts.models import Payout
from domain.payouts.refusals import PaymentsStopped
from domain.payouts.settling import apply_receipt, take_back
from domain.payouts.terms import HoldReason, PayoutState
from domain.policies.models import Policy
from domain.risk.models import FraudSignal
from domain.risk.terms import FraudCode
from tests.factories.claims import (
    Case,
    claim_approved,
    claim_awaiting_decision,
    claim_notified,
    claim_payment_pending,
    loss,
)
from tests.factories.insured import Insured, insured, sold, staff, version_on_sale
from tests.factories.payouts import ACCOUNT, approver, staff_with_mail_of
from tests.factories.unchanged import refused
from tests.factories.working import work_off
from tests.payouts.conftest import TestBank, bank

__all__ = ["bank"]


async def sold_late() -> Insured:
    """Insured since today, by a contract of today."""
    policy = await sold()
    return Insured(policy.id, policy.customer_id, policy.partner_id)


async def suspicious() -> Case:
    """Proposed, and referred: a loss of the day before the contract, claimed to the last cent."""
    return await claim_awaiting_decision(await sold_late(), reported=loss(claimed="3000.00"))


async def referred_by_hand(case: Case) -> Referral:
    row = await case.reread()
    reason = "the photo shows another phone"
    await screening.refer(row.id, reason=reason, expected_version=row.version, actor=case.handler)
    return await Referral.get(claim_id=row.id, state=ReferralState.OPEN)


async def found_in(case: Case) -> dict[str, str]:
    return {each.code: each.evidence for each in await FraudSignal.filter(subject_id=case.claim.id)}


async def screened(case: Case) -> Claim:
    await work_off("claims.screen")
    return await case.reread()


async def test_an_ordinary_claim_is_screened_and_nothing_is_found(database: str) -> None:
    case = await claim_notified()
    claim = await screened(case)
    assert (claim.fraud_score, claim.referral, await found_in(case)) == (0, ReferralState.NONE, {})
    assert claim.version == case.claim.version, "whoever works on it meanwhile is not held up"
    assert await Referral.all().count() == 0


async def test_a_loss_before_the_contract_is_referred_soon_after_the_report(database: str) -> None:
    risk = await staff(Role.RISK)
    case = await claim_notified(await sold_late(), reported=loss(claimed="3000.00"))
    claim = await screened(case)
    assert (claim.fraud_score, claim.referral) == (70, ReferralState.OPEN)
    assert await found_in(case) == {FraudCode.LOSS_BEFORE_SALE: "1", FraudCode.NEAR_LIMIT: "100.0"}
    referral = await Referral.get(claim_id=claim.id)
    assert (referral.reason, referral.score, referral.referred_by) == ("score 70", 70, "system:claims.screen")
    told = await Notification.get(template="CLAIM_REFERRED_TO_YOU")
    assert told.party_id == risk.staff_id
    await screening.screen_reported(claim.id, actor=Actor.system("claims.screen"))
    assert (await case.reread()).fraud_score == 70
    assert await Referral.all().count() == 1


async def test_a_signal_that_was_found_counts_on_when_it_is_not_given_any_more(database: str) -> None:
    case = await claim_notified()
    await Customer.filter(id=case.insured.customer_id).update(payee_changed_at=clock.now() - timedelta(days=1))
    assert (await screened(case)).fraud_score == 20
    await Customer.filter(id=case.insured.customer_id).update(payee_changed_at=None)
    await screening.screen_reported(case.claim.id, actor=Actor.system("claims.screen"))
    assert (await case.reread()).fraud_score == 20


async def test_what_our_books_know_of_device_invoice_account_and_claims_is_found(database: str) -> None:
    version_id = await version_on_sale()
    with clock.at(clock.now() - timedelta(days=90)):
        policy = await sold(version_id=version_id, serial_number="SN1", invoice_number="INV-1")
        await sold(version_id=version_id, invoice_number="INV-1")
        other = await sold(version_id=await version_on_sale(), serial_number="SN2")
    others = [other, await sold(), await sold()]
    await Policy.filter(id=other.id).update(serial_number="SN1")
    connection = Tortoise.get_connection("default")
    people = [policy.customer_id, *(each.customer_id for each in others)]
    await connection.execute_query(
        "UPDATE customer SET bank_account_blind = 'x'::bytea, bank_account_sealed = 'x'::bytea,"
        " bank_account_mask = '*' WHERE id = ANY($1)", [people],
    )  # fmt: skip
    await Customer.filter(id=policy.customer_id).update(payee_changed_at=clock.now() - timedelta(days=3, hours=1))
    covered = Insured(policy.id, policy.customer_id, policy.partner_id)
    for day in (5, 4):
        await intake.report(
            policy.id, loss=loss(on=clock.today() - timedelta(days=day), claimed="10.00"), actor=covered.customer
        )
    case = await claim_notified(covered)
    claim = await screened(case)
    assert await found_in(case) == {
        FraudCode.DEVICE_ELSEWHERE: "1", FraudCode.INVOICE_REPEATED: "1", FraudCode.ACCOUNT_SHARED: "3",
        FraudCode.FREQUENT_CLAIMS: "3", FraudCode.PAYEE_CHANGED: "3",
    }  # fmt: skip
    assert (claim.fraud_score, claim.referral) == (100, ReferralState.OPEN)


async def test_one_person_in_two_books_shares_no_account_with_somebody_else(database: str) -> None:
    case = await claim_notified()
    twins = [await sold(), await sold(), await sold()]
    connection = Tortoise.get_connection("default")
    await connection.execute_query(
        "UPDATE customer SET bank_account_blind = 'x'::bytea, bank_account_sealed = 'x'::bytea,"
        " bank_account_mask = '*', identity_number_blind = 'me'::bytea, identity_number_sealed = 'x'::bytea"
        " WHERE id = ANY($1)", [[case.insured.customer_id, *(each.customer_id for each in twins)]],
    )  # fmt: skip
    await screened(case)
    assert await found_in(case) == {}


async def test_nothing_is_granted_while_risk_looks_at_a_claim(database: str) -> None:
    case = await suspicious()
    assert case.claim.referral is ReferralState.OPEN
    case = await claim_awaiting_decision()
    referral = await referred_by_hand(case)
    row = await case.reread()
    async with refused(ReferralOpen):
        await decision.approve(row.id, amount=None, expected_version=row.version, actor=case.handler)
    async with refused(ReferralOpen):
        await decision.second(
            row.id, amount=Money.of("10.00"), reason="x", expected_version=row.version, actor=case.manager
        )
    risk = await staff(Role.RISK)
    await screening.clear(referral.id, judgement="it is the same phone", expected_version=1, actor=risk)
    row = await case.reread()
    approved = await decision.approve(row.id, amount=None, expected_version=row.version, actor=case.handler)
    assert (approved.state, approved.referral) == (ClaimState.APPROVED, ReferralState.CLEARED)
    found = await Referral.get(id=referral.id)
    assert (found.state, found.judge_id, found.judgement) == ("CLEARED", risk.staff_id, "it is the same phone")


async def test_a_suspicion_declines_nothing_and_a_confirmed_one_is_a_reason(database: str) -> None:
    case, risk = await claim_awaiting_decision(), await staff(Role.RISK)
    referral = await referred_by_hand(case)
    told: dict[str, Any] = {"clause": "Art. 27", "reason": "The device was never there.", "actor": case.handler}
    row = await case.reread()
    async with refused(FraudNotConfirmed):
        await decision.decline(row.id, code=DeclineCode.FRAUD, expected_version=row.version, **told)
    await screening.clear(referral.id, judgement="fine", expected_version=1, actor=risk)
    row = await case.reread()
    async with refused(FraudNotConfirmed):
        await decision.decline(row.id, code=DeclineCode.FRAUD, expected_version=row.version, **told)
    referral = await referred_by_hand(case)
    await screening.confirm(referral.id, judgement="invented", expected_version=1, actor=risk)
    row = await case.reread()
    async with refused(ReferralOpen):
        await decision.approve(row.id, amount=None, expected_version=row.version, actor=case.handler)
    assert row.state is ClaimState.DECISION_PENDING
    declined = await decision.decline(row.id, code=DeclineCode.FRAUD, expected_version=row.version, **told)
    assert (declined.state, declined.decline_code) == (ClaimState.DECLINED, DeclineCode.FRAUD)


async def test_what_was_cleared_is_referred_again_only_when_more_is_found(database: str) -> None:
    case, risk = await suspicious(), await staff(Role.RISK)
    referral = await Referral.get(claim_id=case.claim.id)
    await screening.clear(referral.id, judgement="sold late", expected_version=1, actor=risk)
    await screening.screen_reported(case.claim.id, actor=Actor.system("claims.screen"))
    assert (await case.reread()).referral is ReferralState.CLEARED
    await Customer.filter(id=case.insured.customer_id).update(payee_changed_at=clock.now() - timedelta(days=1))
    row = await case.reread()
    row = await assessment.return_to_assessment(row.id, reason="x", expected_version=row.version, actor=case.handler)
    row = await assessment.propose(row.id, reason="x", expected_version=row.version, actor=case.handler)
    assert (row.referral, row.fraud_score) == (ReferralState.OPEN, 90)
    assert await Referral.filter(claim_id=row.id).count() == 2


async def paid_out(case: Case) -> Payout:
    payout, maker = await Payout.get(subject_id=case.claim.id), await staff(Role.FINANCE)
    payout = await making.make_ready(payout.id, expected_version=payout.version, actor=maker)
    return await approval.approve(payout.id, expected_version=payout.version, actor=await approver())


@pytest.mark.parametrize("when", ["approved", "agreed", "released"])
async def test_no_money_leaves_while_risk_looks_and_it_goes_on_when_it_was_cleared(
    database: str, bank: TestBank, when: str
) -> None:
    case, risk = await claim_approved(), await staff(Role.RISK)
    await give_account(case, ago=timedelta(days=60))
    if when == "approved":
        await referred_by_hand(case)
    row = await case.reread()
    await settlement.agree(row.id, expected_version=row.version, actor=case.customer)
    if when == "agreed":
        await referred_by_hand(case)
    payout = await paid_out(case)
    if when == "released":
        await referred_by_hand(case)
    referral = await Referral.get(claim_id=case.claim.id)
    await work_off("payouts.execute")
    payout = await Payout.get(id=payout.id)
    assert (payout.state, payout.hold_reason, payout.stop) == (PayoutState.ON_HOLD, "REFERRED", "REFERRED")
    assert bank.charges == []
    async with refused(PaymentsStopped):
        await holding.release(payout.id, still_kept=still_kept, reason="x", expected_version=payout.version, actor=risk)
    await screening.clear(referral.id, judgement="fine", expected_version=1, actor=risk)
    payout = await Payout.get(id=payout.id)
    assert (payout.state, payout.hold_reason, payout.stop) == (PayoutState.APPROVED, None, None)
    await work_off("payouts.execute")
    assert len(bank.charges) == 1


@pytest.mark.parametrize("why", holding.BY_PEOPLE)
async def test_what_somebody_keeps_back_is_not_let_go_with_a_suspicion(
    database: str, bank: TestBank, why: HoldReason
) -> None:
    case, risk = await claim_payment_pending(), await staff(Role.RISK)
    await give_account(case, ago=timedelta(days=60))
    payout = await paid_out(case)
    payout = await holding.hold(
        payout.id, hold_reason=why, reason="r", expected_version=payout.version, actor=risk
    )
    referral = await referred_by_hand(case)
    await screening.clear(referral.id, judgement="fine", expected_version=1, actor=risk)
    await work_off("payouts.execute")
    payout = await Payout.get(id=payout.id)
    assert (payout.state, payout.hold_reason, payout.stop) == (PayoutState.ON_HOLD, why, None)
    assert bank.charges == []


@pytest.mark.parametrize("word", [BankStatus.FAILED, None])
async def test_what_the_bank_did_not_pay_of_money_that_was_on_its_way_is_stopped(
    database: str, bank: TestBank, word: BankStatus | None
) -> None:
    case = await claim_approved()
    await give_account(case, ago=timedelta(days=60))
    row = await case.reread()
    await settlement.agree(row.id, expected_version=row.version, actor=case.customer)
    payout, office = await paid_out(case), Actor.system("payouts.execute")
    await execution._submit(payout.id, 1, office, None)
    await referred_by_hand(case)
    async with transaction():
        payout = await Payout.get(id=payout.id)
        attempt = await present_attempt(payout)
        amount = Money(payout.amount_minor)
        if word is None:  # it does not know it
            await take_back(payout, attempt, office)
        else:
            await apply_receipt(payout, attempt, Receipt(attempt.request_no, word, amount), office)
    if word is BankStatus.FAILED:
        payout = await retrying.retry(
            payout.id, still_owed=still_owed, reason="again", expected_version=payout.version,
            actor=await staff(Role.FINANCE),
        )  # fmt: skip
        payout = await paid_out(case)
    await execution.execute(payout.id, payout.attempt, bank=bank.client, actor=office)
    payout = await Payout.get(id=payout.id)
    assert (payout.state, payout.hold_reason, payout.stop) == (PayoutState.ON_HOLD, "REFERRED", "REFERRED")
    assert bank.charges == []


async def give_account(case: Case, *, ago: timedelta) -> None:
    """An account to be paid to, given some time ago."""
    customer = await Customer.get(id=case.insured.customer_id)
    with clock.at(clock.now() - ago):
        await changes.change_bank_account(
            customer.id, bank_account=ACCOUNT, expected_version=customer.version, actor=case.customer
        )


async def test_who_may_refer_and_who_judges(database: str) -> None:
    case, risk = await claim_awaiting_decision(), await staff(Role.RISK)
    another = await staff(Role.CLAIMS_HANDLER, "5000.00")
    row = await case.reread()
    given: dict[str, Any] = {"reason": "odd", "expected_version": row.version}
    strangers: tuple[tuple[Actor, type[Refusal]], ...] = (
        (case.customer, Forbidden), (case.insured.partner, Forbidden), (await staff(Role.FINANCE), Forbidden),
        (another, AssignedToAnother), (await staff(Role.HR), NotFound),
    )  # fmt: skip
    for actor, refusal in strangers:
        async with refused(refusal):
            await screening.refer(row.id, actor=actor, **given)
    async with refused(StaleVersion):
        await screening.refer(row.id, reason="odd", expected_version=row.version + 1, actor=risk)
    await screening.refer(row.id, actor=risk, **given)
    row, referral = await case.reread(), await Referral.get(claim_id=row.id)
    async with refused(IllegalStep):
        await screening.refer(row.id, reason="twice", expected_version=row.version, actor=risk)
    for verb in (screening.clear, screening.confirm):
        for actor, refusal in (
            (case.customer, NotFound), (case.insured.partner, NotFound), (case.handler, Forbidden),
            (case.manager, Forbidden), (await staff(Role.FINANCE), NotFound), (await staff(Role.COMPLIANCE), Forbidden),
        ):  # fmt: skip
            async with refused(refusal):
                await verb(referral.id, judgement="x", expected_version=1, actor=actor)
        async with refused(StaleVersion):
            await verb(referral.id, judgement="x", expected_version=2, actor=risk)
    await screening.confirm(referral.id, judgement="x", expected_version=1, actor=risk)
    async with refused(IllegalStep):
        await screening.clear(referral.id, judgement="x", expected_version=2, actor=risk)
    steps = await AuditEntry.filter(subject_id=row.id, action__in=["claim:refer", "referral:confirm"]).order_by("id")
    assert [each.reason for each in steps] == ["odd", "x"]


async def test_nobody_judges_a_suspicion_about_a_claim_of_their_own(database: str) -> None:
    covered = await insured()
    case = await claim_awaiting_decision(covered)
    referral = await referred_by_hand(case)
    mail = "both@example.com"
    customer = await Customer.get(id=covered.customer_id)
    await changes.change_contact(
        customer.id, phone="13800001111", mail=mail, expected_version=customer.version, actor=covered.customer
    )
    both = await staff_with_mail_of(covered.customer_id, mail, Role.RISK)
    async with refused(OwnClaim):
        await screening.clear(referral.id, judgement="x", expected_version=1, actor=both)


async def test_a_cool_down_that_ends_does_not_let_a_stopped_payout_go(database: str, bank: TestBank) -> None:
    case = await claim_payment_pending()
    await give_account(case, ago=timedelta(0))
    payout = await paid_out(case)
    assert payout.hold_reason is HoldReason.BANK_CHANGED
    await referred_by_hand(case)
    with clock.at(clock.now() + timedelta(hours=25)):
        await holding.release_cooled(payout.id, actor=Actor.system("payouts.release"))
    payout = await Payout.get(id=payout.id)
    assert (payout.state, payout.hold_reason) == (PayoutState.ON_HOLD, HoldReason.REFERRED)
