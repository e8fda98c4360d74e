"""Deciding a claim: granting an amount within one's authority, or declining with a coded reason. Pays nothing."""

from __future__ import annotations

from uuid import UUID

from domain.audit.entries import record
from domain.claims import decline_watching, rules
from domain.claims.advances import advanced_and_paid, committed, lapse, paid_before, refuse_advanced, spoken_for
from domain.claims.clearing import drop, expect_cleared
from domain.claims.forfeiting import COUNTED, forfeit
from domain.claims.lifecycle import CLAIM_LIFECYCLE
from domain.claims.locks import lock_work, lock_work_with_policy, refuse_own_claim
from domain.claims.models import Claim
from domain.claims.notices import subject_of, tell_customer
from domain.claims.refusals import (
    AboveAuthority,
    AbovePayable,
    BelowPromise,
    FraudNotConfirmed,
    NothingPayable,
    ReferralOpen,
    SameManager,
)
from domain.claims.reserving import hold
from domain.claims.terms import SUSPECTED, ClaimAction, ClaimState, DeclineCode, ReferralState, ReserveReason
from domain.claims.usage import Usage, usage_of
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.money import Money
from domain.kernel.refusals import Invalid
from domain.kernel.rows import save_changes
from domain.staff.authority import AuthorityKind, authority


async def approve(
    claim_id: UUID, *, amount: Money | None, reason: str | None = None, expected_version: int, actor: Actor
) -> Claim:
    """Grants an amount, all that the contract pays when none is named; what other claims used meanwhile is gone.

    Nothing is paid: the customer is told, and the agreement requests the payout. Less than the contract pays needs a
    reason. All that was decided for the same loss counts toward the decider's limit. What was advanced, and what is
    promised to a repairer, is part of the amount, which cannot be less.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, AssignedToAnother, ReferralOpen, OwnClaim, NothingPayable,
    AbovePayable, BelowPromise, AboveAuthority, ClearanceMissing, OwnClearance; Invalid for an amount not above zero, in
    another currency, or less without a reason.
    Source: Insurance Law Art. 23, 55.
    """
    async with transaction():
        policy, claim = await lock_work_with_policy(claim_id, actor, expected_version)
        CLAIM_LIFECYCLE.step(claim.state, ClaimAction.APPROVE, actor)
        await refuse_interested(claim, actor)
        usage = await usage_of(claim, policy)
        available = _available(claim, usage)
        expect_unsuspected(claim)
        granted = _granted(claim, amount, available)
        if granted < available and not reason:
            raise Invalid(constraint="required", path=("input", "reason"))
        await _expect_authority(claim, granted, usage, actor)
        await lapse(claim, actor)
        await drop(claim, actor)
        action = ClaimAction.APPROVE if granted == available else ClaimAction.APPROVE_IN_PART
        claim.state = CLAIM_LIFECYCLE.step(claim.state, action, actor)
        claim.payable_minor = (paid_before(claim) + available).minor
        claim.approved_minor = granted.minor
        await hold(claim, granted.minor - advanced_and_paid(claim), ReserveReason.APPROVED, actor)
        changed = _decide(claim, reason, actor)
        await save_changes(claim, "payable_minor", "approved_minor", *changed)
        await record(
            "claim:approve",
            subject_of(claim),
            actor,
            before={"state": ClaimState.DECISION_PENDING},
            after={"state": claim.state, "approved_minor": granted.minor, "decision_no": claim.decision_no},
            reason=reason,
        )
        await _tell_granted(claim, granted, actor)
    return claim


async def _tell_granted(claim: Claim, granted: Money, actor: Actor) -> None:
    if claim.advanced_minor == 0:
        await tell_customer(claim, "CLAIM_APPROVED", actor, amount=str(granted))
        return
    advanced = Money(claim.advanced_minor, claim.currency)
    await tell_customer(
        claim, "CLAIM_APPROVED_AFTER_ADVANCE", actor, amount=str(granted), advanced=str(advanced),
        rest=str(granted - advanced),
    )  # fmt: skip


def expect_unsuspected(claim: Claim) -> None:
    """Lets nothing be granted while risk looks at a claim, nor once it found it false.

    Raises: ReferralOpen.
    """
    if claim.referral in SUSPECTED:
        raise ReferralOpen


async def refuse_interested(claim: Claim, actor: Actor) -> None:
    """The handler was judged when the claim was given to him or her; who else decides is judged now.

    Raises: OwnClaim.
    """
    if actor.staff_id != claim.handler_id:
        await refuse_own_claim(claim, actor.staff_id)


def _available(claim: Claim, usage: Usage) -> Money:
    """What the contract still pays: the assessed amount within what is left of the term, less what was paid before.

    What was advanced toward this decision and what is promised to a repairer are part of it, and stand whatever other
    claims used meanwhile.
    """
    most = Money(claim.payable_minor or 0, claim.currency)
    if claim.term_limit_minor is not None:
        left = rules.left_of(Money(claim.term_limit_minor, claim.currency), usage.by_others)
        most = min(most, left, key=lambda money: money.minor)
    if claim.count_limit is not None and usage.same_year >= claim.count_limit:
        most = Money(0, claim.currency)
    most = max(most, committed(claim), key=lambda money: money.minor)
    available = most - paid_before(claim)
    if available.minor == 0:
        raise NothingPayable
    return available


def _granted(claim: Claim, amount: Money | None, available: Money) -> Money:
    if amount is None:
        return available
    if amount.currency is not claim.currency:
        raise Invalid(constraint="currency", limit=claim.currency, path=("input", "amount"))
    if amount.minor <= 0:
        raise Invalid(constraint="min", limit="0.01", path=("input", "amount"))
    if amount > available:
        raise AbovePayable(available=available, path=("input", "amount"))
    if amount < spoken_for(claim):
        raise BelowPromise(available=spoken_for(claim), path=("input", "amount"))
    return amount


async def _expect_authority(claim: Claim, granted: Money, usage: Usage, actor: Actor) -> None:
    """What was advanced is among what was decided for the same loss already, and weighs once."""
    more = granted - Money(claim.advanced_minor, claim.currency)
    weight = rules.counts_toward_authority(more, usage.same_loss)
    await expect_cleared(claim, weight, actor, claim.seconded_by)
    seconded = Money(claim.seconded_minor or 0, claim.currency)
    await expect_authority(weight, actor, is_seconded=granted <= seconded, seconded_by=claim.seconded_by)


async def expect_authority(weight: Money, actor: Actor, *, is_seconded: bool, seconded_by: UUID | None) -> None:
    """Lets somebody decide within his or her limit, or a manager above it with the word of another manager.

    Raises: AboveAuthority, SameManager.
    """
    limit = await authority(actor.staff_id, AuthorityKind.CLAIM_DECISION, clock.now())
    if weight <= limit:
        return
    if seconded_by is None or not is_seconded or not actor.has(Role.CLAIMS_MANAGER):
        raise AboveAuthority(limit=limit)
    if seconded_by == actor.staff_id:
        raise SameManager


def _decide(claim: Claim, reason: str | None, actor: Actor) -> tuple[str, ...]:
    claim.decision_no += 1
    claim.decision_reason = reason
    claim.decided_by, claim.decided_at = actor.staff_id, clock.now()
    return ("state", "reserve_minor", "decision_no", "decision_reason", "decided_by", "decided_at")


async def second(claim_id: UUID, *, amount: Money, reason: str, expected_version: int, actor: Actor) -> Claim:
    """A manager's word for an amount above what one manager may decide; another manager then approves it.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, ReferralOpen, OwnClaim, NothingPayable, AbovePayable,
    Invalid.
    """
    async with transaction():
        policy, claim = await lock_work_with_policy(claim_id, actor, expected_version)
        claim.state = CLAIM_LIFECYCLE.step(claim.state, ClaimAction.SECOND, actor)
        await refuse_interested(claim, actor)
        available = _available(claim, await usage_of(claim, policy))
        expect_unsuspected(claim)
        seconded = _granted(claim, amount, available)
        claim.seconded_by, claim.seconded_minor = actor.staff_id, seconded.minor
        await save_changes(claim, "seconded_by", "seconded_minor")
        await record("claim:second", subject_of(claim), actor, after={"seconded_minor": seconded.minor}, reason=reason)
    return claim


async def decline(
    claim_id: UUID, *, code: DeclineCode, clause: str, reason: str, expected_version: int, actor: Actor
) -> Claim:
    """Declines a claim with a coded reason, the clause and a text; the notice goes out in the same commit.

    Only people decline: no worker has this step (PIPL Art. 24), and no suspicion is a reason.

    What was advanced must have been taken back before. A fraud forfeits what has not arrived, and what came back; what
    has arrived stays paid until it is recovered. What was promised to a repairer stands, and is held until the claim
    is closed.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, AssignedToAnother, OwnClaim, FraudNotConfirmed,
    AdvanceGranted, PaymentUnderWay. Source: Insurance Law Art. 24, 27.
    """
    async with transaction():
        claim = await lock_work(claim_id, actor, expected_version)
        claim.state = CLAIM_LIFECYCLE.step(claim.state, ClaimAction.DECLINE, actor)
        await refuse_interested(claim, actor)
        if code is DeclineCode.FRAUD and claim.referral is not ReferralState.CONFIRMED:
            raise FraudNotConfirmed
        await lapse(claim, actor)
        await drop(claim, actor)
        if code is DeclineCode.FRAUD:
            await forfeit(claim, actor)
        refuse_advanced(claim)
        await save_changes(claim, *COUNTED, *await take_decline(claim, code, clause, reason, actor))
        await record(
            "claim:decline",
            subject_of(claim),
            actor,
            before={"state": ClaimState.DECISION_PENDING},
            after={"state": claim.state, "decline_code": code, "decline_clause": clause},
            reason=reason,
        )
        await tell_customer(claim, "CLAIM_DECLINED", actor, reason=reason, clause=clause)
        await decline_watching.start(claim, actor)
    return claim


async def take_decline(claim: Claim, code: DeclineCode, clause: str, reason: str, actor: Actor) -> tuple[str, ...]:
    """Notes on a locked claim that it is declined, for what and by whom; the columns that the caller saves."""
    claim.decline_code, claim.decline_clause = code, clause
    await hold(claim, claim.repair_minor - claim.spared_minor, ReserveReason.DECLINED, actor)
    changed = _decide(claim, reason, actor)
    claim.answered_at = claim.decided_at
    return ("decline_code", "decline_clause", "answered_at", *changed)
