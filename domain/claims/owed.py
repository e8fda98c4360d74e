"""What of a claim is owed still when its payment came back: asked before it is paid again, or the claim closed."""

from __future__ import annotations

from domain.claims.models import Claim
from domain.claims.paying import stopped_by
from domain.claims.refusals import MoneyReturned
from domain.claims.terms import ANSWERED, ClaimState, ReferralState
from domain.kernel.database import fetch_one
from domain.kernel.rows import lock_row
from domain.kernel.subject import SubjectKind
from domain.payouts.models import Payout
from domain.payouts.terms import HoldReason

_CAME_BACK = """p.state = 'REVERSED' AND NOT EXISTS (
    SELECT FROM payout o WHERE o.subject_id = p.subject_id AND o.decision_no = p.decision_no
      AND o.instalment = p.instalment AND o.state = 'SETTLED')"""
RETURNED = f"""
  EXISTS (SELECT FROM payout p WHERE (p.subject_id = {{row}}.id OR p.matter_id = {{row}}.id) AND {_CAME_BACK})
"""
"""Whether money of the claim `{row}` came back, to whomever it went, and the bank has not paid it again.

What is owed no more is cancelled: an advance that was taken back, and what a false claim was granted.
"""


OWES_ITS_CUSTOMER = f"""
  {{row}}.advance_due_minor > 0 OR EXISTS (SELECT FROM payout p WHERE p.subject_id = {{row}}.id AND {_CAME_BACK})
"""
"""Whether something is left to take back of the claim `{row}`, which is paid or declined."""


async def still_owed(payout: Payout) -> HoldReason | None:
    """Locks the claim that a payout or its matter is, if any, and tells why nothing of it is paid for now."""
    claim = await _lock_claim_of(payout)
    return stopped_by(claim) if claim else None


async def still_kept(payout: Payout) -> HoldReason | None:
    """The same, for who lets a payout go that was kept back; a claim that was found false keeps back what it grants.

    A repairer's pay, and the customer's part of salvage, are owed all the same once the claim is answered.
    """
    claim = await _lock_claim_of(payout)
    if claim is None:
        return None
    is_granted_on_it, is_judged = payout.subject_id == claim.id, claim.referral is ReferralState.CONFIRMED
    if is_judged and claim.state in (*ANSWERED, ClaimState.CLOSED) and not is_granted_on_it:
        return None
    return stopped_by(claim)


async def _lock_claim_of(payout: Payout) -> Claim | None:
    claim_id = payout.subject_id if payout.subject_kind is SubjectKind.CLAIM else payout.matter_id
    return await lock_row(Claim, claim_id) if claim_id else None


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
