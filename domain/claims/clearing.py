"""The compliance review of major claims 合规审查: nothing is granted or promised before compliance cleared its amount.

Whoever clears it neither proposes nor seconds nor decides it, and the clearance counts for no more than its amount.
"""

from __future__ import annotations

from uuid import UUID

from domain.audit.entries import record
from domain.claims import rules
from domain.claims.lifecycle import CLEARANCE_LIFECYCLE
from domain.claims.locks import refuse_own_claim
from domain.claims.models import Claim, Clearance
from domain.claims.notices import subject_of, tell_compliance
from domain.claims.reading import CLAIM, CLEARANCE
from domain.claims.refusals import ClearanceMissing, OwnClearance
from domain.claims.terms import ClearanceAction, ClearanceState
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.money import Money
from domain.kernel.rows import expect_version, get_visible, lock_visible, save_changes

LIVE = (ClearanceState.REQUESTED, ClearanceState.GIVEN)


async def request(claim: Claim, amount: Money, actor: Actor) -> None:
    """Has compliance look at a locked claim whose loss is to cost so much in all; what was cleared for less is void.

    Nothing is asked for an amount that needs no clearance, or that was cleared for the same decision.
    """
    found = await _live(claim)
    if found is not None and found.state is ClearanceState.GIVEN and amount.minor <= found.amount_minor:
        return
    if found is not None:
        await _void(found, claim, actor)
    if not rules.is_major(amount):
        return
    await Clearance.create(
        claim_id=claim.id,
        round=claim.decision_no + 1,
        state=CLEARANCE_LIFECYCLE.initial,
        currency=claim.currency,
        amount_minor=amount.minor,
        requested_by=actor.staff_id,
    )
    await record("clearance:request", subject_of(claim), actor, after={"amount_minor": amount.minor})
    await tell_compliance(claim, actor)


async def request_beside(claim: Claim, amount: Money, actor: Actor) -> None:
    """The same for part of a loss, whose whole may be asked about: what waits for as much is not asked anew."""
    found = await _live(claim)
    if found is None or found.amount_minor < amount.minor:
        await request(claim, amount, actor)


async def drop(claim: Claim, actor: Actor) -> None:
    """Ends the question of a clearance that is not answered, before its locked claim is decided or taken back."""
    found = await _live(claim)
    if found is not None and found.state is ClearanceState.REQUESTED:
        await _void(found, claim, actor)


async def _void(clearance: Clearance, claim: Claim, actor: Actor) -> None:
    before = clearance.state
    machine = Actor.system("claims.void_clearance", actor.party)
    clearance.state = CLEARANCE_LIFECYCLE.step(before, ClearanceAction.VOID, machine)
    await save_changes(clearance, "state")
    await record(
        "clearance:void", subject_of(claim), actor, before={"clearance": before}, after={"clearance": clearance.state}
    )


async def _live(claim: Claim) -> Clearance | None:
    mine = Clearance.select_for_update(no_key=True).filter(claim_id=claim.id, round=claim.decision_no + 1)
    return await mine.filter(state__in=LIVE).first()


async def expect_cleared(claim: Claim, amount: Money, actor: Actor, seconded_by: UUID | None) -> None:
    """Lets an amount that the loss of a locked claim is to cost in all be granted only if as much was cleared.

    Raises: ClearanceMissing; OwnClearance for whoever cleared it, or seconded what he or she cleared.
    """
    if not rules.is_major(amount):
        return
    found = await _live(claim)
    if found is None or found.state is not ClearanceState.GIVEN or found.amount_minor < amount.minor:
        raise ClearanceMissing
    if found.judge_id in {actor.staff_id, seconded_by, claim.proposed_by}:
        raise OwnClearance


async def give(clearance_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> Clearance:
    """Clears the amount of a major claim.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, OwnClaim, OwnClearance.
    """
    return await _judge(clearance_id, ClearanceAction.GIVE, reason, expected_version, actor)


async def send_back(clearance_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> Clearance:
    """Returns a major claim with what compliance found; it is asked anew with the next proposal or estimate.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, OwnClaim, OwnClearance.
    """
    return await _judge(clearance_id, ClearanceAction.RETURN, reason, expected_version, actor)


async def _judge(
    clearance_id: UUID, action: ClearanceAction, reason: str, expected_version: int, actor: Actor
) -> Clearance:
    async with transaction():
        seen = await get_visible(Clearance, CLEARANCE, clearance_id, actor)
        claim = await lock_visible(Claim, CLAIM, seen.claim_id, actor)
        clearance = await lock_visible(Clearance, CLEARANCE, clearance_id, actor)
        expect_version(clearance, expected_version)
        before = clearance.state
        clearance.state = CLEARANCE_LIFECYCLE.step(before, action, actor)
        await refuse_own_claim(claim, actor.staff_id)
        if actor.staff_id in {clearance.requested_by, claim.proposed_by, claim.seconded_by, claim.handler_id}:
            raise OwnClearance
        clearance.judge_id, clearance.judged_at, clearance.finding = actor.staff_id, clock.now(), reason
        await save_changes(clearance, "state", "judge_id", "judged_at", "finding")
        await record(
            f"clearance:{action.lower()}",
            subject_of(claim),
            actor,
            before={"clearance": before},
            after={"clearance": clearance.state, "amount_minor": clearance.amount_minor},
            reason=reason,
        )
    return clearance
