"""What a claim that risk found false is owed no more: payments that have not left, and money that came back.

Money that arrived stays paid, and an expense, until it is recovered. A repairer's part is the repairer's.
Source: Insurance Law Art. 27.
"""

from __future__ import annotations

from uuid import UUID

from domain.audit.entries import record
from domain.claims.lifecycle import ADVANCE_LIFECYCLE
from domain.claims.models import Advance, Claim
from domain.claims.notices import subject_of
from domain.claims.terms import ADVANCE_INSTALMENT, COMMITTED, AdvanceAction, AdvanceState, ClaimState, DeclineCode
from domain.kernel.actor import Actor
from domain.kernel.money import Money
from domain.kernel.rows import lock_row, save_changes
from domain.payouts.cancelling import Forgone, cancel_owed

COUNTED = ("paid_minor", "advanced_minor", "advance_due_minor")
"""Amounts of a claim that forfeiting changes; the caller saves them."""


async def forfeit(claim: Claim, actor: Actor) -> Money:
    """Cancels what a locked claim is still owed to its customer, and counts it out of the claim; how much that is.

    The caller saves COUNTED.

    Raises: PaymentUnderWay while the bank may be paying some of it.
    """
    found = await cancel_owed(subject_of(claim), actor=actor)
    for each in found:
        if each.instalment == ADVANCE_INSTALMENT:
            await _forfeit_advance(claim, each, actor)
        elif _was_counted(claim, each):
            claim.paid_minor -= each.amount.minor
    return Money(sum(each.amount.minor for each in found), claim.currency)


async def forfeit_returned(claim_id: UUID, actor: Actor) -> bool:
    """Forfeits what came back of a claim that was declined for fraud; whether it was. In the current transaction."""
    claim = await lock_row(Claim, claim_id)
    if claim is None or claim.decline_code is not DeclineCode.FRAUD:
        return False
    await forfeit(claim, actor)
    await save_changes(claim, *COUNTED)
    return True


def _was_counted(claim: Claim, forgone: Forgone) -> bool:
    """Whether a decision was counted as paid: all are, but one whose money has not arrived yet."""
    return claim.state not in COMMITTED or forgone.decision_no < claim.decision_no


async def _forfeit_advance(claim: Claim, forgone: Forgone, actor: Actor) -> None:
    mine = Advance.select_for_update(no_key=True).filter(claim_id=claim.id, round=forgone.decision_no)
    advance = await mine.exclude(state=AdvanceState.TAKEN_BACK).get()
    before = advance.state
    machine = Actor.system("claims.forfeit", actor.party)
    advance.state = ADVANCE_LIFECYCLE.step(before, AdvanceAction.FORFEIT, machine)
    await save_changes(advance, "state")
    count_out(claim, advance, was_paid=before is AdvanceState.PAID)
    await record(
        "advance:forfeit", subject_of(claim), actor, before={"advance": before}, after={"advance": advance.state}
    )


def count_out(claim: Claim, advance: Advance, *, was_paid: bool) -> None:
    """Counts an advance out of its claim, and out of the decision that is due or was taken last if it is of that."""
    minor = advance.amount_minor or 0
    if was_paid:
        claim.paid_minor -= minor
    else:
        claim.advance_due_minor -= minor
    is_granted = claim.state in (*COMMITTED, ClaimState.PAID)
    if advance.round >= claim.decision_no + (0 if is_granted else 1):
        claim.advanced_minor -= minor
