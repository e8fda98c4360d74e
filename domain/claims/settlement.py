"""From the customer's agreement to the money on the account: the agreement requests the payout, the bank ends it."""

from __future__ import annotations

from uuid import UUID

from domain.audit.entries import record
from domain.claims import limits, rules
from domain.claims.lifecycle import CLAIM_LIFECYCLE
from domain.claims.locks import lock_claim
from domain.claims.models import Claim
from domain.claims.notices import scope_of, subject_of, tell_customer
from domain.claims.terms import SUSPECTED, ClaimAction, ClaimLimit
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import Run, transaction
from domain.kernel.money import Money
from domain.kernel.rows import save_changes
from domain.payouts.requests import request_payout
from domain.payouts.terms import HoldReason


async def agree(claim_id: UUID, *, expected_version: int, actor: Actor) -> Claim:
    """The customer accepts the approved amount: the payout is requested and is due in ten days (by default).

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden. Source: Insurance Law Art. 23.
    """
    async with transaction():
        _, claim = await lock_claim(claim_id, actor, expected_version)
        before = claim.state
        agreed = CLAIM_LIFECYCLE.step(claim.state, ClaimAction.AGREE, actor)
        claim.state = CLAIM_LIFECYCLE.step(agreed, ClaimAction.REQUEST_PAYOUT, actor)
        claim.agreed_at = clock.now()
        days = await limits.days(ClaimLimit.PAYMENT, clock.day_of(claim.agreed_at))
        claim.pay_due_at = rules.due(claim.agreed_at, days)
        await save_changes(claim, "state", "agreed_at", "pay_due_at")
        payout = await request_payout(
            source=subject_of(claim),
            decision_no=claim.decision_no,
            amount=Money(claim.approved_minor or 0, claim.currency),
            scope=scope_of(claim),
            barred={each for each in (claim.decided_by, claim.seconded_by, claim.proposed_by) if each},
            stop=HoldReason.FRAUD if claim.referral in SUSPECTED else None,
            actor=actor,
        )
        await record(
            "claim:agree",
            subject_of(claim),
            actor,
            before={"state": before},
            after={"state": claim.state, "payout_id": payout.id, "pay_due_at": claim.pay_due_at},
        )
    return claim


async def record_paid(claim_id: UUID, *, decision_no: int, amount: Money, actor: Actor, run: Run | None = None) -> None:
    """The bank settled the payout of a decision: the claim is paid, its reserve released, and the customer told.

    A second word of the same payment changes nothing.

    Raises: NotFound, IllegalStep, Forbidden.
    """
    async with transaction(run, finishing=True) as tx:
        _, claim = await lock_claim(claim_id, actor, None)
        if claim.paid_at is not None or claim.decision_no != decision_no:
            return
        before = claim.state
        claim.state = CLAIM_LIFECYCLE.step(claim.state, ClaimAction.RECORD_PAID, actor)
        claim.paid_at = claim.answered_at = clock.now()
        claim.paid_minor += amount.minor
        claim.reserve_minor = 0
        await save_changes(claim, "state", "paid_at", "answered_at", "paid_minor", "reserve_minor")
        await record(
            "claim:paid",
            subject_of(claim),
            actor,
            before={"state": before},
            after={"state": claim.state, "paid_minor": claim.paid_minor},
        )
        await tell_customer(claim, "CLAIM_PAID", actor, amount=str(amount))
        tx.made = subject_of(claim)
