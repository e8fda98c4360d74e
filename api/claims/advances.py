"""Changes of advances toward claims."""

from __future__ import annotations

import strawberry

from api.changes import Changed, change, changed, takers
from api.claims import inputs
from api.claims.types import Advance, Claim
from api.inputs import row_id
from domain.claims import advancing
from domain.claims.lifecycle import ADVANCE_LIFECYCLE
from domain.claims.reading import ADVANCE
from domain.claims.terms import AdvanceAction
from domain.kernel.actor import Actor


@change(*takers(ADVANCE_LIFECYCLE, AdvanceAction.SECOND), for_ever=True, advance=Advance)
async def advance_second(given: inputs.AdvanceSecondInput, actor: Actor) -> Changed:
    """A manager's word for an advance above what one manager may decide; another manager then approves it."""
    advance = await advancing.second(
        row_id(ADVANCE.prefix, given.advance_id),
        amount=given.amount.money("input", "amount"),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(advance=advance.id)


@change(*takers(ADVANCE_LIFECYCLE, AdvanceAction.APPROVE), for_ever=True, advance=Advance, claim=Claim)
async def advance_approve(given: inputs.AdvanceApproveInput, actor: Actor) -> Changed:
    """Grants an advance 先予支付 within one's authority and requests its payout (Insurance Law Art. 25)."""
    advance = await advancing.approve(
        row_id(ADVANCE.prefix, given.advance_id),
        amount=given.amount.money("input", "amount"),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(advance=advance.id, claim=advance.claim_id)


@change(*takers(ADVANCE_LIFECYCLE, AdvanceAction.REFUSE), for_ever=True, advance=Advance)
async def advance_refuse(given: inputs.AdvanceRefuseInput, actor: Actor) -> Changed:
    """Refuses an advance; none is proposed anew before the claim is decided."""
    advance = await advancing.refuse(
        row_id(ADVANCE.prefix, given.advance_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(advance=advance.id)


@change(*takers(ADVANCE_LIFECYCLE, AdvanceAction.TAKE_BACK), for_ever=True, advance=Advance, claim=Claim)
async def advance_take_back(given: inputs.AdvanceTakeBackInput, actor: Actor) -> Changed:
    """Says that an advance whose payment came back counts no more toward the claim."""
    advance = await advancing.take_back(
        row_id(ADVANCE.prefix, given.advance_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(advance=advance.id, claim=advance.claim_id)


@strawberry.type
class ClaimAdvancesMutations:
    """Changes of advances toward claims."""

    advance_second = advance_second
    advance_approve = advance_approve
    advance_refuse = advance_refuse
    advance_take_back = advance_take_back
