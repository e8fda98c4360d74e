"""Taking back what was granted on a claim that risk found false since, before its money has arrived."""

from __future__ import annotations

from uuid import UUID

from domain.audit.entries import record
from domain.claims import decline_watching
from domain.claims.decision import decide, refuse_interested
from domain.claims.forfeiting import COUNTED, forfeit
from domain.claims.lifecycle import CLAIM_LIFECYCLE
from domain.claims.locks import lock_work
from domain.claims.models import Claim
from domain.claims.notices import subject_of, tell_customer, tell_handler
from domain.claims.owed import has_returned
from domain.claims.refusals import FraudNotConfirmed, PaidAlready
from domain.claims.reserving import hold
from domain.claims.terms import ClaimAction, ClaimState, DeclineCode, ReferralState, ReserveReason
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.rows import save_changes

AGREED = ("approved_minor", "agreed_at", "pay_due_at", "paid_at")
"""What a claim has of a decision that is granted, and of none that is declined."""


async def rescind(claim_id: UUID, *, clause: str, reason: str, expected_version: int, actor: Actor) -> Claim:
    """Declines a claim for fraud that was granted before risk found it false; the notice goes out in the same commit.

    What has not arrived is not paid any more: its payouts are cancelled and taken out of the books, and so is what
    came back. What has arrived stays paid until it is recovered, so that a claim that is paid in full is not rescinded.
    What was promised to a repairer stands.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, OwnClaim, FraudNotConfirmed, PaymentUnderWay, PaidAlready.
    Source: Insurance Law Art. 24, 27.
    """
    async with transaction():
        claim = await lock_work(claim_id, actor, expected_version)
        before = claim.state
        declined = CLAIM_LIFECYCLE.step(before, ClaimAction.RESCIND, actor)
        await refuse_interested(claim, actor)
        if claim.referral is not ReferralState.CONFIRMED:
            raise FraudNotConfirmed
        if before is ClaimState.PAID and not await has_returned(claim):
            raise PaidAlready
        granted = claim.approved_minor
        forgone = await forfeit(claim, actor)
        claim.state, claim.advanced_minor = declined, 0
        claim.decline_code, claim.decline_clause = DeclineCode.FRAUD, clause
        await hold(claim, claim.repair_minor - claim.spared_minor, ReserveReason.DECLINED, actor)
        for column in AGREED:
            setattr(claim, column, None)
        changed = decide(claim, reason, actor)
        claim.answered_at = claim.decided_at
        await save_changes(claim, "decline_code", "decline_clause", "answered_at", *AGREED, *COUNTED, *changed)
        await record(
            "claim:rescind",
            subject_of(claim),
            actor,
            before={"state": before, "approved_minor": granted},
            after={"state": claim.state, "decline_clause": clause, "forgone_minor": forgone.minor},
            reason=reason,
        )
        await tell_customer(claim, "CLAIM_RESCINDED", actor, reason=reason, clause=clause)
        await tell_handler(claim, "CLAIM_RESCINDED_FOR_YOU", actor)
        await decline_watching.start(claim, actor)
    return claim
