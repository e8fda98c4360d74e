"""Taking a reported loss up, or not, and giving it to a handler."""

from __future__ import annotations

from uuid import UUID

from domain.audit.entries import record
from domain.claims.lifecycle import CLAIM_LIFECYCLE
from domain.claims.locks import lock_work, refuse_own_claim
from domain.claims.models import Claim
from domain.claims.notices import subject_of, tell_customer
from domain.claims.reserving import hold
from domain.claims.terms import ClaimAction, ReserveReason
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.money import Money
from domain.kernel.refusals import Invalid
from domain.kernel.rows import save_changes
from domain.staff.models import Staff


async def register(claim_id: UUID, *, reserve: Money | None, expected_version: int, actor: Actor) -> Claim:
    """Takes a claim up: its handler is whoever does so, its case reserve the amount claimed unless another is given.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, OwnClaim; Invalid for a reserve in another currency.
    """
    async with transaction():
        claim = await lock_work(claim_id, actor, expected_version)
        before = claim.state
        claim.state = CLAIM_LIFECYCLE.step(claim.state, ClaimAction.REGISTER, actor)
        await refuse_own_claim(claim, actor.staff_id)
        claim.handler_id = actor.staff_id
        await hold(claim, _reserve_minor(claim, reserve), ReserveReason.REGISTERED, actor)
        await save_changes(claim, "state", "handler_id", "reserve_minor")
        await record(
            "claim:register",
            subject_of(claim),
            actor,
            before={"state": before},
            after={"state": claim.state, "handler_id": claim.handler_id, "reserve_minor": claim.reserve_minor},
        )
        await tell_customer(claim, "CLAIM_REGISTERED", actor)
    return claim


def _reserve_minor(claim: Claim, reserve: Money | None) -> int:
    if reserve is None:
        return claim.claimed_minor
    if reserve.currency is not claim.currency:
        raise Invalid(constraint="currency", limit=claim.currency, path=("input", "reserve"))
    if reserve.minor < 0:
        raise Invalid(constraint="min", limit="0", path=("input", "reserve"))
    return reserve.minor


async def refuse_registration(claim_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> Claim:
    """Does not take a claim up; the customer is told the reason.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, OwnClaim.
    """
    async with transaction():
        claim = await lock_work(claim_id, actor, expected_version)
        before = claim.state
        claim.state = CLAIM_LIFECYCLE.step(claim.state, ClaimAction.REFUSE_REGISTRATION, actor)
        claim.decision_reason = reason
        claim.answered_at = clock.now()
        await save_changes(claim, "state", "decision_reason", "answered_at")
        await record(
            "claim:refuse_registration",
            subject_of(claim),
            actor,
            before={"state": before},
            after={"state": claim.state},
            reason=reason,
        )
        await tell_customer(claim, "CLAIM_NOT_REGISTERED", actor, reason=reason)
    return claim


async def _expect_handler(staff_id: UUID) -> None:
    found = await Staff.filter(id=staff_id, active=True).first()
    if found is None or not {Role.CLAIMS_HANDLER, Role.CLAIMS_MANAGER}.intersection(found.roles):
        raise Invalid(constraint="claims_handler", path=("input", "handlerId"))


async def assign(claim_id: UUID, *, handler_id: UUID, reason: str, expected_version: int, actor: Actor) -> Claim:
    """Gives a claim to a handler who has no interest in it.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden; Invalid for nobody who handles claims; OwnClaim.
    """
    async with transaction():
        claim = await lock_work(claim_id, actor, expected_version)
        before = claim.handler_id
        claim.state = CLAIM_LIFECYCLE.step(claim.state, ClaimAction.ASSIGN, actor)
        await _expect_handler(handler_id)
        await refuse_own_claim(claim, handler_id)
        claim.handler_id = handler_id
        await save_changes(claim, "handler_id")
        await record(
            "claim:assign",
            subject_of(claim),
            actor,
            before={"handler_id": before},
            after={"handler_id": handler_id},
            reason=reason,
        )
    return claim
