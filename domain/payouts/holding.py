"""Keeping a released payout back, and letting it go on."""

from __future__ import annotations

from uuid import UUID

from domain.audit.entries import record
from domain.jobs.queue import enqueue
from domain.jobs.terms import Outcome
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import Run, transaction
from domain.kernel.refusals import Invalid
from domain.kernel.rows import get_visible, save_changes
from domain.payouts.jobs import ExecutePayout, ReleaseCooledPayout
from domain.payouts.lifecycle import PAYOUT_LIFECYCLE
from domain.payouts.locks import Doubt, lock_payout, scope_of, subject_of
from domain.payouts.models import Payout
from domain.payouts.payees import Payee
from domain.payouts.reading import PAYOUT
from domain.payouts.refusals import PaymentsStopped
from domain.payouts.rules import cooled_at
from domain.payouts.terms import HoldReason, PayoutAction, PayoutState

BY_PEOPLE = (HoldReason.FRAUD, HoldReason.SANCTION, HoldReason.OTHER)


async def hold(
    payout_id: UUID, *, hold_reason: HoldReason, reason: str, expected_version: int, actor: Actor
) -> Payout:
    """Keeps a released payout back before it reaches the bank.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden; Invalid for a reason that only the system gives.
    """
    if hold_reason not in BY_PEOPLE:
        raise Invalid("one_of", ", ".join(BY_PEOPLE), path=("input", "holdReason"))
    async with transaction():
        payout = await lock_payout(payout_id, actor, expected_version)
        before = payout.state
        put_on_hold(payout, hold_reason, actor)
        await save_changes(payout, "state", "hold_reason")
        await record(
            "payout:hold",
            subject_of(payout),
            actor,
            before={"state": before},
            after={"state": payout.state, "hold_reason": hold_reason},
            reason=reason,
        )
    return payout


async def release(
    payout_id: UUID, *, still_kept: Doubt, reason: str, expected_version: int, actor: Actor
) -> Payout:
    """Lets a payout go on that was kept back, a cool-down included.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden; PaymentsStopped while its source is in doubt.
    """
    async with transaction():
        stop = await still_kept(await get_visible(Payout, PAYOUT, payout_id, actor))
        payout = await lock_payout(payout_id, actor, expected_version)
        if payout.stop is HoldReason.REFERRED and stop is None:
            payout.stop = None
        await let_go(payout, reason, actor)
    return payout


async def release_cooled(payout_id: UUID, *, actor: Actor, run: Run | None = None) -> Outcome:
    """Lets a payout go on whose cool-down is over, or says when to look again.

    Raises: NotFound, Forbidden.
    """
    async with transaction(run):
        payout = await lock_payout(payout_id, actor, None)
        if payout.state is not PayoutState.ON_HOLD or payout.hold_reason is not HoldReason.BANK_CHANGED:
            return Outcome.done()
        if payout.stop is not None:
            payout.hold_reason, payout.held_until = payout.stop, None
            await save_changes(payout, "hold_reason", "held_until")
            return Outcome.done(subject_of(payout))
        if payout.held_until is not None and payout.held_until > clock.now():
            return Outcome.later(payout.held_until)
        await let_go(payout, None, actor)
    return Outcome.done(subject_of(payout))


async def let_go(payout: Payout, reason: str | None, actor: Actor) -> None:
    """Lets a locked payout go on to the bank.

    Raises: IllegalStep, Forbidden; PaymentsStopped.
    """
    if payout.stop is not None:
        raise PaymentsStopped(payout.stop)
    before = {"state": payout.state, "hold_reason": payout.hold_reason}
    payout.state = PAYOUT_LIFECYCLE.step(payout.state, PayoutAction.RELEASE, actor)
    payout.hold_reason = payout.held_until = None
    await save_changes(payout, "state", "stop", "hold_reason", "held_until")
    await send(payout, actor)
    await record(
        "payout:release", subject_of(payout), actor, before={**before}, after={"state": payout.state}, reason=reason
    )


def put_on_hold(payout: Payout, reason: HoldReason, actor: Actor) -> None:
    """Sets a locked payout on hold; the caller saves it.

    Raises: IllegalStep, Forbidden.
    """
    payout.state = PAYOUT_LIFECYCLE.step(payout.state, PayoutAction.HOLD, actor)
    payout.hold_reason = reason


async def send_or_cool(payout: Payout, payee: Payee, actor: Actor) -> None:
    """Sends a payout that was just approved to the bank, or lets a changed account cool down; the caller saves it."""
    until = cooled_at(payee.changed_at)
    if until is None or until <= clock.now():
        await send(payout, actor)
        return
    put_on_hold(payout, HoldReason.BANK_CHANGED, Actor.system("payouts.hold", actor.party))
    payout.held_until = until
    await enqueue(
        ReleaseCooledPayout(payout.id),
        actor=actor,
        subject=subject_of(payout),
        scope=scope_of(payout),
        run_at=until,
        unique_key=f"{payout.id}:{payout.round}",
    )


async def send(payout: Payout, actor: Actor) -> UUID:
    """Asks for the present attempt to be brought to the bank; the id of the job that does it."""
    return await enqueue(
        ExecutePayout(payout.id, payout.attempt),
        actor=actor,
        subject=subject_of(payout),
        scope=scope_of(payout),
        unique_key=f"{payout.id}:{payout.attempt}",
    )
