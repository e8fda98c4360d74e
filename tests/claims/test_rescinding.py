"""A claim that risk finds false after it was granted: declined for that, and owed nothing that has not arrived."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from domain.claims import (
    assessment,
    decision,
    decline_watching,
    reopening,
    rescinding,
    screening,
    settlement,
)
from domain.claims.models import Advance, Claim, Referral
from domain.claims.owed import still_kept, still_owed
from domain.claims.reading import CLAIM
from domain.claims.refusals import FraudNotConfirmed, MoneyReturned, NothingOwed, OwnClaim, SameJudge
from domain.claims.terms import AdvanceState, ClaimState, DeclineCode, ReferralState, ReopenReason
from domain.customers.models import Customer
from domain.jobs.models import Job
from domain.jobs.terms import Queue
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.money import Money
from domain.kernel.refusals import Forbidden, IllegalStep, StaleVersion
from domain.kernel.sealing import blind_index
from domain.notifications.models import Notification
from domain.notifications.terms import NotificationState
from domain.payouts import approval, execution, holding, making, news, retrying, settling
from domain.payouts.bank import BankStatus, Receipt
from domain.payouts.models import Payout, PayoutAttempt, PayoutException
from domain.payouts.refusals import PaymentsStopped, PaymentUnderWay
from domain.payouts.rules import approvers_needed
from domain.payouts.terms import ExceptionKind, PayoutState
from domain.recoveries import receipts
from domain.repairs.ordering import has_live_order
from domain.staff.models import Staff
from tests.claims.test_payment import agreed
from tests.factories.advances import PromptBank, advance_granted, send_back, settle
from tests.factories.claims import Case, claim_approved, nothing_open
from tests.factories.false_claims import decided_false, declined, found_false
from tests.factories.insured import staff
from tests.factories.ledger import balances
from tests.factories.notices import told
from tests.factories.payouts import PromptBank as RefusingBank
from tests.factories.payouts import approver
from tests.factories.readers import rows_seen
from tests.factories.recoveries import salvage_sold
from tests.factories.repairs import order_invoiced
from tests.factories.unchanged import refused
from tests.factories.work import work
from tests.payouts.test_every_step import MuteBank
from tests.repairs.test_paying import banked, payout_of

pytestmark = pytest.mark.usefixtures("database")
WORKER, PAID = Actor.system("payouts.execute"), Actor.system("claims.record_paid")
NOTHING = {"CLAIMS_EXPENSE": 0, "CLAIMS_PAYABLE": 0}


async def rescind(case: Case, actor: Actor | None = None) -> Claim:
    """By the manager, as the claim is now."""
    row = await case.reread()
    return await rescinding.rescind(
        row.id, clause="Art. 27", reason="The device was never there.", expected_version=row.version,
        actor=actor or case.manager,
    )  # fmt: skip


async def of_claims() -> dict[str, int]:
    """What stands on the accounts of claims."""
    return {name: minor for name, minor in (await balances()).items() if name in NOTHING}


async def offered(case: Case, actor: Actor) -> list[str]:
    """What somebody may do with the claim."""
    (row,) = await rows_seen(CLAIM, actor)
    return [each for each in row["available_actions"] if each in {"RESCIND", "CLOSE"}]


async def close(case: Case) -> Claim:
    """Closed by its handler."""
    row = await case.reread()
    return await reopening.close(
        row.id, reason="done", open_work=nothing_open, expected_version=row.version, actor=case.handler
    )


async def test_a_granted_claim_that_risk_found_false_is_declined_and_the_customer_told_why() -> None:
    case = await claim_approved()
    assert await offered(case, case.manager) == []
    await found_false(case)
    assert await offered(case, case.manager) == ["RESCIND"]
    assert await offered(case, case.handler) == []
    claim = await rescind(case)
    assert (claim.state, claim.decline_code, claim.decline_clause) == (ClaimState.DECLINED, "FRAUD", "Art. 27")
    assert (claim.approved_minor, claim.reserve_minor, claim.paid_minor, claim.decision_no) == (None, 0, 0, 2)
    assert (claim.decided_by, claim.decision_reason) == (case.manager.staff_id, "The device was never there.")
    assert claim.answered_at == claim.decided_at
    letter = await Notification.get(template="CLAIM_RESCINDED")
    assert letter.party_id == claim.customer_id
    assert "The device was never there." in told(letter)
    assert (await Notification.get(template="CLAIM_RESCINDED_FOR_YOU")).party_id == case.handler.staff_id
    assert await Job.filter(kind="claims.watch_decline_notice", subject_id=claim.id).count() == 2
    assert (await close(case)).state is ClaimState.CLOSED


async def test_its_notice_is_watched_like_that_of_any_decline() -> None:
    case = await claim_approved()
    await found_false(case)
    claim = await rescind(case)
    await decline_watching.look(claim.id, claim.decision_no, is_over=False, actor=PAID)
    assert await Notification.filter(template="DECLINE_NOTICE_LATE").count() > 0
    await Notification.filter(template="DECLINE_NOTICE_LATE").delete()
    await Notification.filter(template="CLAIM_RESCINDED").update(
        state=NotificationState.SENT, sent_at=clock.now()
    )
    await decline_watching.look(claim.id, claim.decision_no, is_over=True, actor=PAID)
    assert await Notification.filter(template__startswith="DECLINE_NOTICE").count() == 0


async def test_nothing_is_taken_back_for_a_suspicion_nor_by_whoever_may_not() -> None:
    case = await claim_approved()
    async with refused(FraudNotConfirmed):
        await rescind(case)
    row = await case.reread()
    await screening.refer(row.id, reason="odd", expected_version=row.version, actor=case.handler)
    async with refused(FraudNotConfirmed):
        await rescind(case)
    found = await Referral.get(claim_id=row.id)
    await screening.confirm(found.id, judgement="false", expected_version=1, actor=await staff(Role.RISK))
    others = [await staff(role) for role in (Role.RISK, Role.FINANCE)]
    for actor in (case.handler, case.customer, *others):
        async with refused(Forbidden):
            await rescind(case, actor)
    row = await case.reread()
    async with refused(StaleVersion):
        await rescinding.rescind(
            row.id, clause="5", reason="r", expected_version=row.version - 1, actor=case.manager
        )
    mail = "manager@insurer.example"
    await Staff.filter(id=case.manager.staff_id).update(email=mail)
    await change_mail(case, mail)
    async with refused(OwnClaim):
        await rescind(case)


async def change_mail(case: Case, mail: str) -> None:
    """The customer turns out to be somebody on the staff."""
    await Customer.filter(id=case.insured.customer_id).update(mail_blind=blind_index("mail", mail))


async def ready(payout: Payout) -> Payout:
    """Made ready by finance."""
    return await making.make_ready(payout.id, expected_version=payout.version, actor=await staff(Role.FINANCE))


async def rejected(payout: Payout) -> None:
    """Sent back by an approver."""
    row = await ready(payout)
    await approval.reject(row.id, reason="r", expected_version=row.version, actor=await approver())


async def cooling(payout: Payout) -> Payout:
    """Approved, and kept back since the account is new."""
    row = await ready(payout)
    return await approval.approve(row.id, expected_version=row.version, actor=await approver())


async def released(payout: Payout) -> Payout:
    """Approved and on its way to the bank."""
    row = await cooling(payout)
    risk = await staff(Role.RISK)
    return await holding.release(
        row.id, still_kept=still_kept, reason="called back", expected_version=row.version, actor=risk
    )


async def sent(payout: Payout, bank: PromptBank | RefusingBank) -> None:
    """Brought to a bank."""
    row = await released(payout)
    await execution.execute(row.id, row.attempt, bank=bank, actor=WORKER)


async def refused_by_bank(payout: Payout) -> None:
    """The bank does not want it."""
    await sent(payout, RefusingBank(refuses=True))


UNPAID: dict[PayoutState, Callable[[Payout], Awaitable[object]] | None] = {
    PayoutState.DRAFT: None,
    PayoutState.PENDING_APPROVAL: ready,
    PayoutState.REJECTED: rejected,
    PayoutState.ON_HOLD: cooling,
    PayoutState.APPROVED: released,
    PayoutState.FAILED: refused_by_bank,
}


@pytest.mark.parametrize("state", UNPAID)
async def test_what_has_not_left_is_cancelled_and_taken_out_of_the_books(database: str, state: PayoutState) -> None:
    case, payout = await agreed()
    if (bring := UNPAID[state]) is not None:
        await bring(payout)
    assert (await Payout.get(id=payout.id)).state is state
    await found_false(case)
    claim = await rescind(case)
    payout = await Payout.get(id=payout.id)
    assert (claim.state, payout.state, payout.hold_reason) == (ClaimState.DECLINED, PayoutState.CANCELLED, None)
    assert (claim.paid_minor, claim.reserve_minor, claim.pay_due_at) == (0, 0, None)
    assert await of_claims() == NOTHING
    await work(database)
    given: dict[str, Any] = {"reason": "r", "expected_version": payout.version, "actor": await staff(Role.FINANCE)}
    async with refused(IllegalStep):
        await retrying.retry(payout.id, still_owed=still_owed, **given)
    async with refused(IllegalStep):
        await making.make_ready(payout.id, **given)
    assert await PayoutAttempt.filter(payout_id=payout.id, state="SETTLED").count() == 0
    assert (await close(case)).state is ClaimState.CLOSED


async def test_what_the_bank_may_be_paying_is_not_taken_back_before_it_has_said_so(database: str) -> None:
    case, payout = await agreed()
    await sent(payout, MuteBank())
    await found_false(case)
    async with refused(PaymentUnderWay):
        await rescind(case)
    row, attempt = await Payout.get(id=payout.id), await PayoutAttempt.get(payout_id=payout.id)
    assert row.state is PayoutState.UNKNOWN
    amount = Money(row.amount_minor, row.currency)
    async with transaction():
        receipt = Receipt(attempt.request_no, BankStatus.SETTLED, amount)
        await settling.apply_receipt(row, attempt, receipt, WORKER)
    await work(database)
    claim = await case.reread()
    assert (claim.state, claim.paid_minor) == (ClaimState.PAID, 150_000)
    assert await offered(case, case.manager) == ["CLOSE"]
    async with refused(NothingOwed):
        await rescind(case)
    assert await of_claims() == {"CLAIMS_EXPENSE": 150_000, "CLAIMS_PAYABLE": 0}


async def test_a_bank_that_pays_what_was_cancelled_is_a_named_difference(database: str) -> None:
    case, payout = await agreed()
    await refused_by_bank(payout)
    await found_false(case)
    await rescind(case)
    row, attempt = await Payout.get(id=payout.id), await PayoutAttempt.get(payout_id=payout.id)
    async with transaction():
        receipt = Receipt(attempt.request_no, BankStatus.SETTLED, Money(row.amount_minor, row.currency))
        await settling.apply_receipt(row, attempt, receipt, WORKER)
    assert (await PayoutException.get(payout_id=row.id)).kind is ExceptionKind.CONTRADICTION
    assert (await Payout.get(id=row.id)).state is PayoutState.CANCELLED


async def test_money_that_came_back_is_owed_no_more_whoever_hears_of_it_late(database: str) -> None:
    case, payout = await agreed()
    await sent(payout, PromptBank())
    await send_back(payout.id)  # before the claim has heard that it was paid
    await found_false(case)
    claim = await rescind(case)
    assert (claim.paid_minor, await of_claims()) == (0, NOTHING)
    await settlement.record_paid(
        claim.id, decision_no=1, amount=(await news.settled(payout.id)).amount, actor=PAID
    )
    await work(database)
    claim = await case.reread()
    assert (claim.state, claim.paid_minor) == (ClaimState.DECLINED, 0)
    assert (await balances())["BANK"] == 0
    assert (await close(case)).state is ClaimState.CLOSED


async def test_money_that_came_back_and_waits_to_be_paid_again_is_taken_out_of_the_books_once(database: str) -> None:
    case, payout = await agreed()
    await sent(payout, PromptBank())
    await work(database)
    await send_back(payout.id)
    row = await Payout.get(id=payout.id)
    again = await retrying.retry(
        row.id, still_owed=still_owed, reason="r", expected_version=row.version, actor=await staff(Role.FINANCE)
    )
    assert (await case.reread()).state is ClaimState.PAID
    await found_false(case)
    assert await offered(case, case.manager) == ["RESCIND"]
    claim = await rescind(case)
    assert {each.state for each in await Payout.filter(id__in=[payout.id, again.id])} == {PayoutState.CANCELLED}
    assert (claim.state, claim.paid_minor, claim.paid_at) == (ClaimState.DECLINED, 0, None)
    assert await of_claims() == NOTHING


async def advanced(case: Case, advance: Advance) -> None:
    """The advance has arrived."""
    assert advance.payout_id is not None
    await settle(await Payout.get(id=advance.payout_id))
    await settlement.record_advance_paid(case.claim.id, advance.payout_id, actor=PAID)


async def approved_and_agreed(case: Case) -> Claim:
    """The rest is granted, and asked for."""
    row, given = await case.reread(), {"reason": "r", "actor": case.handler}
    row = await assessment.propose(row.id, expected_version=row.version, **given)  # type: ignore[arg-type]
    row = await decision.approve(row.id, amount=None, expected_version=row.version, actor=case.handler)
    return await settlement.agree(row.id, expected_version=row.version, actor=case.customer)


async def test_an_advance_that_arrived_stays_paid_and_the_rest_is_not() -> None:
    case, advance = await advance_granted()
    await advanced(case, advance)
    await approved_and_agreed(case)
    await found_false(case)
    claim = await rescind(case)
    assert (claim.paid_minor, claim.advanced_minor, claim.advance_due_minor) == (50_000, 0, 0)
    assert await of_claims() == {"CLAIMS_EXPENSE": 50_000, "CLAIMS_PAYABLE": 0}
    assert (await Advance.get(id=advance.id)).state is AdvanceState.PAID
    assert (await close(case)).state is ClaimState.CLOSED


async def test_an_advance_that_has_not_left_is_forfeited_with_the_rest() -> None:
    case, advance = await advance_granted()
    await approved_and_agreed(case)
    await found_false(case)
    claim = await rescind(case)
    assert (claim.paid_minor, claim.advanced_minor, claim.advance_due_minor) == (0, 0, 0)
    assert {each.state for each in await Payout.filter(subject_id=claim.id)} == {PayoutState.CANCELLED}
    found = await Advance.get(id=advance.id)
    assert (found.state, found.paid_at, await of_claims()) == (AdvanceState.TAKEN_BACK, None, NOTHING)


async def test_an_advance_that_was_sent_back_before_its_claim_heard_of_it_is_forfeited_for_good() -> None:
    case, advance = await advance_granted()
    assert advance.payout_id is not None
    await settle(await Payout.get(id=advance.payout_id))
    await send_back(advance.payout_id)
    await found_false(case)
    await declined(case)
    await settlement.record_advance_paid(case.claim.id, advance.payout_id, actor=PAID)
    claim = await case.reread()
    assert (claim.state, claim.paid_minor, await of_claims()) == (ClaimState.DECLINED, 0, NOTHING)


async def test_a_false_claim_is_declined_although_an_advance_is_on_its_way_to_the_bank() -> None:
    case, advance = await advance_granted()
    await found_false(case)
    claim = await declined(case)
    assert (claim.state, claim.advanced_minor, claim.advance_due_minor) == (ClaimState.DECLINED, 0, 0)
    assert ((await Advance.get(id=advance.id)).state, await of_claims()) == (AdvanceState.TAKEN_BACK, NOTHING)
    assert (await Payout.get(id=advance.payout_id)).state is PayoutState.CANCELLED


async def test_what_comes_back_of_a_false_claim_after_it_was_declined_is_owed_to_nobody(database: str) -> None:
    case, advance = await advance_granted()
    await advanced(case, advance)
    await found_false(case)
    claim = await declined(case)
    assert (claim.paid_minor, claim.state) == (50_000, ClaimState.DECLINED)
    await Notification.all().delete()
    await send_back(advance.payout_id)
    await work(database, (Queue.MONEY, Queue.NOTIFY))
    claim = await case.reread()
    assert (claim.paid_minor, await of_claims()) == (0, NOTHING)
    assert (await Advance.get(id=advance.id)).state is AdvanceState.TAKEN_BACK
    assert [each.template for each in await Notification.all()] == []
    assert (await close(case)).state is ClaimState.CLOSED


async def test_what_earlier_decisions_paid_and_came_back_since_is_owed_no_more_either(database: str) -> None:
    case, payout = await agreed()
    await sent(payout, PromptBank())
    await work(database)
    await close(case)
    row = await case.reread()
    row = await reopening.reopen(
        row.id, code=ReopenReason.NEW_EVIDENCE, reason="more", expected_version=row.version, actor=case.manager
    )
    await assessment.start(row.id, expected_version=row.version, actor=case.handler)
    await send_back(payout.id)
    row = await case.reread()
    larger = [assessment.AssessedLine("Board", Money.of("2500.00"))]
    await assessment.set_lines(row.id, lines=larger, expected_version=row.version, actor=case.handler)
    await approved_and_agreed(case)
    assert (await of_claims())["CLAIMS_EXPENSE"] == 230_000
    await found_false(case)
    claim = await rescind(case)
    assert (claim.paid_minor, await of_claims()) == (0, NOTHING)
    assert {each.state for each in await Payout.filter(subject_id=claim.id)} == {PayoutState.CANCELLED}


async def test_a_repairer_is_paid_once_the_claim_was_declined_if_risk_lets_it_go(database: str) -> None:
    repair = await order_invoiced()
    case = repair.case
    await banked(repair)
    await found_false(case)
    payout = await payout_of(repair)
    row = await ready(payout)
    row = await approval.approve(row.id, expected_version=row.version, actor=await approver())
    await execution.execute(row.id, row.attempt, bank=PromptBank(), actor=WORKER)
    row, risk = await Payout.get(id=row.id), await staff(Role.RISK)
    assert (row.state, row.stop) == (PayoutState.ON_HOLD, "REFERRED")
    given: dict[str, Any] = {"still_kept": still_kept, "reason": "no part in it", "expected_version": row.version}
    async with refused(PaymentsStopped):
        await holding.release(row.id, actor=risk, **given)
    claim = await declined(case)
    assert (claim.reserve_minor, (await Payout.get(id=row.id)).state) == (73_000, PayoutState.ON_HOLD)
    async with refused(Forbidden):
        await holding.release(row.id, actor=case.handler, **given)
    row = await holding.release(row.id, actor=risk, **given)
    await execution.execute(row.id, row.attempt, bank=PromptBank(), actor=WORKER)
    await work(database, (Queue.MONEY, Queue.NOTIFY))
    assert ((await Payout.get(id=row.id)).state, (await Payout.get(id=row.id)).stop) == (PayoutState.SETTLED, None)
    assert not await has_live_order(claim.id)
    assert ((await close(case)).paid_minor, await of_claims()) == (
        73_000, {"CLAIMS_EXPENSE": 73_000, "CLAIMS_PAYABLE": 0},
    )  # fmt: skip


async def test_a_payment_that_arrived_is_recorded_first(database: str) -> None:
    case, payout = await agreed()
    await sent(payout, PromptBank())
    await found_false(case)
    async with refused(PaymentUnderWay):
        await rescind(case)
    await work(database)
    assert (await case.reread()).state is ClaimState.PAID
    async with refused(NothingOwed):
        await rescind(case)


async def test_an_advance_that_arrived_is_recorded_first(database: str) -> None:
    case, advance = await advance_granted()
    await settle(await Payout.get(id=advance.payout_id))
    await found_false(case)
    row = await case.reread()
    await assessment.propose(row.id, reason="r", expected_version=row.version, actor=case.handler)
    async with refused(PaymentUnderWay):
        await decided_false(case)
    await work(database)
    claim = await decided_false(case)
    assert (claim.state, claim.paid_minor, claim.advance_due_minor) == (ClaimState.DECLINED, 50_000, 0)
    assert await of_claims() == {"CLAIMS_EXPENSE": 50_000, "CLAIMS_PAYABLE": 0}


async def test_an_advance_on_its_way_is_taken_back_of_a_claim_that_is_paid_otherwise(database: str) -> None:
    case, advance = await advance_granted()
    await approved_and_agreed(case)
    rest = await Payout.get(subject_id=case.claim.id, instalment=1)
    await settle(rest)
    await work(database)
    assert (await case.reread()).state is ClaimState.PAID
    await found_false(case)
    assert await offered(case, case.manager) == ["RESCIND", "CLOSE"]
    claim = await rescind(case)
    assert (claim.state, claim.paid_minor, claim.advance_due_minor) == (ClaimState.DECLINED, 100_000, 0)
    assert await of_claims() == {"CLAIMS_EXPENSE": 100_000, "CLAIMS_PAYABLE": 0}
    assert (await Advance.get(id=advance.id)).state is AdvanceState.TAKEN_BACK
    async with refused(NothingOwed):
        await rescind(case)
    assert (await close(case)).paid_minor == 100_000


async def test_a_claim_that_was_declined_otherwise_gives_back_what_came_back_of_it(database: str) -> None:
    case, payout = await agreed()
    await sent(payout, PromptBank())
    await work(database)
    await close(case)
    row = await case.reread()
    code = ReopenReason.NEW_EVIDENCE
    row = await reopening.reopen(row.id, code=code, reason="more", expected_version=row.version, actor=case.manager)
    await assessment.start(row.id, expected_version=row.version, actor=case.handler)
    await send_back(payout.id)
    row = await case.reread()
    larger = [assessment.AssessedLine("Board", Money.of("2500.00"))]
    row = await assessment.set_lines(row.id, lines=larger, expected_version=row.version, actor=case.handler)
    row = await assessment.propose(row.id, reason="r", expected_version=row.version, actor=case.handler)
    await decision.decline(
        row.id, code=DeclineCode.COSMETIC, clause="5.2", reason="r", expected_version=row.version, actor=case.handler
    )
    await found_false(case)
    async with refused(MoneyReturned):
        await close(case)
    assert await offered(case, case.manager) == ["RESCIND"]
    claim = await rescind(case)
    assert (claim.decline_code, claim.paid_minor, await of_claims()) == (DeclineCode.FRAUD, 0, NOTHING)
    assert await offered(case, case.manager) == ["CLOSE"]
    async with refused(NothingOwed):
        await rescind(case)


async def test_the_customers_part_of_salvage_is_let_go_once_the_claim_is_answered(database: str) -> None:
    sold = await salvage_sold(proceeds="1800.00")
    await sold.judge(receipts.confirm)
    part = await Payout.get(subject_id=sold.id)
    await settle(part)
    await send_back(part.id)
    await found_false(sold.case)
    assert await offered(sold.case, sold.case.manager) == []
    async with refused(NothingOwed):
        await rescind(sold.case)
    part = await Payout.get(id=part.id)
    finance = await staff(Role.FINANCE)
    again = await retrying.retry(
        part.id, still_owed=still_owed, reason="r", expected_version=part.version, actor=finance
    )
    assert again.stop == "REFERRED"
    await let_go(again)
    await work(database)
    assert (await Payout.get(id=again.id)).state is PayoutState.SETTLED
    assert (await close(sold.case)).state is ClaimState.CLOSED


async def let_go(payout: Payout) -> None:
    """Made ready, approved, kept back since the claim is false, let go by risk, and paid."""
    row = await ready(payout)
    for _ in range(approvers_needed(Money(row.amount_minor, row.currency))):
        row = await approval.approve(row.id, expected_version=row.version, actor=await approver())
    await execution.execute(row.id, row.attempt, bank=PromptBank(), actor=WORKER)
    row, risk = await Payout.get(id=row.id), await staff(Role.RISK)
    assert row.state is PayoutState.ON_HOLD
    row = await holding.release(
        row.id, still_kept=still_kept, reason="no part in it", expected_version=row.version, actor=risk
    )
    await execution.execute(row.id, row.attempt, bank=PromptBank(), actor=WORKER)


async def test_a_repairers_payment_that_comes_back_is_paid_again_only_if_risk_lets_it_go(database: str) -> None:
    repair = await order_invoiced()
    case = repair.case
    await banked(repair)
    payout = await payout_of(repair)
    with clock.at(clock.now() + timedelta(hours=25)):
        await settle(payout)
        await work(database)
    await found_false(case)
    await declined(case)
    await send_back(payout.id)
    payout = await Payout.get(id=payout.id)
    finance = await staff(Role.FINANCE)
    again = await retrying.retry(
        payout.id, still_owed=still_owed, reason="r", expected_version=payout.version, actor=finance
    )
    assert again.stop == "REFERRED"
    with clock.at(clock.now() + timedelta(hours=26)):
        await let_go(again)
    assert (await Payout.get(id=again.id)).state is PayoutState.SETTLED


async def test_what_was_found_false_wrongly_is_judged_anew_by_somebody_else_and_paid(database: str) -> None:
    case, payout = await agreed()
    row = await found_false(case)
    risk, other = await staff(Role.RISK), await staff(Role.RISK)
    first = await Referral.get(claim_id=row.id)
    await Referral.filter(id=first.id).update(judge_id=risk.staff_id)
    given: dict[str, Any] = {"reason": "the photo was of the same phone", "expected_version": row.version}
    async with refused(Forbidden):
        await screening.refer(row.id, actor=case.handler, **given)
    await rescind(case)
    row = await case.reread()
    async with refused(IllegalStep):
        await screening.refer(row.id, reason="r", expected_version=row.version, actor=risk)
    await close(case)
    row = await case.reread()
    code = ReopenReason.COMPLAINT_UPHELD
    row = await reopening.reopen(row.id, code=code, reason="r", expected_version=row.version, actor=case.manager)
    await screening.refer(row.id, reason="a complaint", expected_version=row.version, actor=risk)
    found = await Referral.get(claim_id=row.id, state=ReferralState.OPEN)
    for verb in (screening.clear, screening.confirm):
        async with refused(SameJudge):
            await verb(found.id, judgement="r", expected_version=1, actor=risk)
    await screening.clear(found.id, judgement="the same phone", expected_version=1, actor=other)
    row = await case.reread()
    await assessment.start(row.id, expected_version=row.version, actor=case.handler)
    await approved_and_agreed(case)
    again = await Payout.get(subject_id=row.id, state=PayoutState.DRAFT)
    await sent(again, PromptBank())
    await work(database)
    claim = await case.reread()
    assert (claim.state, claim.paid_minor, claim.referral) == (ClaimState.PAID, 150_000, ReferralState.CLEARED)
    assert (await Payout.get(id=payout.id)).state is PayoutState.CANCELLED
    assert await of_claims() == {"CLAIMS_EXPENSE": 150_000, "CLAIMS_PAYABLE": 0}
