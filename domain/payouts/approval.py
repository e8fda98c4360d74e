"""Releasing a payout: by as many people as its amount asks for, none of whom has another duty in it."""

from __future__ import annotations

from uuid import UUID

from domain.audit.entries import record
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import fetch_one, transaction
from domain.kernel.money import Money
from domain.kernel.rows import save_changes
from domain.payouts.holding import send_or_cool
from domain.payouts.lifecycle import PAYOUT_LIFECYCLE
from domain.payouts.locks import expect_independent, lock_payout, subject_of
from domain.payouts.models import Payout, PayoutApproval
from domain.payouts.payees import Payee, payee_of, set_by
from domain.payouts.refusals import AboveApprovalAuthority, PayeeChanged
from domain.payouts.rules import approvers_needed
from domain.payouts.terms import PayoutAction
from domain.staff.authority import AuthorityKind, authority

TOGETHER = """
SELECT coalesce(sum(amount_minor), 0)::bigint AS minor FROM payout
WHERE (subject_id = $1 OR matter_id = $1) AND currency = $2 AND state NOT IN ('REVERSED', 'CANCELLED')
"""


async def approve(payout_id: UUID, *, reason: str | None = None, expected_version: int, actor: Actor) -> Payout:
    """Gives one approver's word; the last one needed releases the payout to the bank, or to its cool-down.

    Up to 5,000.00 one approver, up to 50,000.00 two, above that three different ones; the last within his or her own
    authority. What counts is everything that is paid for the same claim or refund, so that a payment in parts is not
    a way around the people.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden; DutiesNotSeparate for maker, decider, payee, whoever
    approved it already and whoever set the account; PayeeChanged; AboveApprovalAuthority.
    """
    async with transaction():
        payout = await lock_payout(payout_id, actor, expected_version)
        before = payout.state
        released = PAYOUT_LIFECYCLE.step(payout.state, PayoutAction.APPROVE, actor)
        earlier = await _counting_approvals(payout)
        others = [payout.maker_id, set_by(await payee_of(payout)), *(each.approver_id for each in earlier)]
        await expect_independent(payout, actor, others=others)
        payee = await _expect_same_payee(payout)
        together = await _paid_together(payout)
        is_last = len(earlier) + 1 >= approvers_needed(together)
        if is_last:
            await _expect_authority(together, actor)
            payout.state, payout.approved_at = released, clock.now()
        await _add_approval(payout, actor)
        if is_last:
            await send_or_cool(payout, payee, actor)
        await save_changes(payout, "state", "approved_at", "hold_reason", "held_until")
        await record(
            "payout:approve",
            subject_of(payout),
            actor,
            before={"state": before},
            after={"state": payout.state, "approvals": len(earlier) + 1},
            reason=reason,
        )
    return payout


async def reject(payout_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> Payout:
    """Sends a payout back to its maker with a reason.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, DutiesNotSeparate.
    """
    async with transaction():
        payout = await lock_payout(payout_id, actor, expected_version)
        before = payout.state
        payout.state = PAYOUT_LIFECYCLE.step(payout.state, PayoutAction.REJECT, actor)
        await expect_independent(payout, actor, others=[payout.maker_id])
        payout.rejection_reason = reason
        await save_changes(payout, "state", "rejection_reason")
        await record(
            "payout:reject",
            subject_of(payout),
            actor,
            before={"state": before},
            after={"state": payout.state},
            reason=reason,
        )
    return payout


async def _counting_approvals(payout: Payout) -> list[PayoutApproval]:
    """Approvals of this round that were given for exactly this amount and account."""
    found = await PayoutApproval.filter(payout_id=payout.id, round=payout.round).order_by("id")
    terms = (payout.amount_minor, payout.currency, _account(payout))
    return [each for each in found if (each.amount_minor, each.currency, bytes(each.account_blind)) == terms]


async def _expect_same_payee(payout: Payout) -> Payee:
    payee = await payee_of(payout)
    if payee is None or payee.account_blind != _account(payout):
        raise PayeeChanged
    return payee


async def _paid_together(payout: Payout) -> Money:
    """What this payout and all others of the same matter come to, paid or still to be paid."""
    found = await fetch_one(TOGETHER, payout.matter_id or payout.subject_id, payout.currency)
    return Money(found["minor"] if found else 0, payout.currency)


async def _expect_authority(amount: Money, actor: Actor) -> None:
    limit = await authority(actor.staff_id, AuthorityKind.PAYOUT_APPROVAL, clock.now())
    if limit.currency is not amount.currency or amount > limit:
        raise AboveApprovalAuthority(limit=limit)


async def _add_approval(payout: Payout, actor: Actor) -> None:
    await PayoutApproval.create(
        payout_id=payout.id,
        round=payout.round,
        approver_id=actor.staff_id,
        amount_minor=payout.amount_minor,
        currency=payout.currency,
        account_blind=_account(payout),
    )


def _account(payout: Payout) -> bytes:
    return bytes(payout.account_blind or b"")
