"""Money that came back is owed, and is paid again by a payout of its own: once, to whom it was, and not in doubt."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from domain.claims import advancing, screening
from domain.claims.models import Advance
from domain.claims.owed import still_owed
from domain.claims.refusals import AdvanceNotReturned, AdvanceTakenBack
from domain.claims.settlement import record_advance_paid
from domain.kernel.actor import Actor, Role
from domain.payouts import execution, retrying
from domain.payouts.models import Payout
from domain.payouts.refusals import PayoutRequestedAlready
from domain.payouts.terms import HoldReason, PayoutState
from tests.claims.test_payment import agreed, released
from tests.factories.advances import PromptBank, advance_granted, send_back, settle
from tests.factories.claims import Case
from tests.factories.insured import staff
from tests.factories.ledger import balances
from tests.factories.payouts import payout_approved
from tests.factories.unchanged import refused
from tests.factories.work import work
from tests.payouts.conftest import TestBank, bank

__all__ = ["bank"]
pytestmark = pytest.mark.usefixtures("database")
PAID = Actor.system("claims.record_paid")
FINANCE = Actor(frozenset({Role.FINANCE}))


async def again(payout_id: object) -> Payout:
    """Finance asks anew for a payout as it stands."""
    row = await Payout.get(id=payout_id)
    return await retrying.retry(
        row.id, still_owed=still_owed, reason="another account", expected_version=row.version,
        actor=await staff(Role.FINANCE),
    )  # fmt: skip


async def owed() -> int:
    """What is granted and not paid, in minor units."""
    return -(await balances()).get("CLAIMS_PAYABLE", 0)


async def test_what_came_back_is_owed_until_it_is_paid_by_a_payout_of_its_own(database: str, bank: TestBank) -> None:
    payment = await payout_approved()
    await work(database)
    await send_back(payment.payout.id)
    assert await owed() == 150_000
    second = await again(payment.payout.id)
    kept = ("subject_id", "decision_no", "instalment", "customer_id", "amount_minor", "barred")
    first = await payment.reread()
    assert [getattr(second, name) for name in kept] == [getattr(first, name) for name in kept]
    assert (first.state, second.state, await owed()) == (PayoutState.REVERSED, PayoutState.DRAFT, 150_000)
    await settle(second)
    assert await owed() == 0
    found = await balances()
    assert (found["CLAIMS_EXPENSE"], found["BANK"]) == (150_000, -150_000)


async def test_it_is_asked_for_anew_once() -> None:
    payment = await payout_approved()
    await settle_approved(payment.payout.id)
    await send_back(payment.payout.id)
    came = await asyncio.gather(*(again(payment.payout.id) for _ in range(3)), return_exceptions=True)
    assert sum(isinstance(each, Payout) for each in came) == 1
    async with refused(PayoutRequestedAlready, "payout_attempt"):
        row = await payment.reread()
        await retrying.retry(
            row.id, still_owed=still_owed, reason="r", expected_version=row.version, actor=payment.maker
        )


async def settle_approved(payout_id: object) -> None:
    """The bank pays what was approved."""
    row = await Payout.get(id=payout_id)
    await execution.execute(row.id, row.attempt, bank=PromptBank(), actor=Actor.system("payouts.execute"))


async def test_a_suspicion_about_its_claim_stops_what_is_paid_again(database: str, bank: TestBank) -> None:
    case, payout = await agreed()
    await released(payout)
    await work(database)
    await send_back(payout.id)
    claim = await case.reread()
    await screening.refer(claim.id, reason="odd", expected_version=claim.version, actor=case.handler)
    assert (await again(payout.id)).stop is HoldReason.FRAUD


async def paid_advance() -> tuple[Case, Advance]:
    """An advance that arrived."""
    case, advance = await advance_granted()
    await settle(await Payout.get(id=advance.payout_id))
    assert advance.payout_id is not None
    await record_advance_paid(case.claim.id, advance.payout_id, actor=PAID)
    return case, await Advance.get(id=advance.id)


async def test_an_advance_that_is_paid_again_is_not_taken_back_and_one_that_was_is_not_paid_again() -> None:
    case, advance = await paid_advance()
    await send_back(advance.payout_id)
    second = await again(advance.payout_id)
    given: dict[str, Any] = {"reason": "r", "expected_version": advance.version, "actor": case.manager}
    async with refused(AdvanceNotReturned):
        await advancing.take_back(advance.id, **given)
    await settle(second)
    await record_advance_paid(case.claim.id, second.id, actor=PAID)
    assert (await Advance.get(id=advance.id)).payout_id == second.id
    assert (await case.reread()).paid_minor == 50_000
    await send_back(second.id)
    await advancing.take_back(advance.id, **given)
    assert await owed() == 0
    for each in (advance.payout_id, second.id):
        async with refused(AdvanceTakenBack, "payout_attempt"):
            row = await Payout.get(id=each)
            await retrying.retry(row.id, still_owed=still_owed, reason="r", expected_version=row.version, actor=FINANCE)
