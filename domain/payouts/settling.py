"""What the bank's word does to a payout, whichever way it came: as an answer, when asked, or by itself.

Words may come twice, late and out of order; one that does not fit what is known becomes a named difference.
"""

from __future__ import annotations

from domain.audit.entries import record
from domain.jobs.queue import enqueue
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.money import Money
from domain.kernel.rows import save_changes
from domain.ledger.posting import post
from domain.payouts.bank import BankStatus, Receipt
from domain.payouts.exceptions import close_explained, open_exception
from domain.payouts.jobs import PayoutSettled
from domain.payouts.lifecycle import PAYOUT_LIFECYCLE
from domain.payouts.locks import scope_of, subject_of
from domain.payouts.models import Payout, PayoutAttempt
from domain.payouts.rules import settled_lines
from domain.payouts.terms import IN_FLIGHT, AttemptState, ExceptionKind, PayoutAction, PayoutState

SAID = {BankStatus.SETTLED: AttemptState.SETTLED, BankStatus.FAILED: AttemptState.FAILED}
POSTED = "payout:settled"


def posting_key(request_no: str) -> str:
    """The ledger's key for the settlement of one attempt."""
    return f"payout:{request_no}:settled"


async def apply_receipt(payout: Payout, attempt: PayoutAttempt, receipt: Receipt, actor: Actor) -> None:
    """Records the bank's word about an attempt of a locked payout, in the current transaction. Nothing twice."""
    amount = Money(payout.amount_minor, payout.currency)
    if receipt.amount != amount:
        await open_exception(
            ExceptionKind.WRONG_AMOUNT, attempt.request_no, payout_id=payout.id, ours=str(amount),
            theirs=str(receipt.amount), actor=actor,
        )  # fmt: skip
        return
    said = SAID.get(receipt.status)
    if said is None or said is attempt.state:
        return
    if not _is_open(payout, attempt):
        await open_exception(
            ExceptionKind.CONTRADICTION, attempt.request_no, payout_id=payout.id,
            ours=f"{attempt.state}, payout {payout.state}", theirs=receipt.status, actor=actor,
        )  # fmt: skip
        return
    if payout.state is PayoutState.APPROVED:  # taken back as unknown to the bank, which had it after all
        payout.state = PAYOUT_LIFECYCLE.step(payout.state, PayoutAction.SUBMIT, actor)
    attempt.state, attempt.ended_at = said, clock.now()
    attempt.bank_ref, attempt.failure_code = receipt.bank_ref, (receipt.code or "")[:64] or None
    await attempt.save(update_fields=["state", "ended_at", "bank_ref", "failure_code"])
    if said is AttemptState.SETTLED:
        await _settle(payout, attempt, amount, actor)
    else:
        await _fail(payout, attempt, actor)


def _is_open(payout: Payout, attempt: PayoutAttempt) -> bool:
    """Whether the bank's first word about an attempt may still come: it was sent, is the present one, and undecided."""
    if attempt.attempt != payout.attempt or attempt.state in SAID.values() or attempt.submitted_at is None:
        return False
    return payout.state in IN_FLIGHT or payout.state is PayoutState.APPROVED


async def _settle(payout: Payout, attempt: PayoutAttempt, amount: Money, actor: Actor) -> None:
    before = payout.state
    payout.state = PAYOUT_LIFECYCLE.step(payout.state, PayoutAction.SETTLE, actor)
    payout.settled_at, payout.failure_code = attempt.ended_at, None
    await save_changes(payout, "state", "settled_at", "failure_code")
    await post(
        kind=POSTED,
        subject=subject_of(payout),
        lines=settled_lines(payout.subject_kind, amount),
        actor=actor,
        key=posting_key(attempt.request_no),
    )
    await close_explained(ExceptionKind.NOT_SETTLED_HERE, attempt.request_no)
    await close_explained(ExceptionKind.NOT_IN_STATEMENT, attempt.request_no)
    await record(
        "payout:settle", subject_of(payout), actor, before={"state": before},
        after={"state": payout.state, "request_no": attempt.request_no, "bank_ref": attempt.bank_ref},
    )  # fmt: skip
    await enqueue(PayoutSettled(payout.id), actor=actor, subject=subject_of(payout), scope=scope_of(payout))


async def _fail(payout: Payout, attempt: PayoutAttempt, actor: Actor) -> None:
    before = payout.state
    payout.state = PAYOUT_LIFECYCLE.step(payout.state, PayoutAction.FAIL, actor)
    payout.failure_code = attempt.failure_code
    await save_changes(payout, "state", "failure_code")
    await record(
        "payout:fail", subject_of(payout), actor, before={"state": before},
        after={"state": payout.state, "request_no": attempt.request_no, "failure_code": payout.failure_code},
    )  # fmt: skip


async def take_back(payout: Payout, attempt: PayoutAttempt, actor: Actor) -> None:
    """Takes back what the bank certainly does not have; it will be sent again under the same number."""
    before = payout.state
    payout.state = PAYOUT_LIFECYCLE.step(payout.state, PayoutAction.RECALL, actor)
    attempt.state = AttemptState.READY
    await attempt.save(update_fields=["state"])
    await save_changes(payout, "state")
    await record(
        "payout:recall", subject_of(payout), actor, before={"state": before}, after={"state": payout.state}
    )
