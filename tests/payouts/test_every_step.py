"""Every action in every state by every role, tried on a payout in the database: done as the table says, or no trace."""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Any

import pytest

from domain.claims.owed import still_kept, still_owed
from domain.customers.models import Customer
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.money import Money
from domain.kernel.refusals import Forbidden, IllegalStep
from domain.kernel.subject import Subject
from domain.payouts import (
    approval,
    callbacks,
    execution,
    filing,
    holding,
    making,
    owning,
    polling,
    retrying,
    reversal,
    settling,
)
from domain.payouts.attempts import present_attempt
from domain.payouts.bank import BankAnswerLost, BankStatus, Receipt
from domain.payouts.cancelling import cancel_owed
from domain.payouts.exceptions import close_exception, open_exception
from domain.payouts.lifecycle import EXCEPTION_LIFECYCLE, PAYOUT_LIFECYCLE
from domain.payouts.locks import lock_payout
from domain.payouts.models import Payout, PayoutAttempt, PayoutException
from domain.payouts.reading import PAYOUT, PAYOUT_EXCEPTION
from domain.payouts.refusals import PaymentUnderWay
from domain.payouts.submitting import submit
from domain.payouts.terms import (
    IN_FLIGHT,
    ExceptionAction,
    ExceptionKind,
    ExceptionState,
    HoldReason,
    PayoutAction,
    PayoutState,
)
from tests.factories.every_step import Expected, Quiet, Steps, Try, by, everybody, try_steps
from tests.factories.insured import staff
from tests.factories.payouts import Payment, PromptBank, payout_approved, payout_ready, payout_requested

pytestmark = pytest.mark.usefixtures("database")
A, S = PayoutAction, PayoutState
WORKER = Actor.system("payouts.execute")
SECRET = "of the bank"


class SlowBank(PromptBank):
    """A bank that takes an order and pays later."""

    async def pay(self, request_no: str, amount: Money, account: str, name: str) -> Receipt:
        """Has it in hand."""
        return Receipt(request_no, BankStatus.PENDING, amount)


class MuteBank(PromptBank):
    """A bank whose answer is lost."""

    async def pay(self, request_no: str, amount: Money, account: str, name: str) -> Receipt:
        """Says nothing."""
        raise BankAnswerLost


async def _brought(bank: PromptBank) -> Payment:
    payment = await payout_approved()
    await execution.execute(payment.payout.id, payment.payout.attempt, bank=bank, actor=WORKER)
    return payment


async def _after(
    made: Awaitable[Payment], verb: Callable[..., Awaitable[Payout]], whose: Callable[[Payment], Actor], **given: Any
) -> Payment:
    """A payout after one more step."""
    payment = await made
    payout = await payment.reread()
    await verb(payout.id, reason="r", expected_version=payout.version, actor=whose(payment), **given)
    return payment


async def _cancel(payment: Payment, payout: Payout, actor: Actor) -> object:
    async with transaction():
        return await cancel_owed(Subject(payout.subject_kind, payout.subject_id), actor=actor)


async def _cancelled() -> Payment:
    payment = await payout_requested()
    await _cancel(payment, payment.payout, WORKER)
    return payment


STATES: dict[PayoutState, Callable[[], Awaitable[Payment]]] = {
    S.DRAFT: payout_requested,
    S.PENDING_APPROVAL: payout_ready,
    S.APPROVED: payout_approved,
    S.REJECTED: lambda: _after(payout_ready(), approval.reject, lambda payment: payment.approvers[0]),
    S.ON_HOLD: lambda: _after(payout_approved(), holding.hold, lambda _: WORKER, hold_reason=HoldReason.OTHER),
    S.SUBMITTED: lambda: _brought(SlowBank()),
    S.SETTLED: lambda: _brought(PromptBank()),
    S.FAILED: lambda: _brought(PromptBank(refuses=True)),
    S.UNKNOWN: lambda: _brought(MuteBank()),
    S.REVERSED: lambda: _after(_brought(PromptBank()), reversal.reverse, lambda payment: payment.maker),
    S.CANCELLED: _cancelled,
}


def _within(step: Callable[[Payout, PayoutAttempt, Actor], Awaitable[object]]) -> Try[Payment]:
    """What a job does to a payout that it has locked, with its present attempt."""

    async def tried(payment: Payment, payout: Payout, actor: Actor) -> object:
        async with transaction():
            row = await lock_payout(payout.id, actor, payout.version)
            return await step(row, await present_attempt(row), actor)

    return tried


async def _submit(payout: Payout, attempt: PayoutAttempt, actor: Actor) -> None:
    await submit(payout, attempt, actor=actor)


async def _void(payout: Payout, attempt: PayoutAttempt, actor: Actor) -> None:
    await Customer.filter(id=payout.customer_id).update(bank_account_blind=b"another")
    await submit(payout, attempt, actor=actor)


def _told(status: BankStatus) -> Callable[[Payout, PayoutAttempt, Actor], Awaitable[None]]:
    async def tell(payout: Payout, attempt: PayoutAttempt, actor: Actor) -> None:
        amount = Money(payout.amount_minor, payout.currency)
        await settling.apply_receipt(payout, attempt, Receipt(attempt.request_no, status, amount), actor)

    return tell


async def _lose_answer(payment: Payment, payout: Payout, actor: Actor) -> object:
    return await execution._lose_answer(payout.id, payout.attempt, actor, None)


VERBS: dict[StrEnum, Try[Payment]] = {
    A.MAKE_READY: by(making.make_ready, reason="r"),
    A.APPROVE: by(approval.approve, reason="r"),
    A.REJECT: by(approval.reject, reason="r"),
    A.HOLD: by(holding.hold, reason="r", hold_reason=HoldReason.FRAUD),
    A.RELEASE: by(holding.release, reason="r", still_kept=still_kept),
    A.VOID_APPROVAL: _within(_void),
    A.SUBMIT: _within(_submit),
    A.RECALL: _within(settling.take_back),
    A.LOSE_ANSWER: _lose_answer,
    A.SETTLE: _within(_told(BankStatus.SETTLED)),
    A.FAIL: _within(_told(BankStatus.FAILED)),
    A.RETRY: by(retrying.retry, reason="r", still_owed=still_owed),
    A.REVERSE: by(reversal.reverse, reason="r"),
    A.CANCEL: _cancel,
}
"""How each action is taken; what the bank does, by what its word comes to."""
HEARD = frozenset({A.LOSE_ANSWER, A.SETTLE, A.FAIL})


def _unlike(payout: Payout, action: StrEnum, actor: Actor, usual: Expected) -> Expected:
    """A word of the bank is never refused; one that does not fit moves nothing.

    What its source owes no more is cancelled by the machine, whoever decides so, unless it was paid or may be.
    """
    if action is A.CANCEL:
        if payout.state in IN_FLIGHT:
            return PaymentUnderWay
        return Quiet.NO_TRACE if payout.state in {S.SETTLED, S.CANCELLED} else S.CANCELLED
    return Quiet.ROW_STANDS if action in HEARD and usual is IllegalStep else usual


ODD = ("payout_exception", "audit_entry", "job")
"""Where it is written that a word does not fit, or that the bank is to be asked."""
PAYOUTS: Steps[Payment] = Steps(PAYOUT_LIFECYCLE, PAYOUT, VERBS, _unlike, blind=[A.CANCEL], beside=ODD)


def test_every_action_has_a_verb_and_every_state_a_payout() -> None:
    assert set(VERBS) == set(PayoutAction)
    assert set(STATES) == set(PayoutState)


@pytest.mark.parametrize("state", PayoutState)
async def test_each_action_in_a_state_is_done_by_exactly_its_roles_and_leaves_no_trace_of_others(
    state: PayoutState,
) -> None:
    payment = await STATES[state]()
    payout = await payment.reread()
    assert payout.state is state
    people = await everybody(payment.customer, payment.maker, payment.approvers[-1])
    await try_steps(PAYOUTS, payment, payout, people)


async def _into_a_file(payment: Payment, payout: Payout, actor: Actor) -> object:
    return await filing.make_file([payout.id], actor=actor)


def _by_file(payout: Payout, action: StrEnum, actor: Actor, usual: Expected) -> Expected:
    """A payment file is finance's to make, and takes what a worker would."""
    step = PAYOUT_LIFECYCLE.find(payout.state, A.SUBMIT)
    if not actor.has(Role.FINANCE):
        return Forbidden
    return step.target if step else IllegalStep


FILES: Steps[Payment] = Steps(PAYOUT_LIFECYCLE, PAYOUT, {A.SUBMIT: _into_a_file}, _by_file)


class Late(StrEnum):
    """What may come at any time, and more than once."""

    EXECUTE = "EXECUTE"
    QUERY = "QUERY"
    COOLED = "COOLED"
    CALL_SETTLED = "CALL_SETTLED"
    CALL_FAILED = "CALL_FAILED"


class KnowingBank(PromptBank):
    """A bank that has paid what it is asked about."""

    async def find(self, request_no: str) -> Receipt | None:
        """The payment of 1,500.00."""
        return Receipt(request_no, BankStatus.SETTLED, Money.of("1500.00"))


async def _execute(payment: Payment, payout: Payout, actor: Actor) -> object:
    return await execution.execute(payout.id, payout.attempt, bank=PromptBank(), actor=actor)


async def _query(payment: Payment, payout: Payout, actor: Actor) -> object:
    return await polling.query(payout.id, payout.attempt, bank=KnowingBank(), actor=actor)


async def _cooled(payment: Payment, payout: Payout, actor: Actor) -> object:
    return await holding.release_cooled(payout.id, actor=actor)


def _called(status: BankStatus) -> Try[Payment]:
    async def call(payment: Payment, payout: Payout, actor: Actor) -> None:
        said = {
            "request_no": (await payment.attempt()).request_no, "status": status, "amount_minor": payout.amount_minor,
            "currency": payout.currency,
        }  # fmt: skip
        body, timestamp = json.dumps(said).encode(), str(int(clock.now().timestamp()))
        signature = hmac.new(SECRET.encode(), timestamp.encode() + b"." + body, "sha256").hexdigest()
        await callbacks.receive(body=body, timestamp=timestamp, signature=signature, secret=SECRET)

    return call


MOVES: dict[StrEnum, dict[PayoutState, PayoutState]] = {
    Late.EXECUTE: {S.APPROVED: S.SETTLED, S.SUBMITTED: S.UNKNOWN},
    Late.QUERY: dict.fromkeys(IN_FLIGHT, S.SETTLED),
    Late.COOLED: {},
    Late.CALL_SETTLED: dict.fromkeys(IN_FLIGHT, S.SETTLED),
    Late.CALL_FAILED: dict.fromkeys(IN_FLIGHT, S.FAILED),
}
"""Where each leads; from every other state, nowhere."""


def _moves(payout: Payout, action: StrEnum, actor: Actor, usual: Expected) -> Expected:
    return MOVES[action].get(payout.state, Quiet.ROW_STANDS)


LATE: Steps[Payment] = Steps(
    PAYOUT_LIFECYCLE,
    PAYOUT,
    {
        Late.EXECUTE: _execute, Late.QUERY: _query, Late.COOLED: _cooled,
        Late.CALL_SETTLED: _called(BankStatus.SETTLED), Late.CALL_FAILED: _called(BankStatus.FAILED),
    },
    _moves,
    beside=(*ODD, "payout_attempt"),
)  # fmt: skip


@pytest.mark.parametrize("state", PayoutState)
async def test_a_payment_file_takes_what_is_approved_from_finance_alone(state: PayoutState) -> None:
    payment = await STATES[state]()
    people = await everybody(payment.customer, payment.maker, payment.approvers[-1])
    await try_steps(FILES, payment, await payment.reread(), people)


@pytest.mark.parametrize("state", PayoutState)
async def test_a_job_or_a_call_of_the_bank_moves_only_what_waits_for_it(state: PayoutState) -> None:
    payment = await STATES[state]()
    await try_steps(LATE, payment, await payment.reread(), [WORKER])


async def _assign(payment: Payment, difference: PayoutException, actor: Actor) -> object:
    owner_id = actor.staff_id or payment.maker.staff_id
    assert owner_id is not None
    return await owning.assign(
        difference.id, owner_id=owner_id, expected_version=difference.version, actor=actor
    )


async def _close(payment: Payment, difference: PayoutException, actor: Actor) -> object:
    return await close_exception(
        difference.id, explanation="r", expected_version=difference.version, actor=actor
    )


DIFFERENCES: Steps[Payment] = Steps(
    EXCEPTION_LIFECYCLE, PAYOUT_EXCEPTION, {ExceptionAction.ASSIGN: _assign, ExceptionAction.CLOSE: _close}
)


@pytest.mark.parametrize("state", ExceptionState)
async def test_each_action_on_a_difference_is_done_by_exactly_its_roles(state: ExceptionState) -> None:
    payment = await payout_ready()
    owner = await staff(Role.FINANCE)
    async with transaction():
        await open_exception(
            ExceptionKind.CONTRADICTION, "1", payout_id=payment.payout.id, ours="-", theirs="-", actor=WORKER
        )
    found = await PayoutException.get(payout_id=payment.payout.id)
    if state is ExceptionState.CLOSED:
        await _close(payment, found, owner)
    people = await everybody(payment.customer, owner, payment.approvers[0])
    await try_steps(DIFFERENCES, payment, await PayoutException.get(id=found.id), people)
