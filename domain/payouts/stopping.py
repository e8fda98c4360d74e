"""Stopping what is to be paid for one matter, whatever state its payouts are in, and letting it go on."""

from __future__ import annotations

from tortoise.expressions import Q

from domain.audit.entries import record
from domain.kernel.actor import Actor
from domain.kernel.rows import save_changes
from domain.kernel.subject import Subject
from domain.payouts.holding import let_go, put_on_hold
from domain.payouts.locks import subject_of
from domain.payouts.models import Payout
from domain.payouts.terms import STOPPABLE, HoldReason, PayoutState


async def stop_payouts(source: Subject, reason: HoldReason, *, actor: Actor) -> None:
    """Keeps every payout of a source or matter from the bank: those released now, others later.

    The caller holds the source's lock. Payouts may go on being made ready and approved; none is sent, nor sent again
    of those on their way if the bank does not pay them.
    """
    for payout in await _of(source):
        if payout.state not in STOPPABLE or payout.stop is not None:
            continue
        payout.stop = reason
        if payout.state is PayoutState.APPROVED:
            put_on_hold(payout, reason, Actor.system("payouts.stop", actor.party))
        await save_changes(payout, "state", "stop", "hold_reason")
        after: dict[str, object] = {"state": payout.state, "stop": reason}
        await record("payout:stop", subject_of(payout), actor, after=after)


async def lift_stop(source: Subject, *, actor: Actor) -> None:
    """Lets the payouts of a source go on that were stopped; those that were held for nothing else are sent."""
    for payout in await _of(source):
        if payout.stop is None:
            continue
        reason, payout.stop = payout.stop, None
        await save_changes(payout, "stop")
        await record("payout:lift_stop", subject_of(payout), actor, before={"stop": reason})
        if payout.state is PayoutState.ON_HOLD and payout.hold_reason is reason:
            await let_go(payout, None, Actor.system("payouts.stop", actor.party))


async def _of(source: Subject) -> list[Payout]:
    mine = Q(subject_kind=source.kind, subject_id=source.id) | Q(matter_id=source.id)
    return await Payout.select_for_update(no_key=True).filter(mine).order_by("id")
