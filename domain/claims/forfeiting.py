"""What a claim that risk found false is owed no more: payments that have not left, and money that came back.

Money that arrived stays paid, and an expense, until it is recovered. A repairer's part is the repairer's.
Source: Insurance Law Art. 27.
"""

from __future__ import annotations

from uuid import UUID

from domain.claims.advances import end
from domain.claims.models import Advance, Claim
from domain.claims.notices import subject_of
from domain.claims.terms import ADVANCE_INSTALMENT, AdvanceAction, AdvanceState, DeclineCode
from domain.kernel.actor import Actor
from domain.kernel.money import Money
from domain.kernel.rows import lock_row, save_changes
from domain.payouts.cancelling import cancel_owed
from domain.payouts.refusals import PaymentUnderWay

COUNTED = ("paid_minor", "advanced_minor", "advance_due_minor")
"""Amounts of a claim that forfeiting changes; the caller saves them."""


async def forfeit(claim: Claim, actor: Actor, *, unpaid_decision: int | None = None) -> Money:
    """Cancels what a locked claim is still owed to its customer, and counts it out of the claim; how much that is.

    `unpaid_decision` is the number of one that is granted and not recorded as paid; all others were. The caller saves
    COUNTED.

    Raises: PaymentUnderWay while the bank may be paying some of it, or has paid what is not recorded yet.
    """
    forgone = Money(0, claim.currency)
    parts, advances = await cancel_owed(subject_of(claim), actor=actor), await _advances(claim)
    for part in parts:
        advance = advances[part.decision_no] if part.instalment == ADVANCE_INSTALMENT else None
        is_recorded = advance.state is AdvanceState.PAID if advance else part.decision_no != unpaid_decision
        if part.is_paid and not is_recorded:
            raise PaymentUnderWay
        if part.is_paid:
            continue
        if is_recorded:
            claim.paid_minor -= part.amount.minor
        elif advance is not None:
            claim.advance_due_minor -= part.amount.minor
        if advance is not None:
            await end(advance, AdvanceAction.FORFEIT, claim, actor)
        forgone += part.amount
    claim.advanced_minor = 0
    return forgone


async def _advances(claim: Claim) -> dict[int, Advance]:
    mine = Advance.select_for_update(no_key=True).filter(claim_id=claim.id).exclude(state=AdvanceState.TAKEN_BACK)
    return {each.round: each for each in await mine}


async def forfeit_returned(claim_id: UUID, actor: Actor) -> bool:
    """Forfeits what came back of a claim that was declined for fraud; whether it was. In the current transaction."""
    claim = await lock_row(Claim, claim_id)
    if claim is None or claim.decline_code is not DeclineCode.FRAUD:
        return False
    await forfeit(claim, actor)
    await save_changes(claim, *COUNTED)
    return True
