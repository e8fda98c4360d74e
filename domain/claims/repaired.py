"""What of a claim goes to its repairer: promised with the estimate, due with the invoice, part of what is granted.

The contract pays a loss once. What a repairer gets is within the limits and counts from the promise on; the customer
gets the rest of what is granted, and bears at the repairer's what the contract does not pay.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from domain.claims import rules
from domain.claims.advances import committed, spoken_for
from domain.claims.clearing import expect_cleared, request
from domain.claims.cover import Cover, cover_of, third_party_of
from domain.claims.lifecycle import AT_WORK
from domain.claims.locks import lock_claim
from domain.claims.models import Claim
from domain.claims.notices import subject_of
from domain.claims.reserving import hold
from domain.claims.rules import BillLine
from domain.claims.settlement import pay_off
from domain.claims.terms import ClaimState, ReserveReason
from domain.claims.under_way import OpenWork
from domain.claims.usage import usage_of
from domain.kernel.actor import Actor
from domain.kernel.database import Run, transaction
from domain.kernel.money import Money
from domain.kernel.rows import save_changes
from domain.policies.models import Policy

BEFORE_PROPOSAL = tuple(state for state in AT_WORK if state is not ClaimState.DECISION_PENDING)
"""States in which a repair is promised, or will be; an amount that is proposed has been asked about by itself."""


async def ask_clearance(policy: Policy, claim: Claim, bill: Money, actor: Actor) -> None:
    """Has compliance look at a covered bill before anybody may promise what the contract pays of it.

    Asked when the bill is known, for a promise that is refused leaves no question behind. Policy and claim are locked.
    """
    if claim.state not in BEFORE_PROPOSAL:
        return
    found = await _promised(policy, claim, bill)
    if found.minor:
        await request(claim, await _in_all(policy, claim, found), actor)


async def promise_repair(policy: Policy, claim: Claim, bill: Money, actor: Actor) -> Money:
    """Promises a repairer what the contract pays of a covered bill, nothing for a loss outside its cover.

    The customer pays the repairer what was advanced. With all else that was paid or promised it stays within what the
    contract pays of any loss. Policy and claim are locked. Returns what was promised, which others cannot use up.

    Raises: ClearanceMissing, OwnClearance.
    """
    found = await _promised(policy, claim, bill)
    if found.minor:
        await expect_cleared(claim, await _in_all(policy, claim, found), actor, seconded_by=None)
    claim.repair_minor += found.minor
    await save_changes(claim, "repair_minor")
    return found


async def _promised(policy: Policy, claim: Claim, bill: Money) -> Money:
    cover = await cover_of(policy, claim)
    whole = _whole(bill, cover, claim)
    beside = rules.left_of(whole, Money(claim.advanced_minor, claim.currency))
    left = rules.left_of(rules.ceiling(cover.terms), committed(claim))
    return min(beside, left, key=lambda money: money.minor)


async def _in_all(policy: Policy, claim: Claim, promise: Money) -> Money:
    """What the loss is to cost with a promise, beside all that was promised, advanced and decided for it before."""
    before = Money(claim.repair_minor, claim.currency)
    return rules.counts_toward_authority(promise + before, (await usage_of(claim, policy)).same_loss)


async def bill_repair(policy: Policy, claim: Claim, *, estimated: Money, bill: Money, promised: Money) -> Money:
    """What the repairer is due of an invoiced bill: what was promised, less what the contract pays less of it.

    A promise stands whatever was granted since. Policy and claim are locked. What is not needed of it is nobody's: the
    repair cost less.
    """
    cover = replace(await cover_of(policy, claim), gap=None)
    fallen = rules.left_of(_whole(estimated, cover, claim), _whole(bill, cover, claim))
    found = rules.left_of(promised, fallen)
    spared = promised.minor - found.minor
    if claim.repair_minor >= promised.minor:
        claim.spared_minor += spared
    else:  # the whole promise was counted as paid when the customer's part was
        claim.paid_minor -= spared
    await save_changes(claim, "spared_minor", "paid_minor")
    return found


async def spare_repair(claim: Claim, due: Money, actor: Actor) -> None:
    """Counts out of a locked claim what was due to its repairer and is not paid, and lets go what is held for it."""
    if claim.repair_minor - claim.spared_minor >= due.minor:
        claim.spared_minor += due.minor
        await hold(claim, claim.reserve_minor - due.minor, ReserveReason.REPAIR_UNPAID, actor)
    else:  # it was counted as paid when the customer's part was
        claim.paid_minor -= due.minor
    await save_changes(claim, "spared_minor", "paid_minor", "reserve_minor")


def _whole(bill: Money, cover: Cover, claim: Claim) -> Money:
    """What the contract pays of a bill if nothing else was paid or promised."""
    return rules.payable([BillLine("repair", bill, cover.gap)], cover.terms, third_party_of(claim)).payable


async def record_repaired(claim_id: UUID, *, open_work: OpenWork, actor: Actor, run: Run | None = None) -> None:
    """A claim of which all that was granted goes to a repairer is paid when the repairer was; once.

    Raises: NotFound.
    """
    async with transaction(run, finishing=True) as tx:
        _, claim = await lock_claim(claim_id, actor, None)
        is_owed = claim.state is ClaimState.PAYMENT_PENDING and claim.approved_minor == spoken_for(claim).minor
        if is_owed and not await open_work(claim.id):
            await pay_off(claim, Money(0, claim.currency), actor)
            tx.made = subject_of(claim)
