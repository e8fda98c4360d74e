"""Changes of the compliance reviews of major claims."""

from __future__ import annotations

import strawberry

from api.changes import Changed, change, changed, takers
from api.claims import inputs
from api.claims.types import Clearance
from api.inputs import row_id
from domain.claims import clearing
from domain.claims.lifecycle import CLEARANCE_LIFECYCLE
from domain.claims.reading import CLEARANCE
from domain.claims.terms import ClearanceAction
from domain.kernel.actor import Actor


@change(*takers(CLEARANCE_LIFECYCLE, ClearanceAction.GIVE), for_ever=True, clearance=Clearance)
async def clearance_give(given: inputs.ClearanceGiveInput, actor: Actor) -> Changed:
    """Clears the amount of a major claim 合规审查通过, so that it may be granted."""
    clearance = await clearing.give(
        row_id(CLEARANCE.prefix, given.clearance_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(clearance=clearance.id)


@change(*takers(CLEARANCE_LIFECYCLE, ClearanceAction.RETURN), for_ever=True, clearance=Clearance)
async def clearance_return(given: inputs.ClearanceReturnInput, actor: Actor) -> Changed:
    """Returns a major claim with what compliance found 合规审查退回."""
    clearance = await clearing.send_back(
        row_id(CLEARANCE.prefix, given.clearance_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(clearance=clearance.id)


@strawberry.type
class ClaimClearancesMutations:
    """Changes of the compliance reviews of major claims."""

    clearance_give = clearance_give
    clearance_return = clearance_return
