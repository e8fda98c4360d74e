"""Random walks over two claims of one policy: whatever people do, and in whichever order, the money stays true.

What is checked after each step is read from the rows: payouts, repair orders, advances, receipts and the ledger.
"""

from __future__ import annotations

import pytest
from tortoise.expressions import Q

from domain.claims.cover import cover_of
from domain.claims.lifecycle import OPEN_ADVANCES
from domain.claims.models import Advance, Claim, ClaimLine, ReserveChange
from domain.claims.rules import BillLine, ThirdParty, payable
from domain.claims.terms import COMMITTED, AdvanceState, DeclineCode
from domain.claims.terms import ClaimState as S
from domain.kernel.database import transaction
from domain.kernel.money import Money
from domain.kernel.refusals import Refusal
from domain.payouts.models import Payout, PayoutApproval
from domain.payouts.rules import approvers_needed
from domain.payouts.terms import GONE, PayoutState
from domain.policies.models import Policy
from domain.recoveries.models import RecoveryReceipt
from domain.recoveries.terms import ReceiptState
from domain.repairs.models import RepairOrder
from domain.repairs.terms import RepairState as R
from tests.factories.ledger import balances
from tests.factories.money import CLAIM_LIMIT, TERM_LIMIT, Walk, World, paid_for, total, world
from tests.factories.work import work

SEEDS, TURNS = range(8), 90
PROMISED = (R.ESTIMATE_APPROVED, R.REPLACEMENT_CHOSEN, R.IN_REPAIR, R.COMPLETED, R.RETURNED)
OVER = (S.CLOSED, S.WITHDRAWN, S.NOT_REGISTERED)


async def granted_on(claim: Claim) -> int:
    """What was and will be paid on a claim to anybody, by the rows of other rooms; a payment that came back is owed."""
    payouts = await Payout.filter(paid_for(claim.id)).exclude(state=PayoutState.CANCELLED)
    promised = await RepairOrder.filter(claim_id=claim.id, state__in=PROMISED)
    unasked = 0
    if claim.state in {S.APPROVED, S.PARTIALLY_APPROVED}:
        unasked = (claim.approved_minor or 0) - claim.advanced_minor - claim.repair_minor
    return total(payouts) + sum(each.payable_minor or 0 for each in promised) + unasked


async def payable_of(claim: Claim) -> int:
    """What the contract pays of the bill as it stands, in all; beside bills of earlier repairs."""
    async with transaction():
        cover = await cover_of(await Policy.get(id=claim.policy_id), claim)
    lines = await ClaimLine.filter(claim_id=claim.id)
    bill = [BillLine("", Money(each.bill_minor), each.exclusion or cover.gap) for each in lines]
    earlier = await RepairOrder.filter(claim_id=claim.id, approved_minor__isnull=False).order_by("-approved_at")
    bill += [BillLine("", Money(each.approved_minor or 0)) for each in earlier[1:]]
    third_party = ThirdParty(Money(claim.third_party_paid_minor), Money(claim.rights_waived_minor))
    return payable(bill, cover.terms, third_party).payable.minor


async def expect_true(of: World) -> None:
    """All that must hold between two steps."""
    claims = [await Claim.get(id=each) for each in of.claims]
    for claim in claims:
        await _expect_claim(of, claim)
    assert sum(of.exposed.values()) <= TERM_LIMIT
    assert of.most_claims is None or sum(each > 0 for each in of.exposed.values()) <= of.most_claims
    await _expect_ledger(of)
    await _expect_two_people(of)


async def _expect_nothing_owed_to_the_false(claim: Claim) -> None:
    """What a claim was granted that is declined for fraud was paid, or is not paid."""
    own = await Payout.filter(subject_id=claim.id)
    assert {each.state for each in own} <= {PayoutState.SETTLED, PayoutState.CANCELLED}
    advances = await Advance.filter(claim_id=claim.id)
    assert not {each.state for each in advances} & {AdvanceState.APPROVED, *OPEN_ADVANCES}
    assert (claim.advance_due_minor, claim.advanced_minor, claim.approved_minor) == (0, 0, None)


async def _expect_claim(of: World, claim: Claim) -> None:
    granted, before = await granted_on(claim), of.exposed.get(claim.id, 0)
    of.exposed[claim.id] = granted
    pending = (claim.approved_minor or 0) - claim.advanced_minor - claim.repair_minor
    booked = claim.paid_minor + claim.advance_due_minor + claim.repair_minor - claim.spared_minor
    assert booked + (pending if claim.state in COMMITTED else 0) == granted, "the claim knows what was granted"
    assert granted <= CLAIM_LIMIT
    if granted > before:
        assert granted <= await payable_of(claim), "no more than the contract pays"
    if claim.payable_minor is not None:
        assert granted <= claim.payable_minor
    last = await ReserveChange.filter(claim_id=claim.id).order_by("-id").first()
    assert claim.reserve_minor == (last.after_minor if last else 0)
    if claim.decline_code is DeclineCode.FRAUD:
        await _expect_nothing_owed_to_the_false(claim)
    if claim.state in OVER:
        assert claim.reserve_minor == 0
    if claim.state in {*COMMITTED, S.PAID, S.DECLINED, S.DECISION_PENDING}:
        assert claim.paid_minor + claim.reserve_minor >= granted, "what is owed is held"


async def _expect_ledger(of: World) -> None:
    matters = Q(subject_id__in=of.claims) | Q(matter_id__in=of.claims)
    payouts = await Payout.filter(matters)
    expense = total([each for each in payouts if each.state is not PayoutState.CANCELLED])
    paid = total([each for each in payouts if each.state is PayoutState.SETTLED])
    recovered = total(await RecoveryReceipt.filter(claim_id__in=of.claims, state=ReceiptState.CONFIRMED))
    found = await balances()
    assert found.get("CLAIMS_EXPENSE", 0) == expense
    assert found.get("CLAIMS_PAYABLE", 0) == paid - expense
    assert found.get("CLAIMS_RECOVERIES", 0) == -recovered
    assert found.get("BANK", 0) == recovered - paid
    assert sum(found.values()) == 0


async def _expect_two_people(of: World) -> None:
    for payout in await Payout.filter(Q(subject_id__in=of.claims) | Q(matter_id__in=of.claims)):
        given = await PayoutApproval.filter(payout_id=payout.id, round=payout.round)
        people = {str(each.approver_id) for each in given}
        assert len(people) == len(given)
        assert not people & {*payout.barred, str(payout.maker_id)}
        if payout.state not in GONE:  # who made it may say that it came back, and is kept from making it anew
            assert str(payout.maker_id) not in payout.barred
        if payout.state is PayoutState.SETTLED:
            assert len(people) >= approvers_needed(Money(payout.amount_minor))


@pytest.mark.parametrize("seed", SEEDS)
async def test_whatever_people_do_the_money_of_two_claims_stays_true(database: str, seed: int) -> None:
    of = await world(seed)
    for turn in range(TURNS):
        claim = await Claim.get(id=of.draw.choice(of.claims))
        step = Walk(of, claim).turn()
        try:
            await step()
        except Refusal:
            continue
        if of.draw.random() < 0.5:
            await work(database)
        try:
            await expect_true(of)
        except AssertionError as wrong:
            wrong.add_note(f"seed {seed}, turn {turn}: {step.__name__} of a claim that was {claim.state}")
            raise
