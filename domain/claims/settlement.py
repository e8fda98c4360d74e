"""From the customer's agreement to the money on the account: the agreement requests the payout, the bank ends it."""

from __future__ import annotations

from uuid import UUID

from domain.audit.entries import record
from domain.claims import limits, rules
from domain.claims.advances import count_repairs, spoken_for
from domain.claims.jobs import ClaimPaid, RecordClaimRepaired
from domain.claims.lifecycle import ADVANCE_LIFECYCLE, AT_WORK, CLAIM_LIFECYCLE
from domain.claims.locks import lock_claim
from domain.claims.models import Advance, Claim
from domain.claims.notices import scope_of, subject_of, tell_customer
from domain.claims.paying import barred_from_paying, stopped_by
from domain.claims.reserving import hold
from domain.claims.terms import (
    AdvanceAction,
    AdvanceState,
    ClaimAction,
    ClaimLimit,
    ClaimState,
    ReserveReason,
)
from domain.jobs.queue import enqueue
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import Run, transaction
from domain.kernel.money import Money
from domain.kernel.rows import save_changes
from domain.payouts import news
from domain.payouts.models import Payout
from domain.payouts.requests import request_payout

TAKEN_UP = (*AT_WORK, ClaimState.WITHDRAWN)
"""States of a claim that was paid, closed and taken up anew, until its next decision."""


async def agree(claim_id: UUID, *, expected_version: int, actor: Actor) -> Claim:
    """The customer accepts the approved amount: the payout is requested and is due in ten days (by default).

    What was advanced is paid already, and what of it goes to a repairer is paid there; the customer gets the rest.

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
        payout = await _request_rest(claim, actor)
        await record(
            "claim:agree",
            subject_of(claim),
            actor,
            before={"state": before},
            after={"state": claim.state, "payout_id": payout.id if payout else None, "pay_due_at": claim.pay_due_at},
        )
        if payout is None:
            await _end_without_payout(claim, actor)
    return claim


async def _end_without_payout(claim: Claim, actor: Actor) -> None:
    """Nothing is left for the customer: it is paid with the advance that arrived, or once the repairer is paid."""
    if claim.repair_minor > 0:
        work = RecordClaimRepaired(claim.id)
        await enqueue(work, actor=actor, subject=subject_of(claim), scope=scope_of(claim))
    elif claim.advance_due_minor == 0:
        await pay_off(claim, Money(0, claim.currency), Actor.system("claims.agree", actor.party))


async def _request_rest(claim: Claim, actor: Actor) -> Payout | None:
    """Requests what the customer still gets: what was granted less what was promised; None where that is nothing."""
    rest = Money(claim.approved_minor or 0, claim.currency) - spoken_for(claim)
    if rest.minor == 0:
        return None
    return await request_payout(
        source=subject_of(claim),
        decision_no=claim.decision_no,
        amount=rest,
        scope=scope_of(claim),
        barred=barred_from_paying(claim),
        stop=stopped_by(claim),
        actor=actor,
    )


async def record_paid(claim_id: UUID, *, decision_no: int, amount: Money, actor: Actor, run: Run | None = None) -> None:
    """The bank settled the payout of a decision: the claim is paid, its reserve released, and the customer told.

    A second word of the same payment changes nothing, nor does that of one paid again of a claim taken up anew.

    Raises: NotFound, IllegalStep, Forbidden.
    """
    async with transaction(run, finishing=True) as tx:
        _, claim = await lock_claim(claim_id, actor, None)
        is_known = claim.paid_at is not None or (decision_no > 0 and claim.state in TAKEN_UP)
        if is_known or claim.decision_no != decision_no:
            return
        await pay_off(claim, amount, actor)
        tx.made = subject_of(claim)


async def record_advance_paid(claim_id: UUID, payout_id: UUID, *, actor: Actor, run: Run | None = None) -> None:
    """The bank settled an advance: it is paid, the claim stays where it stands, or is paid if nothing else was granted.

    A second word of the same payment changes nothing.

    Raises: NotFound, IllegalStep, Forbidden.
    """
    async with transaction(run, finishing=True) as tx:
        _, claim = await lock_claim(claim_id, actor, None)
        advance = await Advance.select_for_update(no_key=True).filter(claim_id=claim.id, payout_id=payout_id).first()
        if advance is None:
            await _follow(claim, payout_id)
            return
        if advance.paid_at is not None or advance.state is AdvanceState.TAKEN_BACK:
            return
        before, amount = advance.state, Money(advance.amount_minor or 0, claim.currency)
        advance.state = ADVANCE_LIFECYCLE.step(before, AdvanceAction.RECORD_PAID, actor)
        advance.paid_at = clock.now()
        await save_changes(advance, "state", "paid_at")
        claim.paid_minor += amount.minor
        claim.advance_due_minor -= amount.minor
        await hold(claim, claim.reserve_minor - amount.minor, ReserveReason.ADVANCE_PAID, actor)
        await save_changes(claim, "paid_minor", "advance_due_minor", "reserve_minor")
        await record(
            "advance:paid",
            subject_of(claim),
            actor,
            before={"advance": before},
            after={"advance": advance.state, "paid_minor": claim.paid_minor},
        )
        if claim.state is ClaimState.PAYMENT_PENDING and claim.approved_minor == claim.advanced_minor:
            await pay_off(claim, Money(0, claim.currency), actor)
        else:
            await tell_customer(claim, "CLAIM_ADVANCE_PAID", actor, amount=str(amount))
        tx.made = subject_of(claim)


async def _follow(claim: Claim, payout_id: UUID) -> None:
    """An advance that came back was paid anew: from here on it is that payout's."""
    again = await news.settled(payout_id)
    mine = Advance.filter(claim_id=claim.id, round=again.decision_no, state=AdvanceState.PAID)
    await mine.filter(payout_id__lt=payout_id).update(payout_id=payout_id)


async def pay_off(claim: Claim, amount: Money, actor: Actor) -> None:
    """All that the decision granted is paid, but an advance that is still on its way; the customer is told.

    The claim is locked. `amount` went to the customer, and the repairer's part is paid with it.
    """
    before = claim.state
    claim.state = CLAIM_LIFECYCLE.step(before, ClaimAction.RECORD_PAID, actor)
    claim.paid_at = claim.answered_at = clock.now()
    claim.paid_minor += amount.minor
    repaired = count_repairs(claim)
    await hold(claim, claim.advance_due_minor, ReserveReason.PAID, actor)
    await save_changes(
        claim, "state", "paid_at", "answered_at", "paid_minor", "repair_minor", "spared_minor", "reserve_minor"
    )
    await record(
        "claim:paid",
        subject_of(claim),
        actor,
        before={"state": before},
        after={"state": claim.state, "paid_minor": claim.paid_minor},
    )
    await enqueue(ClaimPaid(claim.id), actor=actor, subject=subject_of(claim), scope=scope_of(claim))
    advanced = Money(claim.advanced_minor, claim.currency)
    if amount.minor:
        await tell_customer(claim, "CLAIM_PAID", actor, amount=str(amount))
    elif repaired.minor or not advanced.minor:
        await tell_customer(claim, "CLAIM_PAID_BY_REPAIR", actor, amount=str(repaired))
    else:
        await tell_customer(claim, "CLAIM_PAID_IN_ADVANCE", actor, amount=str(advanced))
