"""Bringing payouts to the bank through every way it can fail: each is paid once, and nothing is guessed."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from domain.audit.models import AuditEntry
from domain.claims.owed import still_kept, still_owed
from domain.customers import changes
from domain.customers.models import Customer
from domain.jobs.models import Job
from domain.jobs.terms import JobState
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.money import Money
from domain.kernel.refusals import IllegalStep
from domain.ledger.models import LedgerLine, LedgerTransaction
from domain.payouts import execution, holding, polling, retrying, reversal
from domain.payouts.bank import BankStatus, BankUnavailable, NumberTaken, Receipt
from domain.payouts.exceptions import close_exception
from domain.payouts.models import Payout, PayoutAttempt, PayoutException
from domain.payouts.refusals import DutiesNotSeparate
from domain.payouts.rules import SAFE_TIME
from domain.payouts.terms import AttemptState, ExceptionKind, HoldReason, PayoutState
from gateways.bank import HttpBank
from sandbox.faults import Fault
from tests.factories.insured import staff
from tests.factories.payouts import (
    ACCOUNT,
    OTHER_ACCOUNT,
    Payment,
    payout_approved,
    payout_ready,
)
from tests.factories.unchanged import refused
from tests.factories.work import hurry, work
from tests.payouts.conftest import TestBank

SYSTEM = Actor.system("payouts.execute")


async def state_of(payment: Payment) -> PayoutState:
    return (await payment.reread()).state


async def job_state(payment: Payment, kind: str = "payouts.execute") -> JobState:
    found = await Job.filter(kind=kind, subject_id=payment.payout.id).order_by("-created_at").first()
    assert found is not None
    return found.state


async def expect_paid_once(payment: Payment, bank: TestBank) -> None:
    payout = await payment.reread()
    attempt = await payment.attempt()
    assert payout.state is PayoutState.SETTLED
    assert attempt.state is AttemptState.SETTLED
    assert bank.charges == [(attempt.request_no, payout.amount_minor)]
    posting = await LedgerTransaction.get(kind="payout:settled")
    lines = await LedgerLine.filter(transaction_id=posting.id).order_by("position")
    assert [(each.account, each.amount_minor) for each in lines] == [
        ("CLAIMS_PAYABLE", payout.amount_minor), ("BANK", -payout.amount_minor),
    ]  # fmt: skip
    assert await AuditEntry.filter(action="payout:settle").count() == 1
    assert await Job.filter(kind="payouts.settled").count() == 1


async def test_an_approved_payout_is_paid_posted_and_told(database: str, bank: TestBank) -> None:
    payment = await payout_approved()
    await work(database)
    await expect_paid_once(payment, bank)
    assert await job_state(payment) is JobState.SUCCEEDED
    assert (await payment.attempt()).bank_ref is not None
    assert bank.sandbox.book.find((await payment.attempt()).request_no).account == ACCOUNT  # type: ignore[union-attr]


@pytest.mark.parametrize("fault", [Fault.LOST_ANSWER, Fault.ERROR_AFTER])
async def test_a_lost_answer_is_asked_for_and_settles_once(database: str, bank: TestBank, fault: Fault) -> None:
    payment = await payout_approved()
    bank.plan(fault)
    await work(database)
    assert await state_of(payment) is PayoutState.UNKNOWN
    assert await job_state(payment) is JobState.PARKED
    assert bank.sandbox.requests == 1
    await hurry()
    await work(database)
    await expect_paid_once(payment, bank)
    assert bank.sandbox.requests == 1, "it was asked about, not sent again"
    assert await job_state(payment) is JobState.SUCCEEDED


@pytest.mark.parametrize("fault", [Fault.TIMEOUT_BEFORE, Fault.ERROR])
async def test_what_the_bank_never_got_goes_out_again_under_the_same_number_once_it_is_safe(
    database: str, bank: TestBank, fault: Fault
) -> None:
    payment = await payout_approved()
    number = (await payment.attempt()).request_no
    bank.plan(fault)
    await work(database)
    await hurry()
    await work(database)
    assert await state_of(payment) is PayoutState.UNKNOWN, "the request may still arrive"
    assert bank.sandbox.requests == 1
    with clock.at(clock.now() + SAFE_TIME):
        await hurry()
        await work(database)
        await hurry()
        await work(database)
    await expect_paid_once(payment, bank)
    assert (await payment.attempt()).request_no == number
    assert bank.sandbox.requests == 2
    assert await job_state(payment) is JobState.SUCCEEDED


async def test_a_request_that_arrives_after_all_is_paid_once_under_its_number(database: str, bank: TestBank) -> None:
    """The bank had forgotten nothing: it got the first request after it had been given up."""
    payment = await payout_approved()
    bank.plan(Fault.TIMEOUT_BEFORE)
    await work(database)
    with clock.at(clock.now() + SAFE_TIME):
        await hurry()
        await polling_only(database)
        assert await state_of(payment) is PayoutState.APPROVED
        attempt = await payment.attempt()
        await bank.client.pay(attempt.request_no, Money.of("1500.00"), ACCOUNT, "Zhang San")
        await hurry()
        await work(database)
    await expect_paid_once(payment, bank)


async def polling_only(database: str) -> None:
    """One round of work: the question is asked, what follows waits."""
    await work(database, rounds=1)


async def test_a_busy_bank_is_tried_again_and_nothing_counts_as_sent(database: str, bank: TestBank) -> None:
    payment = await payout_approved()
    bank.plan(Fault.BUSY)
    await work(database)
    assert await state_of(payment) is PayoutState.APPROVED
    assert (await payment.attempt()).state is AttemptState.READY
    (job,) = await Job.filter(kind="payouts.execute")
    assert (job.state, job.attempt) == (JobState.AVAILABLE, 0)
    await hurry()
    await work(database)
    await expect_paid_once(payment, bank)


async def test_a_bank_out_of_reach_is_waited_for(database: str, bank: TestBank) -> None:
    payment = await payout_approved()
    away = HttpBank("http://127.0.0.1:9", "secret", httpx.Timeout(0.5))
    outcome = await execution.execute(payment.payout.id, 1, bank=away, actor=SYSTEM)
    await away.close()
    assert outcome.word == "LATER"
    assert await state_of(payment) is PayoutState.APPROVED
    await work(database)
    await expect_paid_once(payment, bank)


async def test_a_wrong_secret_pays_nothing_and_fails_nothing(database: str, bank: TestBank) -> None:
    payment = await payout_approved()
    stranger = HttpBank(bank.url, "another secret")
    with pytest.raises(BankUnavailable):
        await stranger.pay("1" * 32, Money.of("1.00"), ACCOUNT, "Zhang San")
    await execution.execute(payment.payout.id, 1, bank=stranger, actor=SYSTEM)
    await stranger.close()
    assert await state_of(payment) is PayoutState.APPROVED
    assert bank.charges == []


async def test_a_refused_payment_fails_with_the_banks_code_and_may_be_tried_under_a_new_number(
    database: str, bank: TestBank
) -> None:
    payment = await payout_approved()
    bank.plan(Fault.REFUSED)
    await work(database)
    payout = await payment.reread()
    assert (payout.state, payout.failure_code) == (PayoutState.FAILED, "ACCOUNT_CLOSED")
    assert await job_state(payment) is JobState.SUCCEEDED
    assert await LedgerTransaction.filter(kind="payout:settled").count() == 0
    first = (await payment.attempt()).request_no
    again = await retrying.retry(
        payout.id, still_owed=still_owed, reason="account mended", expected_version=payout.version,
        actor=payment.maker,
    )  # fmt: skip
    assert (again.state, again.attempt) == (PayoutState.DRAFT, 2)
    assert (await payment.attempt()).request_no != first
    assert await PayoutAttempt.filter(request_no=first, state=AttemptState.FAILED).count() == 1


async def test_a_worker_that_died_after_sending_leaves_a_question_not_a_second_payment(
    database: str, bank: TestBank
) -> None:
    payment = await payout_approved()
    await execution._submit(payment.payout.id, 1, SYSTEM, None)
    order = await payment.attempt()
    await bank.client.pay(order.request_no, Money.of("1500.00"), ACCOUNT, "Zhang San")
    assert await state_of(payment) is PayoutState.SUBMITTED  # and here the worker was gone
    await work(database)
    assert await state_of(payment) is PayoutState.UNKNOWN
    await hurry()
    await work(database)
    assert await state_of(payment) is PayoutState.SETTLED
    assert len(bank.charges) == 1
    assert bank.sandbox.requests == 1


async def test_an_accepted_payment_is_asked_about_until_it_is_made(database: str, calling_bank: TestBank) -> None:
    payment = await payout_approved()
    calling_bank.sandbox._late = 30.0
    calling_bank.plan(Fault.PENDING)
    await work(database)
    assert await state_of(payment) is PayoutState.SUBMITTED
    assert await job_state(payment) is JobState.PARKED
    await hurry()
    await work(database)
    assert await state_of(payment) is PayoutState.SUBMITTED
    assert await job_state(payment, "payouts.query") is JobState.AVAILABLE


async def test_the_same_job_delivered_many_times_at_once_pays_once(database: str, bank: TestBank) -> None:
    payment = await payout_approved()
    await asyncio.gather(
        *(execution.execute(payment.payout.id, 1, bank=bank.client, actor=SYSTEM) for _ in range(4))
    )
    await hurry()
    await work(database)
    await hurry()
    await work(database)
    assert await state_of(payment) is PayoutState.SETTLED
    assert len(bank.charges) == 1
    assert await LedgerTransaction.filter(kind="payout:settled").count() == 1


async def test_an_account_that_changed_after_approval_sends_the_payout_back(database: str, bank: TestBank) -> None:
    payment = await payout_approved()
    customer = await Customer.get(id=payment.customer.customer_id)
    await changes.change_bank_account(
        customer.id, bank_account=OTHER_ACCOUNT, expected_version=customer.version, actor=payment.customer
    )
    await work(database)
    assert await state_of(payment) is PayoutState.DRAFT
    assert bank.charges == []
    assert bank.sandbox.requests == 0


async def test_nothing_is_sent_while_something_about_it_is_not_explained(database: str, bank: TestBank) -> None:
    payment = await payout_approved()
    await PayoutException.create(
        kind=ExceptionKind.CONTRADICTION, state="OPEN", reference="x", payout_id=payment.payout.id, ours="-",
        theirs="-", day=clock.today(),
    )  # fmt: skip
    await work(database)
    payout = await payment.reread()
    assert (payout.state, payout.hold_reason) == (PayoutState.ON_HOLD, HoldReason.OPEN_EXCEPTION)
    assert bank.sandbox.requests == 0


async def test_an_explained_difference_lets_the_payout_go_on(database: str, bank: TestBank) -> None:
    payment = await payout_approved()
    difference = await PayoutException.create(
        kind=ExceptionKind.CONTRADICTION, state="OPEN", reference="x", payout_id=payment.payout.id, ours="-",
        theirs="-", day=clock.today(),
    )  # fmt: skip
    await work(database)
    payout, risk = await payment.reread(), await staff(Role.RISK)
    async with refused(DutiesNotSeparate):
        await close_exception(difference.id, explanation="mine", expected_version=1, actor=payment.maker)
    closed = await close_exception(difference.id, explanation="a test of theirs", expected_version=1, actor=risk)
    assert (closed.state, closed.owner_id) == ("CLOSED", risk.staff_id)
    async with refused(IllegalStep):
        await close_exception(difference.id, explanation="again", expected_version=2, actor=risk)
    await holding.release(
        payout.id, still_kept=still_kept, reason="explained", expected_version=payout.version, actor=risk
    )
    await work(database)
    await expect_paid_once(payment, bank)


async def test_the_sweep_leaves_a_job_that_was_given_up_to_an_administrator(database: str, bank: TestBank) -> None:
    payment = await payout_approved()
    await Job.filter(kind="payouts.execute").update(state="DEAD", finished_at=clock.now())
    assert await polling.sweep(actor=SYSTEM) == 0
    assert await state_of(payment) is PayoutState.APPROVED


async def test_a_number_that_the_bank_knows_with_other_content_is_a_named_difference(
    database: str, bank: TestBank
) -> None:
    payment = await payout_approved()
    number = (await payment.attempt()).request_no
    await bank.client.pay(number, Money.of("1.00"), ACCOUNT, "Zhang San")
    with pytest.raises(NumberTaken):
        await bank.client.pay(number, Money.of("2.00"), ACCOUNT, "Zhang San")
    await work(database)
    await hurry()
    await work(database)
    assert await state_of(payment) is PayoutState.UNKNOWN
    kinds = {each.kind for each in await PayoutException.filter(payout_id=payment.payout.id)}
    assert kinds == {ExceptionKind.CONTRADICTION, ExceptionKind.WRONG_AMOUNT}
    assert await LedgerTransaction.filter(kind="payout:settled").count() == 0


async def test_the_sweep_gives_a_job_to_every_payout_that_waits_for_the_bank(database: str, bank: TestBank) -> None:
    lost, unsent, ready = await payout_approved(), await payout_approved(), await payout_ready()
    bank.plan(Fault.LOST_ANSWER, Fault.BUSY)
    await work(database)
    await Job.all().delete()
    assert {await state_of(lost), await state_of(unsent)} == {PayoutState.UNKNOWN, PayoutState.APPROVED}
    assert await polling.sweep(actor=SYSTEM) == 2
    assert await polling.sweep(actor=SYSTEM) == 0
    await hurry()
    await work(database)
    assert [await state_of(each) for each in (lost, unsent, ready)] == [
        PayoutState.SETTLED, PayoutState.SETTLED, PayoutState.PENDING_APPROVAL,
    ]  # fmt: skip
    assert len(bank.charges) == 2


async def test_a_payment_that_came_back_is_reversed_with_its_posting(database: str, bank: TestBank) -> None:
    payment = await payout_approved()
    await work(database)
    payout = await payment.reread()
    payout = await reversal.reverse(
        payout.id, reason="account closed", expected_version=payout.version, actor=payment.maker
    )
    assert payout.state is PayoutState.REVERSED
    lines = await LedgerLine.filter(account="BANK")
    assert sum(each.amount_minor for each in lines) == 0
    assert {each.amount_minor for each in lines} == {150_000, -150_000}


async def test_a_receipt_that_says_nothing_new_changes_nothing(database: str, bank: TestBank) -> None:
    payment = await payout_approved()
    await work(database)
    before = await Payout.get(id=payment.payout.id).values()
    receipt = Receipt((await payment.attempt()).request_no, BankStatus.SETTLED, Money.of("1500.00"))
    await execution._record(payment.payout.id, 1, receipt, SYSTEM, None)
    assert await Payout.get(id=payment.payout.id).values() == before
