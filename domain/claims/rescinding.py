"""Taking back what was granted on a claim that risk found false since, before its money has arrived."""

from __future__ import annotations

from uuid import UUID

from domain.audit.entries import record
from domain.claims import decline_watching
from domain.claims.decision import refuse_interested, take_decline
from domain.claims.forfeiting import COUNTED, forfeit
from domain.claims.lifecycle import CLAIM_LIFECYCLE
from domain.claims.locks import lock_work
from domain.claims.models import Claim
from domain.claims.notices import subject_of, tell_customer, tell_handler
from domain.claims.refusals import FraudNotConfirmed, NothingOwed
from domain.claims.terms import COMMITTED, ClaimAction, DeclineCode, ReferralState
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.rows import save_changes

GRANTED = ("approved_minor", "agreed_at", "pay_due_at", "paid_at")
"""What a claim has of a decision that grants something, and of none that declines."""


async def rescind(claim_id: UUID, *, clause: str, reason: str, expected_version: int, actor: Actor) -> Claim:
    """Declines a claim for fraud that was granted before risk found it false; the notice goes out in the same commit.

    What has not arrived is not paid any more: its payouts are cancelled and taken out of the books, and so is what
    came back. What has arrived stays paid until it is recovered; where that is all, there is nothing to take back. What
    was promised to a repairer stands.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, OwnClaim, FraudNotConfirmed, PaymentUnderWay, NothingOwed.
    Source: Insurance Law Art. 24, 27.
    """
    async with transaction():
        claim = await lock_work(claim_id, actor, expected_version)
        before, granted = claim.state, claim.approved_minor
        claim.state = CLAIM_LIFECYCLE.step(before, ClaimAction.RESCIND, actor)
        await refuse_interested(claim, actor)
        if claim.referral is not ReferralState.CONFIRMED:
            raise FraudNotConfirmed
        is_unpaid = before in COMMITTED
        forgone = await forfeit(claim, actor, unpaid_decision=claim.decision_no if is_unpaid else None)
        if forgone.minor == 0 and not is_unpaid:
            raise NothingOwed
        for column in GRANTED:
            setattr(claim, column, None)
        changed = await take_decline(claim, DeclineCode.FRAUD, clause, reason, actor)
        await save_changes(claim, *GRANTED, *COUNTED, *changed)
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
