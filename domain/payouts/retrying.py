"""Paying again what the bank refused, or what came back: with a number of its own, made ready and approved anew."""

from __future__ import annotations

from uuid import UUID

from domain.audit.entries import record
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.rows import get_visible, save_changes
from domain.payouts.attempts import add_attempt
from domain.payouts.lifecycle import PAYOUT_LIFECYCLE
from domain.payouts.locks import Doubt, lock_payout, subject_of
from domain.payouts.models import Payout
from domain.payouts.reading import PAYOUT
from domain.payouts.requests import request_again
from domain.payouts.terms import HoldReason, PayoutAction, PayoutState


async def retry(
    payout_id: UUID, *, still_owed: Doubt, reason: str, expected_version: int, actor: Actor
) -> Payout:
    """Begins another attempt after the bank said that the last one failed.

    What was paid and came back is owed still: it is asked for by a payout of its own, which is returned.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden; PayoutRequestedAlready for what was asked for again before.
    """
    async with transaction():
        stop = await still_owed(await get_visible(Payout, PAYOUT, payout_id, actor))
        payout = await lock_payout(payout_id, actor, expected_version)
        before = payout.state
        payout.state = PAYOUT_LIFECYCLE.step(payout.state, PayoutAction.RETRY, actor)
        if before is PayoutState.REVERSED:
            again = await request_again(payout, stop=stop, actor=actor)
            await save_changes(payout, "state")
        else:
            again = await _begin_anew(payout, stop)
        await record(
            "payout:retry",
            subject_of(payout),
            actor,
            before={"state": before, "failure_code": payout.failure_code},
            after={"state": again.state, "attempt": again.attempt, "payout_id": again.id},
            reason=reason,
        )
    return again


async def _begin_anew(payout: Payout, stop: HoldReason | None) -> Payout:
    payout.attempt += 1
    payout.submitted_at = payout.approved_at = None
    payout.stop = payout.stop or stop
    await add_attempt(payout)
    await save_changes(payout, "state", "attempt", "submitted_at", "approved_at", "stop")
    return payout
