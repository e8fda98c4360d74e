"""A payment that came back: the payout is reversed, and so is its posting; who must act is told."""

from __future__ import annotations

from uuid import UUID

from domain.audit.entries import record
from domain.jobs.queue import enqueue
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.money import Money
from domain.kernel.rows import save_changes
from domain.ledger.posting import post
from domain.payouts.attempts import present_attempt
from domain.payouts.jobs import PayoutReturned
from domain.payouts.lifecycle import PAYOUT_LIFECYCLE
from domain.payouts.locks import lock_payout, scope_of, subject_of
from domain.payouts.models import Payout
from domain.payouts.news import Returned
from domain.payouts.rules import reversed_lines
from domain.payouts.terms import PayoutAction
from domain.staff.contacts import in_charge
from domain.staff.letters import write_to_staff

POSTED = "payout:reversed"


async def reverse(payout_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> Payout:
    """Records that a settled payment came back (退票): the money is at the bank again and still owed.

    Whoever says so neither makes nor approves what is paid again.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden.
    """
    async with transaction():
        payout = await lock_payout(payout_id, actor, expected_version)
        payout.barred = sorted({*payout.barred, str(actor.staff_id)})
        await take_return(payout, reason, actor)
    return payout


async def take_return(payout: Payout, reason: str, actor: Actor) -> None:
    """Reverses a locked payout whose payment came back, in the current transaction.

    Raises: IllegalStep, Forbidden.
    """
    before = payout.state
    payout.state = PAYOUT_LIFECYCLE.step(payout.state, PayoutAction.REVERSE, actor)
    payout.reversed_at = clock.now()
    attempt = await present_attempt(payout)
    await save_changes(payout, "state", "reversed_at", "barred")
    await post(
        kind=POSTED,
        subject=subject_of(payout),
        lines=reversed_lines(payout.subject_kind, Money(payout.amount_minor, payout.currency)),
        actor=actor,
        key=f"payout:{attempt.request_no}:reversed",
    )
    await record(
        "payout:reverse",
        subject_of(payout),
        actor,
        before={"state": before},
        after={"state": payout.state},
        reason=reason,
    )
    await enqueue(PayoutReturned(payout.id), actor=actor, subject=subject_of(payout), scope=scope_of(payout))


async def tell_finance(returned: Returned, actor: Actor) -> None:
    """Tells all of finance, which asks for it anew, of money that came back; in the current transaction."""
    await write_to_staff(
        await in_charge(None, Role.FINANCE),
        template="PAYOUT_RETURNED",
        parameters={"reference": returned.reference, "amount": str(returned.amount)},
        subject=returned.payout,
        actor=actor,
    )
