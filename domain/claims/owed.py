"""What of a claim is owed still when its payment came back, said to whoever pays it again."""

from __future__ import annotations

from domain.claims.advancing import INSTALMENT
from domain.claims.models import Advance, Claim
from domain.claims.refusals import AdvanceTakenBack
from domain.claims.terms import SUSPECTED, AdvanceState
from domain.kernel.rows import lock_row
from domain.kernel.subject import SubjectKind
from domain.payouts.models import Payout
from domain.payouts.terms import HoldReason

OWED = (AdvanceState.APPROVED, AdvanceState.PAID)
"""States of an advance whose money is, or stays, its customer's."""


async def still_owed(payout: Payout) -> HoldReason | None:
    """Locks the claim that a payout or its matter is, if it is one; a suspicion about it stops what is paid again.

    Raises: AdvanceTakenBack.
    """
    claim_id = payout.subject_id if payout.subject_kind is SubjectKind.CLAIM else payout.matter_id
    claim = await lock_row(Claim, claim_id) if claim_id else None
    if claim is None:
        return None
    if payout.instalment == INSTALMENT and not await Advance.filter(payout_id=payout.id, state__in=OWED).exists():
        raise AdvanceTakenBack
    return HoldReason.FRAUD if claim.referral in SUSPECTED else None
