"""What the timeline of a claim shows."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.enums import described
from api.node import Node
from api.reading import fields
from api.staff.types import Staff
from domain.timelines.reading import CLAIM_EVENT
from domain.timelines.terms import ClaimEventKind, EventParty

if TYPE_CHECKING:
    from api.claims.types import Claim

described(ClaimEventKind)
described(EventParty)


@fields.entity_type(CLAIM_EVENT)
class ClaimEvent(Node):
    """One event of a claim 理赔事件; you see those that concern you."""

    kind: ClaimEventKind = fields.bound("What happened.")
    at: datetime = fields.bound("When it happened.")
    party: EventParty = fields.bound("Whose doing it was.")
    message: str = fields.bound("What happened, as a sentence in your language.")
    staff: Staff | None = fields.bound("Which member of staff did it; for staff.")
    claim: Annotated[Claim, strawberry.lazy("api.claims.types")] | None = fields.bound("The claim.")
