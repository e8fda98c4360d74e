"""A claim does not end while its device is being repaired."""

from __future__ import annotations

from datetime import timedelta

from domain.claims import intake, reopening
from domain.claims.models import Claim
from domain.claims.refusals import WorkOpen
from domain.claims.terms import ClaimState
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.repairs import ordering
from domain.repairs.ordering import has_live_order
from tests.factories.repairs import order_created, order_in_repair
from tests.factories.unchanged import refused


async def test_a_claim_is_taken_back_only_after_its_repair_order(database: str) -> None:
    repair = await order_created()
    claim = await Claim.get(id=repair.case.claim.id)
    async with refused(WorkOpen):
        await intake.withdraw(
            claim.id, reason="no", open_work=has_live_order, expected_version=claim.version, actor=repair.case.customer
        )
    await repair.by_handler(ordering.cancel, reason="the customer found it")
    claim = await Claim.get(id=claim.id)
    done = await intake.withdraw(
        claim.id, reason="no", open_work=has_live_order, expected_version=claim.version, actor=repair.case.customer
    )
    assert done.state is ClaimState.WITHDRAWN


async def test_a_claim_is_closed_only_after_its_repair_order_by_people_and_by_itself(database: str) -> None:
    repair = await order_in_repair()
    long_ago = clock.now() - timedelta(days=30)
    await Claim.filter(id=repair.case.claim.id).update(state=ClaimState.PAID, paid_at=long_ago, answered_at=long_ago)
    claim = await Claim.get(id=repair.case.claim.id)
    async with refused(WorkOpen):
        await reopening.close(
            claim.id, reason="x", open_work=has_live_order, expected_version=claim.version, actor=repair.case.manager
        )
    await reopening.close_by_itself(claim.id, open_work=has_live_order, actor=Actor.system("claims.close_stale"))
    assert (await Claim.get(id=claim.id)).state is ClaimState.PAID
