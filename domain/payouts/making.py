"""Making a payout ready: finance takes over payee and account as they stand, for others to approve."""

from __future__ import annotations

from uuid import UUID

from domain.audit.entries import record
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.rows import save_changes
from domain.kernel.sealing import seal
from domain.payouts.lifecycle import PAYOUT_LIFECYCLE
from domain.payouts.locks import expect_independent, lock_payout, subject_of
from domain.payouts.models import Payout
from domain.payouts.payees import payee_of, set_by
from domain.payouts.refusals import PayeeUnknown
from domain.payouts.terms import PayoutAction

ACCOUNT_PLACE = "payout:account"


async def make_ready(payout_id: UUID, *, reason: str | None = None, expected_version: int, actor: Actor) -> Payout:
    """Puts a payout up for approval with the payee's present account; earlier approvals count no more.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden; DutiesNotSeparate for who decided the source, set a
    partner's account or receives the money; PayeeUnknown.
    """
    async with transaction():
        payout = await lock_payout(payout_id, actor, expected_version)
        before = payout.state
        payout.state = PAYOUT_LIFECYCLE.step(payout.state, PayoutAction.MAKE_READY, actor)
        payee = await payee_of(payout)
        await expect_independent(payout, actor, others=[set_by(payee)])
        if payee is None:
            raise PayeeUnknown
        payout.payee_name, payout.account_mask, payout.account_blind = (
            payee.name, payee.account_mask, payee.account_blind,
        )  # fmt: skip
        payout.account_sealed = seal(ACCOUNT_PLACE, payout.id, payee.account())
        payout.round += 1
        payout.maker_id, payout.made_at = actor.staff_id, clock.now()
        payout.rejection_reason = payout.failure_code = None
        await save_changes(
            payout, "state", "payee_name", "account_mask", "account_blind", "account_sealed", "round", "maker_id",
            "made_at", "rejection_reason", "failure_code",
        )  # fmt: skip
        await record(
            "payout:make_ready",
            subject_of(payout),
            actor,
            before={"state": before},
            after={"state": payout.state, "account": payout.account_mask, "round": payout.round},
            reason=reason,
        )
    return payout
