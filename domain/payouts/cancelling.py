"""Taking back what is owed no more: payments that have not left, and money that came back and waits."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from domain.audit.entries import record
from domain.kernel.actor import Actor
from domain.kernel.money import Money
from domain.kernel.rows import save_changes
from domain.kernel.subject import Subject, SubjectKind
from domain.ledger.posting import post
from domain.payouts.lifecycle import PAYOUT_LIFECYCLE
from domain.payouts.locks import subject_of
from domain.payouts.models import Payout
from domain.payouts.refusals import PaymentUnderWay
from domain.payouts.rules import granted_lines
from domain.payouts.terms import IN_FLIGHT, PayoutAction, PayoutState

TAKEN_BACK = {SubjectKind.CLAIM: "claim:taken_back", SubjectKind.REPAIR_ORDER: "repair:taken_back"}
"""How the expense of a claim, or of its repair, is called in the ledger when it is none any more."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a decision granted by one payout, paid or cancelled."""

    decision_no: int
    instalment: int
    amount: Money
    is_paid: bool


async def cancel_owed(source: Subject, *, actor: Actor, part: tuple[int, int] | None = None) -> list[Part]:
    """Cancels what the bank has not paid of the payouts of a claim, or of a repair, and what came back of the others.

    Of all, or of one `part`: a decision and an instalment. What was paid stays paid; it is told, too. What a repairer
    gets is no payout of the claim, and not touched with those. The expense is taken out of the books, in the current
    transaction; the caller holds the source's lock.

    Raises: PaymentUnderWay while the bank may be paying one of them.
    """
    mine = Payout.select_for_update(no_key=True).filter(subject_kind=source.kind, subject_id=source.id)
    if part is not None:
        mine = mine.filter(decision_no=part[0], instalment=part[1])
    rows = await mine.exclude(state=PayoutState.CANCELLED).order_by("id")
    rows.sort(key=_part_of)
    return [await _cancel(source, list(each), actor) for _, each in groupby(rows, _part_of)]


def _part_of(payout: Payout) -> tuple[int, int]:
    return payout.decision_no, payout.instalment


async def _cancel(source: Subject, payouts: list[Payout], actor: Actor) -> Part:
    """One part, whose money may have come back and been asked for anew: it is one expense."""
    latest = payouts[-1]
    if latest.state in IN_FLIGHT:
        raise PaymentUnderWay
    amount, is_paid = Money(latest.amount_minor, latest.currency), latest.state is PayoutState.SETTLED
    if not is_paid:
        for each in payouts:
            await _cancel_one(each, actor)
        lines, key = granted_lines(-amount), f"payout:{latest.id}:taken_back"
        await post(kind=TAKEN_BACK[source.kind], subject=source, lines=lines, actor=actor, key=key)
    return Part(latest.decision_no, latest.instalment, amount, is_paid)


async def _cancel_one(payout: Payout, actor: Actor) -> None:
    before = payout.state
    payout.state = PAYOUT_LIFECYCLE.step(before, PayoutAction.CANCEL, Actor.system("payouts.cancel", actor.party))
    payout.stop = payout.hold_reason = payout.held_until = None
    await save_changes(payout, "state", "stop", "hold_reason", "held_until")
    await record("payout:cancel", subject_of(payout), actor, before={"state": before}, after={"state": payout.state})
