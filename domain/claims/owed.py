"""What of a claim is owed still when its payment came back: asked before it is paid again, or the claim closed."""

from __future__ import annotations

from domain.claims.models import Advance, Claim
from domain.claims.paying import stopped_by
from domain.claims.refusals import AdvanceTakenBack, MoneyReturned
from domain.claims.terms import ADVANCE_INSTALMENT, AdvanceState, ReferralState
from domain.kernel.database import fetch_one
from domain.kernel.rows import lock_row
from domain.kernel.subject import SubjectKind
from domain.payouts.models import Payout
from domain.payouts.terms import HoldReason

OWED = (AdvanceState.APPROVED, AdvanceState.PAID)
"""States of an advance whose money is, or stays, its customer's."""
RETURNED = f"""
  {{row}}.referral <> '{ReferralState.CONFIRMED}' AND EXISTS (
    SELECT FROM payout p WHERE (p.subject_id = {{row}}.id OR p.matter_id = {{row}}.id) AND p.state = 'REVERSED'
      AND NOT EXISTS (
        SELECT FROM payout o WHERE o.subject_id = p.subject_id AND o.decision_no = p.decision_no
          AND o.instalment = p.instalment AND o.state = 'SETTLED')
      AND (p.instalment <> {ADVANCE_INSTALMENT} OR EXISTS (
        SELECT FROM advance a WHERE a.claim_id = {{row}}.id AND a.round = p.decision_no
          AND a.state IN ({", ".join(f"'{state}'" for state in OWED)}))))
"""
"""Whether money of the claim `{row}` came back, to whomever it went, and the bank has not paid it again.

An advance that was taken back is owed no more, and nothing is that risk found false.
"""


async def still_owed(payout: Payout) -> HoldReason | None:
    """Locks the claim that a payout or its matter is, if it is one; a suspicion about it stops what is paid again.

    Raises: AdvanceTakenBack.
    """
    claim_id = payout.subject_id if payout.subject_kind is SubjectKind.CLAIM else payout.matter_id
    claim = await lock_row(Claim, claim_id) if claim_id else None
    if claim is None:
        return None
    if payout.instalment == ADVANCE_INSTALMENT and not await _is_of_advance(payout, claim):
        raise AdvanceTakenBack
    return stopped_by(claim)


async def _is_of_advance(payout: Payout, claim: Claim) -> bool:
    """Whether a payout is what its advance is paid by, or what was asked for anew since; not of one taken back."""
    same = Advance.filter(claim_id=claim.id, round=payout.decision_no, payout_id__lte=payout.id)
    return await same.filter(state__in=OWED).exists()


async def has_returned(claim: Claim) -> bool:
    """Whether money of a locked claim came back and was not paid again, in the current transaction."""
    statement = f"SELECT {RETURNED.replace('{row}', 'c')} AS found FROM claim c WHERE c.id = $1::uuid"
    row = await fetch_one(statement, claim.id)
    return row is not None and bool(row["found"])


async def refuse_returned(claim: Claim) -> None:
    """Keeps a claim from being closed while money that came back is owed.

    Raises: MoneyReturned.
    """
    if await has_returned(claim):
        raise MoneyReturned
