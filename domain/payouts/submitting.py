"""Marks an approved payout as on its way to the bank, by whichever channel, unless something keeps it back."""

from __future__ import annotations

from uuid import UUID

from domain.audit.entries import record
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.rows import save_changes
from domain.payouts.exceptions import has_open_exception
from domain.payouts.holding import put_on_hold
from domain.payouts.lifecycle import PAYOUT_LIFECYCLE
from domain.payouts.locks import subject_of
from domain.payouts.models import Payout, PayoutAttempt
from domain.payouts.payees import payee_of
from domain.payouts.terms import AttemptChannel, AttemptState, HoldReason, PayoutAction


async def submit(
    payout: Payout, attempt: PayoutAttempt, *, actor: Actor, job_id: UUID | None = None, file_id: UUID | None = None
) -> bool:
    """Marks a locked, approved payout as sent, in the current transaction; whether it is to be sent.

    One that is stopped or has an open difference is put on hold instead; one whose payee has another account by now
    loses its approvals. `file_id` is the payment file that it goes in, `job_id` the job that sends it otherwise.

    Raises: IllegalStep.
    """
    kept_for = payout.stop or (HoldReason.OPEN_EXCEPTION if await has_open_exception(payout.id) else None)
    if kept_for is not None:
        put_on_hold(payout, kept_for, actor)
        await save_submission(payout, "payout:hold", actor, "hold_reason")
        return False
    payee = await payee_of(payout)
    if payee is None or payee.account_blind != payout.account_blind:
        payout.state = PAYOUT_LIFECYCLE.step(payout.state, PayoutAction.VOID_APPROVAL, actor)
        await save_submission(payout, "payout:void_approval", actor)
        return False
    payout.state = PAYOUT_LIFECYCLE.step(payout.state, PayoutAction.SUBMIT, actor)
    attempt.state, attempt.submitted_at = AttemptState.SUBMITTED, clock.now()
    payout.submitted_at = attempt.submitted_at
    attempt.job_id, attempt.payment_file_id = job_id, file_id
    attempt.channel = AttemptChannel.HTTP if file_id is None else AttemptChannel.FILE
    await attempt.save(update_fields=["state", "submitted_at", "job_id", "payment_file_id", "channel"])
    await save_submission(payout, "payout:submit", actor, "submitted_at")
    return True


async def save_submission(payout: Payout, action: str, actor: Actor, *columns: str) -> None:
    """Saves the new state of a payout, with its audit."""
    await save_changes(payout, "state", *columns)
    await record(action, subject_of(payout), actor, after={"state": payout.state})
