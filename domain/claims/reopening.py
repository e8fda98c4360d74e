"""Closing what is answered, and taking a closed claim up again."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from domain.audit.entries import record
from domain.claims import limits, rules
from domain.claims.advances import count_repairs, refuse_unpaid
from domain.claims.jobs import CloseClaim
from domain.claims.lifecycle import CLAIM_LIFECYCLE
from domain.claims.locks import lock_work
from domain.claims.models import Claim
from domain.claims.notices import scope_of, subject_of, tell_customer
from domain.claims.owed import has_returned, refuse_returned
from domain.claims.reserving import hold
from domain.claims.terms import ANSWERED, ClaimAction, ClaimLimit, ClaimState, ReopenReason, ReserveReason
from domain.claims.under_way import OpenWork, refuse_open_work
from domain.jobs.queue import enqueue
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import Run, transaction
from domain.kernel.rows import save_changes

SWEEP = 500
"""Claims that one sweep closes at most; the next one goes on."""


async def close(claim_id: UUID, *, reason: str, open_work: OpenWork, expected_version: int, actor: Actor) -> Claim:
    """Closes an answered claim; nothing of it is held in reserve any more.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, AssignedToAnother; WorkOpen, AdvanceUnpaid,
    MoneyReturned.
    """
    async with transaction():
        claim = await lock_work(claim_id, actor, expected_version)
        await _close(claim, reason, actor)
        await refuse_open_work(claim, open_work)
        await refuse_returned(claim)
    return claim


async def close_by_itself(claim_id: UUID, *, open_work: OpenWork, actor: Actor, run: Run | None = None) -> None:
    """Closes a claim that was answered long ago, unless something is under way for it, or it went on meanwhile.

    Raises: NotFound.
    """
    async with transaction(run, finishing=True) as tx:
        claim = await lock_work(claim_id, actor, None)
        is_over = claim.state in ANSWERED and claim.advance_due_minor == 0
        if is_over and not await open_work(claim.id) and not await has_returned(claim):
            await _close(claim, "answered long ago", actor)
            tx.made = subject_of(claim)


async def _close(claim: Claim, reason: str, actor: Actor) -> None:
    before = claim.state
    claim.state = CLAIM_LIFECYCLE.step(claim.state, ClaimAction.CLOSE, actor)
    refuse_unpaid(claim)
    count_repairs(claim)  # of a claim that was declined
    await hold(claim, 0, ReserveReason.CLOSED, actor)
    claim.closed_at = clock.now()
    await save_changes(
        claim, "state", "reserve_minor", "closed_at", "paid_minor", "repair_minor", "spared_minor"
    )
    await record(
        "claim:close", subject_of(claim), actor, before={"state": before}, after={"state": claim.state}, reason=reason
    )
    await tell_customer(claim, "CLAIM_CLOSED", actor)


async def close_stale(*, actor: Actor, run: Run | None = None) -> int:
    """Asks for the closing of claims that were answered long enough ago; the number asked for.

    One job for each claim, unique while it lives, so that two sweeps ask once.
    """
    async with transaction(run, finishing=True):
        days = await limits.days(ClaimLimit.CLOSING, clock.today())
        until = clock.now() - timedelta(days=days)
        answered = Claim.filter(state__in=ANSWERED, answered_at__lt=until, advance_due_minor=0)
        stale = await answered.order_by("answered_at").limit(SWEEP)
        for claim in stale:
            await enqueue(
                CloseClaim(claim_id=claim.id),
                subject=subject_of(claim),
                scope=scope_of(claim),
                actor=actor,
                unique_key=f"{claim.id}",
            )
    return len(stale)


async def reopen(claim_id: UUID, *, code: ReopenReason, reason: str, expected_version: int, actor: Actor) -> Claim:
    """Takes a closed claim up again for a coded reason; a new decision is due in full time.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden.
    """
    async with transaction():
        claim = await lock_work(claim_id, actor, expected_version)
        claim.state = CLAIM_LIFECYCLE.step(claim.state, ClaimAction.REOPEN, actor)
        now = clock.now()
        claim.decision_due_at = rules.due(now, await limits.days(ClaimLimit.DECISION, clock.day_of(now)))
        cleared = (
            "approved_minor", "decline_code", "decline_clause", "decision_reason", "proposed_by", "seconded_by",
            "seconded_minor", "decided_by", "decided_at", "agreed_at", "pay_due_at", "paid_at", "answered_at",
            "closed_at",
        )  # fmt: skip
        claim.advanced_minor = 0
        for column in cleared:
            setattr(claim, column, None)
        await save_changes(claim, "state", "decision_due_at", "advanced_minor", *cleared)
        await record(
            "claim:reopen",
            subject_of(claim),
            actor,
            before={"state": ClaimState.CLOSED},
            after={"state": claim.state, "code": code, "decision_due_at": claim.decision_due_at},
            reason=reason,
        )
        await tell_customer(claim, "CLAIM_REOPENED", actor)
    return claim
