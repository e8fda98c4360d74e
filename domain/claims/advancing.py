"""Granting an advance 先予支付 toward a claim whose amount is not settled in time, refusing it, or taking it back."""

from __future__ import annotations

from uuid import UUID

from domain.audit.entries import record
from domain.claims import rules
from domain.claims.advances import committed
from domain.claims.assessment import assess
from domain.claims.clearing import expect_cleared
from domain.claims.cover import cover_of
from domain.claims.decision import expect_authority, expect_unsuspected, refuse_interested
from domain.claims.lifecycle import ADVANCE_LIFECYCLE, AT_WORK
from domain.claims.locks import lock_claim
from domain.claims.models import Advance, Claim, ClaimLine
from domain.claims.notices import scope_of, subject_of, tell_customer
from domain.claims.paying import barred_from_paying
from domain.claims.reading import ADVANCE
from domain.claims.refusals import AbovePayable, AdvanceNotReturned, LinesMissing, NothingPayable
from domain.claims.reserving import hold
from domain.claims.terms import ADVANCE_INSTALMENT, AdvanceAction, AdvanceState, ClaimState, ReserveReason
from domain.claims.usage import usage_of
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.money import Money
from domain.kernel.refusals import IllegalStep, Invalid
from domain.kernel.rows import expect_version, get_visible, lock_visible, save_changes
from domain.payouts import news
from domain.payouts.cancelling import cancel_owed
from domain.payouts.requests import request_payout
from domain.policies.models import Policy


async def determined(claim: Claim, policy: Policy) -> Money | None:
    """What the contract still pays of the lines assessed so far, None without lines. Both rows must be locked."""
    lines = await ClaimLine.filter(claim_id=claim.id).order_by("position")
    if not lines:
        return None
    most = assess(lines, await cover_of(policy, claim), claim).payable
    if claim.payable_minor is not None:
        most = min(most, Money(claim.payable_minor, claim.currency), key=lambda money: money.minor)
    return rules.left_of(most, committed(claim))


async def second(advance_id: UUID, *, amount: Money, reason: str, expected_version: int, actor: Actor) -> Advance:
    """A manager's word for an advance above what one manager may decide; another manager then approves it.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, OwnClaim, ReferralOpen, LinesMissing, NothingPayable,
    AbovePayable, Invalid.
    """
    async with transaction():
        policy, claim, advance = await _take(advance_id, expected_version, actor)
        _step(advance, claim, AdvanceAction.SECOND, actor)
        await _expect_grantable(claim, policy, amount, actor)
        advance.seconded_by, advance.seconded_minor = actor.staff_id, amount.minor
        await save_changes(advance, "seconded_by", "seconded_minor")
        after: dict[str, object] = {"seconded_minor": amount.minor}
        await record("advance:second", subject_of(claim), actor, after=after, reason=reason)
    return advance


async def approve(advance_id: UUID, *, amount: Money, reason: str, expected_version: int, actor: Actor) -> Advance:
    """Grants an advance of what can be determined and requests its payout; the customer is told.

    It counts toward the decision, toward the limits of the contract and toward the decider's own.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, OwnClaim, ReferralOpen, LinesMissing, NothingPayable,
    AbovePayable, AboveAuthority, SameManager, ClearanceMissing, OwnClearance; Invalid for an amount not above zero or
    in another currency.
    Source: Insurance Law Art. 25.
    """
    async with transaction():
        policy, claim, advance = await _take(advance_id, expected_version, actor)
        before = _step(advance, claim, AdvanceAction.APPROVE, actor)
        await _expect_grantable(claim, policy, amount, actor)
        usage = await usage_of(claim, policy)
        seconded = Money(advance.seconded_minor or 0, claim.currency)
        weight = rules.counts_toward_authority(amount + Money(claim.repair_minor, claim.currency), usage.same_loss)
        await expect_cleared(claim, weight, actor, advance.seconded_by)
        await expect_authority(weight, actor, is_seconded=amount <= seconded, seconded_by=advance.seconded_by)
        await _grant(advance, claim, amount, actor)
        advance.decision_reason = reason
        await save_changes(
            advance, "state", "amount_minor", "payout_id", "decider_id", "decided_at", "decision_reason"
        )
        await record(
            "advance:approve",
            subject_of(claim),
            actor,
            before={"advance": before},
            after={"advance": advance.state, "amount_minor": amount.minor, "payout_id": advance.payout_id},
            reason=reason,
        )
        await tell_customer(claim, "CLAIM_ADVANCE_GRANTED", actor, amount=str(amount))
    return advance


async def _grant(advance: Advance, claim: Claim, amount: Money, actor: Actor) -> None:
    payout = await request_payout(
        source=subject_of(claim),
        decision_no=advance.round,
        instalment=ADVANCE_INSTALMENT,
        amount=amount,
        scope=scope_of(claim),
        barred=barred_from_paying(claim, advance.seconded_by, actor.staff_id),
        actor=actor,
    )
    advance.amount_minor, advance.payout_id = amount.minor, payout.id
    advance.decider_id, advance.decided_at = actor.staff_id, clock.now()
    claim.advanced_minor += amount.minor
    claim.advance_due_minor += amount.minor
    await hold(claim, max(claim.reserve_minor, claim.advance_due_minor), ReserveReason.ADVANCE_GRANTED, actor)
    await save_changes(claim, "advanced_minor", "advance_due_minor", "reserve_minor")


async def _expect_grantable(claim: Claim, policy: Policy, amount: Money, actor: Actor) -> None:
    """Raises: OwnClaim, ReferralOpen, LinesMissing, NothingPayable, AbovePayable, Invalid."""
    await refuse_interested(claim, actor)
    expect_unsuspected(claim)
    if amount.currency is not claim.currency:
        raise Invalid(constraint="currency", limit=claim.currency, path=("input", "amount"))
    if amount.minor <= 0:
        raise Invalid(constraint="min", limit="0.01", path=("input", "amount"))
    available = await determined(claim, policy)
    if available is None:
        raise LinesMissing
    if available.minor == 0:
        raise NothingPayable
    if amount > available:
        raise AbovePayable(available=available, path=("input", "amount"))


async def refuse(advance_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> Advance:
    """Refuses an advance, for nothing can be determined or nothing is covered; none is proposed for this decision.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, OwnClaim.
    """
    async with transaction():
        _, claim, advance = await _take(advance_id, expected_version, actor)
        before = _step(advance, claim, AdvanceAction.REFUSE, actor)
        await refuse_interested(claim, actor)
        advance.decider_id, advance.decided_at, advance.decision_reason = actor.staff_id, clock.now(), reason
        await save_changes(advance, "state", "decider_id", "decided_at", "decision_reason")
        await record(
            "advance:refuse",
            subject_of(claim),
            actor,
            before={"advance": before},
            after={"advance": advance.state},
            reason=reason,
        )
    return advance


async def take_back(advance_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> Advance:
    """Says that an advance whose payment came back counts no more: it is neither owed nor an expense.

    Only before its decision, and not while an amount that reckons with it is proposed; afterwards it is still owed.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, OwnClaim, AdvanceNotReturned.
    """
    async with transaction():
        _, claim, advance = await _take(advance_id, expected_version, actor)
        before = _step(advance, claim, AdvanceAction.TAKE_BACK, actor)
        if claim.state is ClaimState.DECISION_PENDING:
            raise IllegalStep(action=AdvanceAction.TAKE_BACK, from_state=claim.state, allowed=())
        await refuse_interested(claim, actor)
        if advance.payout_id is None or not await news.came_back(advance.payout_id):
            raise AdvanceNotReturned
        (part,) = await cancel_owed(subject_of(claim), part=(advance.round, ADVANCE_INSTALMENT), actor=actor)
        claim.paid_minor -= part.amount.minor
        claim.advanced_minor -= part.amount.minor
        claim.payable_minor = claim.calculation = None
        await hold(claim, claim.reserve_minor + part.amount.minor, ReserveReason.ADVANCE_TAKEN_BACK, actor)
        await save_changes(claim, "paid_minor", "advanced_minor", "payable_minor", "calculation", "reserve_minor")
        await save_changes(advance, "state")
        await record(
            "advance:take_back",
            subject_of(claim),
            actor,
            before={"advance": before},
            after={"advance": advance.state, "paid_minor": claim.paid_minor},
            reason=reason,
        )
    return advance


async def _take(advance_id: UUID, expected_version: int, actor: Actor) -> tuple[Policy, Claim, Advance]:
    """The advance, locked behind its claim and the policy.

    Raises: NotFound, StaleVersion.
    """
    seen = await get_visible(Advance, ADVANCE, advance_id, actor)
    policy, claim = await lock_claim(seen.claim_id, actor, None)
    advance = await lock_visible(Advance, ADVANCE, advance_id, actor)
    expect_version(advance, expected_version)
    return policy, claim, advance


def _step(advance: Advance, claim: Claim, action: AdvanceAction, actor: Actor) -> AdvanceState:
    """Moves an advance whose decision is not taken yet; the state that it leaves.

    Raises: IllegalStep, Forbidden.
    """
    before = advance.state
    advance.state = ADVANCE_LIFECYCLE.step(before, action, actor)
    if claim.state not in AT_WORK or advance.round != claim.decision_no + 1:
        raise IllegalStep(action=action, from_state=before, allowed=())
    return before
