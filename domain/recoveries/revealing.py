"""Showing the name of a third party in plain: to whoever pursues the demand, for a reason, audited."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from domain.audit.entries import record
from domain.audit.models import AuditEntry
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import take_turns, transaction
from domain.kernel.refusals import Forbidden, Invalid, TooManyAttempts
from domain.kernel.rows import get_visible
from domain.kernel.sealing import unseal
from domain.recoveries.claims import take_claim
from domain.recoveries.lifecycle import STAFF
from domain.recoveries.models import Subrogation
from domain.recoveries.reading import SUBROGATION
from domain.recoveries.subrogating import PARTY, subject_of

ACTION = "subrogation:reveal"
MAX_AN_HOUR = 30
HOUR = timedelta(hours=1)


async def reveal_party(subrogation_id: UUID, *, reason: str, actor: Actor) -> str:
    """The third party's name, for whoever works on its claim.

    Raises: Forbidden, NotFound, AssignedToAnother, OwnClaim; Invalid without a reason; TooManyAttempts above 30 in an
    hour. Source: PIPL Art. 51.
    """
    if not actor.has(*STAFF):
        raise Forbidden(permission=ACTION)
    if not reason.strip():
        raise Invalid("required", path=("input", "reason"))
    async with transaction():
        row = await get_visible(Subrogation, SUBROGATION, subrogation_id, actor)
        await take_claim(row.claim_id, actor)
        await take_turns(f"{ACTION}:{actor.label}")
        since = clock.now() - HOUR
        if await AuditEntry.filter(actor=actor.label, action=ACTION, at__gte=since).count() >= MAX_AN_HOUR:
            raise TooManyAttempts(retry_at=clock.now() + HOUR)
        await record(ACTION, subject_of(row), actor, after={"mask": row.party_mask}, reason=reason)
        return unseal(PARTY, row.id, row.party_sealed)
