"""Taking back what is owed no more: payments that have not left, and money that came back and waits."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from domain.audit.entries import record
from domain.kernel.actor import Actor
from domain.kernel.money import Money
from domain.kernel.rows import save_changes
from domain.kernel.subject import Subject
from domain.ledger.posting import post
from domain.payouts.lifecycle import PAYOUT_LIFECYCLE
from domain.payouts.locks import subject_of
from domain.payouts.models import Payout
from domain.payouts.refusals import PaymentUnderWay
from domain.payouts.rules import granted_lines
from domain.payouts.terms import IN_FLIGHT, PayoutAction, PayoutState

TAKEN_BACK = "claim:taken_back"


@dataclass(frozen=True, slots=True)
class Forgone:
    """What a decision about a source granted, and nobody is owed any more."""

    decision_no: int
    instalment: int
    amount: Money


async def cancel_owed(source: Subject, *, actor: Actor, part: tuple[int, int] | None = None) -> list[Forgone]:
    """Cancels what the bank has not paid of a claim's own payouts, and what came back of the others: all of it, or one
    `part`, which is a decision and an instalment.

    What was paid stays paid. What a repairer gets is no payout of the claim, and not touched. The expense is taken out
    of the books, in the current transaction; the caller holds the claim's lock.

    Raises: PaymentUnderWay while the bank may be paying one of them.
    """
    mine = Payout.select_for_update(no_key=True).filter(subject_kind=source.kind, subject_id=source.id)
    if part is not None:
        mine = mine.filter(decision_no=part[0], instalment=part[1])
    rows = await mine.exclude(state=PayoutState.CANCELLED).order_by("decision_no", "instalment", "id")
    parts = [list(each) for _, each in groupby(rows, lambda row: (row.decision_no, row.instalment))]
    return [await _cancel(source, each, actor) for each in parts if _is_owed(each[-1])]


def _is_owed(latest: Payout) -> bool:
    """Whether a part is still to be paid, by its latest payout.

    Raises: PaymentUnderWay.
    """
    if latest.state in IN_FLIGHT:
        raise PaymentUnderWay
    return latest.state is not PayoutState.SETTLED


async def _cancel(source: Subject, payouts: list[Payout], actor: Actor) -> Forgone:
    """One part, which may have been paid, come back and asked for anew: it is one expense."""
    machine = Actor.system("payouts.cancel", actor.party)
    for payout in payouts:
        before = payout.state
        payout.state = PAYOUT_LIFECYCLE.step(before, PayoutAction.CANCEL, machine)
        payout.hold_reason = payout.held_until = None
        await save_changes(payout, "state", "hold_reason", "held_until")
        await record(
            "payout:cancel", subject_of(payout), actor, before={"state": before}, after={"state": payout.state}
        )
    latest = payouts[-1]
    amount = Money(latest.amount_minor, latest.currency)
    lines, key = granted_lines(-amount), f"payout:{latest.id}:taken_back"
    await post(kind=TAKEN_BACK, subject=source, lines=lines, actor=actor, key=key)
    return Forgone(latest.decision_no, latest.instalment, amount)
