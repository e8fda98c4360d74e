"""Paying again what the bank refused: a new attempt with a number of its own, made ready and approved anew."""

from __future__ import annotations

from uuid import UUID

from domain.audit.entries import record
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.rows import save_changes
from domain.payouts.attempts import add_attempt
from domain.payouts.lifecycle import PAYOUT_LIFECYCLE
from domain.payouts.locks import lock_payout, subject_of
from domain.payouts.models import Payout
from domain.payouts.terms import PayoutAction


async def retry(payout_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> Payout:
    """Begins another attempt after the bank said that the last one failed.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden.
    """
    async with transaction():
        payout = await lock_payout(payout_id, actor, expected_version)
        before = payout.state
        payout.state = PAYOUT_LIFECYCLE.step(payout.state, PayoutAction.RETRY, actor)
        payout.attempt += 1
        payout.submitted_at = payout.approved_at = None
        await add_attempt(payout)
        await save_changes(payout, "state", "attempt", "submitted_at", "approved_at")
        await record(
            "payout:retry",
            subject_of(payout),
            actor,
            before={"state": before, "failure_code": payout.failure_code},
            after={"state": payout.state, "attempt": payout.attempt},
            reason=reason,
        )
    return payout
