"""Bringing a payout to the bank: marked as sent, then sent with no transaction open, then its outcome recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import assert_never
from uuid import UUID

from domain.jobs.execution import JobRun
from domain.jobs.terms import Outcome
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.money import Money
from domain.kernel.sealing import unseal
from domain.payouts.attempts import present_attempt
from domain.payouts.bank import (
    Bank,
    BankAnswerLost,
    BankRefused,
    BankStatus,
    BankUnavailable,
    NumberTaken,
    Receipt,
)
from domain.payouts.exceptions import open_exception
from domain.payouts.lifecycle import PAYOUT_LIFECYCLE
from domain.payouts.locks import lock_payout, subject_of
from domain.payouts.making import ACCOUNT_PLACE
from domain.payouts.models import Payout, PayoutAttempt
from domain.payouts.polling import ask_later
from domain.payouts.settling import apply_receipt, take_back
from domain.payouts.submitting import save_submission, submit
from domain.payouts.terms import IN_FLIGHT, AttemptChannel, AttemptState, ExceptionKind, PayoutAction, PayoutState

PAUSE = timedelta(seconds=15)  # until a bank that is out of reach is tried again
LOST = Outcome.unknown("BANK_ANSWER_LOST")
PENDING = Outcome.unknown("BANK_PENDING")


@dataclass(frozen=True, slots=True, repr=False)
class Order:
    """What the bank is told. Never shown: it holds account and name."""

    request_no: str
    amount: Money
    account: str
    name: str


async def execute(payout_id: UUID, attempt: int, *, bank: Bank, actor: Actor, run: JobRun | None = None) -> Outcome:
    """Brings one attempt to the bank, at most once: an answer that is lost is asked for, by another job.

    Raises: NotFound.
    """
    order = await _submit(payout_id, attempt, actor, run)
    if isinstance(order, Outcome):
        return order
    try:
        receipt = await bank.pay(order.request_no, order.amount, order.account, order.name)
    except BankUnavailable:
        await _recall(payout_id, attempt, actor, run)
        return Outcome.later(clock.now() + PAUSE, "the bank is out of reach")
    except BankAnswerLost:
        return await _lose_answer(payout_id, attempt, actor, run)
    except NumberTaken:
        return await _lose_answer(payout_id, attempt, actor, run, contradicted=True)
    except BankRefused as refused:
        receipt = Receipt(order.request_no, BankStatus.FAILED, order.amount, code=refused.code)
    return await _record(payout_id, attempt, receipt, actor, run)


async def _submit(payout_id: UUID, attempt_no: int, actor: Actor, run: JobRun | None) -> Order | Outcome:
    """Marks the attempt as sent and says what to send; or how the job ends when there is nothing to send."""
    async with transaction(run):
        payout = await lock_payout(payout_id, actor, None)
        if payout.attempt != attempt_no:
            return Outcome.done()
        attempt = await present_attempt(payout)
        if attempt.channel is AttemptChannel.FILE:
            return Outcome.done(subject_of(payout))  # it goes in a payment file, and by no other way
        match payout.state:
            case PayoutState.APPROVED:
                return await _submit_approved(payout, attempt, actor, run)
            case PayoutState.SUBMITTED | PayoutState.UNKNOWN:
                # A worker that is gone had sent it, or was about to: nobody knows, so the bank is asked.
                await _mark_lost(payout, attempt, actor)
                return LOST
            case (
                PayoutState.DRAFT | PayoutState.PENDING_APPROVAL | PayoutState.REJECTED | PayoutState.ON_HOLD
                | PayoutState.SETTLED | PayoutState.FAILED | PayoutState.REVERSED | PayoutState.CANCELLED
            ):  # fmt: skip
                return Outcome.done()
            case _:
                assert_never(payout.state)


async def _submit_approved(
    payout: Payout, attempt: PayoutAttempt, actor: Actor, run: JobRun | None
) -> Order | Outcome:
    if not await submit(payout, attempt, job_id=run.job_id if run else None, actor=actor):
        return Outcome.done(subject_of(payout))
    return Order(
        request_no=attempt.request_no,
        amount=Money(payout.amount_minor, payout.currency),
        account=unseal(ACCOUNT_PLACE, payout.id, payout.account_sealed or b""),
        name=payout.payee_name or "",
    )


async def _recall(payout_id: UUID, attempt_no: int, actor: Actor, run: JobRun | None) -> None:
    """The request certainly had no effect: as if it had not been sent, under the same number."""
    async with transaction(run):
        payout = await lock_payout(payout_id, actor, None)
        attempt = await present_attempt(payout)
        is_ours = payout.attempt == attempt_no and attempt.channel is AttemptChannel.HTTP
        if is_ours and payout.state is PayoutState.SUBMITTED:
            await take_back(payout, attempt, actor)


async def _lose_answer(
    payout_id: UUID, attempt_no: int, actor: Actor, run: JobRun | None, *, contradicted: bool = False
) -> Outcome:
    async with transaction(run):
        payout = await lock_payout(payout_id, actor, None)
        if payout.attempt != attempt_no:
            return Outcome.done()
        attempt = await present_attempt(payout)
        if contradicted:
            await open_exception(
                ExceptionKind.CONTRADICTION, attempt.request_no, payout_id=payout.id, ours="this payment",
                theirs="another payment under this number", actor=actor,
            )  # fmt: skip
        if payout.state not in IN_FLIGHT:
            return Outcome.done(subject_of(payout))  # the bank's own word came first
        await _mark_lost(payout, attempt, actor)
    return LOST


async def _mark_lost(payout: Payout, attempt: PayoutAttempt, actor: Actor) -> None:
    if payout.state is PayoutState.SUBMITTED:
        payout.state = PAYOUT_LIFECYCLE.step(payout.state, PayoutAction.LOSE_ANSWER, actor)
        attempt.state = AttemptState.UNKNOWN
        await attempt.save(update_fields=["state"])
        await save_submission(payout, "payout:lose_answer", actor)
    await ask_later(payout, actor)


async def _record(payout_id: UUID, attempt_no: int, receipt: Receipt, actor: Actor, run: JobRun | None) -> Outcome:
    """Records what the bank answered; a payment that the bank accepted but has not made is asked about later."""
    async with transaction(run):
        payout = await lock_payout(payout_id, actor, None)
        attempt = await PayoutAttempt.get(payout_id=payout_id, attempt=attempt_no)
        await apply_receipt(payout, attempt, receipt, actor)
        if payout.state in IN_FLIGHT:
            await ask_later(payout, actor)
            return PENDING
        if run is not None:
            await run.finish(subject_of(payout))
    return Outcome.done(subject_of(payout))
