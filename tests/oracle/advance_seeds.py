"""Advances in every state for the seeded world."""

from __future__ import annotations

from datetime import timedelta

from domain.claims import advance_watching, advancing, clearing, settlement
from domain.claims.models import Advance, Claim
from domain.claims.terms import UNSETTLED, AdvanceState
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.money import Money
from tests.factories.claims import major_claim
from tests.factories.insured import manager

BILLS = ("80200.00", "90200.00", "70200.00")
"""To be cleared, cleared, and returned."""
SYSTEM = Actor.system("claims.look_at_advance")


async def seed_advances() -> None:
    """Some claims whose time is about to end, and some where it is over: to be granted, granted, paid, and refused."""
    head = await manager()
    for number, claim in enumerate(await Claim.filter(state__in=UNSETTLED).order_by("id")):
        with clock.at(claim.decision_due_at + timedelta(days=31 if number % 4 else 21)):
            await advance_watching.look(claim.id, actor=SYSTEM)
    proposed = Advance.filter(state=AdvanceState.PROPOSED, determined_minor__gt=5_000)
    for number, advance in enumerate(await proposed.order_by("id")):
        given = {"reason": "as seen", "expected_version": advance.version}
        if number % 4 == 0:
            await advancing.refuse(advance.id, **given, actor=head)  # type: ignore[arg-type]
        elif number % 4 < 3:
            amount = Money(5_000, advance.currency)
            found = await advancing.approve(advance.id, amount=amount, **given, actor=head)  # type: ignore[arg-type]
            if number % 4 == 2 and found.payout_id is not None:
                await settlement.record_advance_paid(found.claim_id, found.payout_id, actor=SYSTEM)


async def seed_clearances(compliance: Actor) -> None:
    """Major claims in every state of their compliance review, of customers of their own."""
    for number, bill in enumerate(BILLS):
        _, found = await major_claim(bill)
        if number:
            judge = (clearing.give, clearing.send_back)[number - 1]
            await judge(found.id, reason="as seen", expected_version=found.version, actor=compliance)
