"""Attempts to pay: each with the number by which the bank knows it, made with its row and never changed."""

from __future__ import annotations

from domain.kernel.ids import new_id
from domain.payouts.models import Payout, PayoutAttempt
from domain.payouts.terms import AttemptChannel, AttemptState


async def add_attempt(payout: Payout) -> PayoutAttempt:
    """Adds the payout's present attempt, in the current transaction."""
    attempt_id = new_id()
    return await PayoutAttempt.create(
        id=attempt_id,
        payout_id=payout.id,
        attempt=payout.attempt,
        request_no=attempt_id.hex,
        state=AttemptState.READY,
        channel=AttemptChannel.HTTP,
    )


async def present_attempt(payout: Payout) -> PayoutAttempt:
    """The attempt that a locked payout is at."""
    return await PayoutAttempt.get(payout_id=payout.id, attempt=payout.attempt)
