"""The case reserve 未决赔款准备金: what is still held for a claim, and a row for every change of it."""

from __future__ import annotations

from domain.claims.models import Claim, ReserveChange
from domain.claims.terms import ReserveReason
from domain.kernel.actor import Actor


async def hold(claim: Claim, minor: int, reason: ReserveReason, actor: Actor) -> None:
    """Sets the reserve of a locked claim and notes the change; the caller saves `reserve_minor`.

    Units: `minor` are minor units of the claim's currency; below zero counts as zero.
    """
    held = max(0, minor)
    if held == claim.reserve_minor:
        return
    await ReserveChange.create(
        claim_id=claim.id,
        currency=claim.currency,
        before_minor=claim.reserve_minor,
        after_minor=held,
        reason=reason,
        changer_id=actor.staff_id,
        changed_by=actor.label,
    )
    claim.reserve_minor = held
