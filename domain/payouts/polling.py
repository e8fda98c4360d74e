"""Asking the bank what became of a payment, by its number, until the bank knows; never sending it again blindly."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from domain.jobs.parking import settle
from domain.jobs.queue import enqueue
from domain.jobs.terms import JobState, Outcome
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import Run, fetch, fetch_one, transaction
from domain.payouts.bank import Bank, BankError, BankStatus, Receipt
from domain.payouts.holding import send
from domain.payouts.jobs import QueryPayout
from domain.payouts.locks import lock_payout, scope_of, subject_of
from domain.payouts.models import Payout, PayoutAttempt
from domain.payouts.rules import SAFE_TIME, next_look
from domain.payouts.settling import apply_receipt, take_back
from domain.payouts.terms import IN_FLIGHT, AttemptChannel, PayoutState

FIRST_LOOK = timedelta(seconds=2)
SOON = timedelta(seconds=2)
LIVE = "('AVAILABLE', 'DISPATCHED', 'EXECUTING', 'PARKED')"
UNDER_WAY = (JobState.AVAILABLE, JobState.DISPATCHED, JobState.EXECUTING)

# In flight and nobody asks, unless a statement will tell; decided while its job was about to wait for the outcome.
UNASKED = f"""
SELECT p.id FROM payout p
WHERE (p.state IN ('SUBMITTED', 'UNKNOWN') OR EXISTS (
    SELECT FROM job e WHERE e.subject_id = p.id AND e.kind = 'payouts.execute' AND e.state = 'PARKED'))
  AND NOT EXISTS (SELECT FROM payout_attempt a
    WHERE a.payout_id = p.id AND a.attempt = p.attempt AND a.channel = 'FILE')
  AND NOT EXISTS (SELECT FROM job q WHERE q.subject_id = p.id AND q.kind = 'payouts.query' AND q.state IN {LIVE})
  AND NOT EXISTS (SELECT FROM job e WHERE e.subject_id = p.id AND e.kind = 'payouts.execute'
    AND e.state IN ('AVAILABLE', 'DISPATCHED', 'EXECUTING'))
ORDER BY p.id LIMIT 500
"""
# A job that was given up is an administrator's to take up again.
UNSENT = f"""
SELECT p.id FROM payout p
WHERE p.state = 'APPROVED'
  AND NOT EXISTS (SELECT FROM job e WHERE e.subject_id = p.id AND e.kind = 'payouts.execute'
    AND (e.state IN {LIVE} OR e.state = 'DEAD' AND (e.arguments->>'attempt')::int = p.attempt))
ORDER BY p.id LIMIT 500
"""


async def ask_later(payout: Payout, actor: Actor, at: datetime | None = None) -> UUID:
    """Has the bank asked about a payout's present attempt, in a moment or at an instant; the id of the job."""
    return await enqueue(
        QueryPayout(payout.id, payout.attempt),
        actor=actor,
        subject=subject_of(payout),
        scope=scope_of(payout),
        run_at=at or clock.now() + FIRST_LOOK,
        unique_key=f"{payout.id}:{payout.attempt}",
    )


async def query(payout_id: UUID, attempt_no: int, *, bank: Bank, actor: Actor, run: Run | None = None) -> Outcome:
    """Asks once. The job that waits for the outcome ends with it; what the bank never got goes out again.

    A request counts as never received only when it can no longer arrive, and keeps its number even then: the bank
    itself pays a number once.
    """
    attempt = await _attempt(payout_id, attempt_no, run)
    if attempt is None or attempt.channel is AttemptChannel.FILE:
        return Outcome.done()
    try:
        receipt = await bank.find(attempt.request_no)
    except BankError as lost:
        return Outcome.later(clock.now() + next_look(_age(attempt)), type(lost).__name__)
    async with transaction(run):
        waiting = await _lock_waiting(attempt)
        if waiting in UNDER_WAY:
            return Outcome.later(clock.now() + SOON)
        payout = await lock_payout(payout_id, actor, None)
        if payout.attempt == attempt_no and payout.state in IN_FLIGHT:
            attempt = await PayoutAttempt.get(id=attempt.id)
            await _conclude(payout, attempt, receipt, actor)
        if payout.attempt == attempt_no and payout.state in IN_FLIGHT:
            return Outcome.later(clock.now() + next_look(_age(attempt)))
        await _end_waiting(payout, attempt, waiting, actor)
    return Outcome.done(subject_of(payout))


async def _attempt(payout_id: UUID, attempt_no: int, run: Run | None) -> PayoutAttempt | None:
    async with transaction(run):
        attempt = await PayoutAttempt.filter(payout_id=payout_id, attempt=attempt_no).first()
        if attempt is not None and attempt.channel is AttemptChannel.HTTP:
            attempt.last_checked_at = clock.now()
            await attempt.save(update_fields=["last_checked_at"])
        return attempt


async def _lock_waiting(attempt: PayoutAttempt) -> JobState | None:
    """Locks the job that brought the attempt to the bank, before the payout as every worker does; its state."""
    row = await fetch_one("SELECT state FROM job WHERE id = $1::uuid FOR NO KEY UPDATE", attempt.job_id)
    return JobState(row["state"]) if row else None


async def _conclude(payout: Payout, attempt: PayoutAttempt, receipt: Receipt | None, actor: Actor) -> None:
    if receipt is not None and receipt.status is not BankStatus.PENDING:
        await apply_receipt(payout, attempt, receipt, actor)
    elif receipt is None and _age(attempt) >= SAFE_TIME:
        await take_back(payout, attempt, actor)


async def _end_waiting(payout: Payout, attempt: PayoutAttempt, waiting: JobState | None, actor: Actor) -> None:
    is_unsent = payout.state is PayoutState.APPROVED and payout.attempt == attempt.attempt
    if waiting is JobState.PARKED and attempt.job_id is not None:
        again = Outcome.later(clock.now(), "the bank never got it")
        await settle(attempt.job_id, again if is_unsent else Outcome.done(subject_of(payout)), actor)
    elif is_unsent:
        await send(payout, actor)


def _age(attempt: PayoutAttempt) -> timedelta:
    return clock.now() - (attempt.submitted_at or attempt.created_at)


async def sweep(*, actor: Actor, run: Run | None = None) -> int:
    """Sees that a job is under way for every payout that waits for the bank; how many had none."""
    async with transaction(run, finishing=True):
        unasked, unsent = await fetch(UNASKED), await fetch(UNSENT)
        for row in unasked:
            await ask_later(await Payout.get(id=row["id"]), actor)
        for row in unsent:
            await send(await Payout.get(id=row["id"]), actor)
    return len(unasked) + len(unsent)


