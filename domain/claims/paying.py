"""What every payment that a claim causes is subject to, to whomever it goes."""

from __future__ import annotations

from uuid import UUID

from domain.claims.models import Claim
from domain.claims.terms import SUSPECTED
from domain.payouts.terms import HoldReason


def barred_from_paying(claim: Claim, *others: UUID | None) -> set[UUID]:
    """Who had a part in a claim and may neither make nor approve a payout of it, and `others` who decided about it."""
    people = (claim.handler_id, claim.proposed_by, claim.seconded_by, claim.decided_by, *others)
    return {each for each in people if each}


def stopped_by(claim: Claim) -> HoldReason | None:
    """Why nothing of a claim goes to the bank for now: it is under suspicion, or was found false."""
    return HoldReason.REFERRED if claim.referral in SUSPECTED else None
