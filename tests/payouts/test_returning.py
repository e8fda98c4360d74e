"""Money that came back is owed, and is paid again by a payout of its own: once, to whom it was, and not in doubt."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest

from domain.claims import advance_watching, advancing, screening
from domain.claims.models import Advance
from domain.claims.owed import still_owed
from domain.claims.refusals import AdvanceNotReturned
from domain.claims.settlement import record_advance_paid
from domain.claims.terms import AdvanceState
from domain.kernel.actor import Actor, Role
from domain.kernel.ids import public_id
from domain.kernel.money import Money
from domain.kernel.refusals import IllegalStep
from domain.payouts import approval, execution, making, retrying, reversal
from domain.payouts.models import Payout
from domain.payouts.reading import PAYOUT
from domain.payouts.refusals import DutiesNotSeparate, PayoutRequestedAlready
from domain.payouts.terms import HoldReason, PayoutState
from tests.claims.test_payment import agreed, released
from tests.factories.advances import PromptBank, advance_granted, send_back, settle
from tests.factories.claims import Case
from tests.factories.insured import staff
from tests.factories.ledger import balances
from tests.factories.payouts import PromptBank as RefusingBank
from tests.factories.payouts import approver, payout_approved
from tests.factories.readers import rows_seen
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


async def offered(payout_id: UUID) -> list[str]:
    """What finance may do with a payout."""
    (row,) = [each for each in await rows_seen(PAYOUT, FINANCE) if each["id"] == public_id(PAYOUT.prefix, payout_id)]
    return list(row["available_actions"])


async def test_what_was_asked_for_anew_is_not_offered_to_be_asked_for_until_that_comes_back_too() -> None:
    payment = await payout_approved()
    await settle_approved(payment.payout.id)
    assert await offered(payment.payout.id) == ["REVERSE"]
    await send_back(payment.payout.id)
    assert await offered(payment.payout.id) == ["RETRY"]
    second = await again(payment.payout.id)
    assert (await offered(payment.payout.id), await offered(second.id)) == ([], ["MAKE_READY"])
    await settle(second)
    assert await offered(payment.payout.id) == []
    await send_back(second.id)
    assert (await offered(payment.payout.id), await offered(second.id)) == (["RETRY"], ["RETRY"])


async def test_a_failed_payment_is_offered_to_be_tried_again() -> None:
    payment = await payout_approved()
    refusing = RefusingBank(refuses=True)
    await execution.execute(payment.payout.id, 1, bank=refusing, actor=Actor.system("payouts.execute"))
    assert await offered(payment.payout.id) == ["RETRY"]


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
    assert (await again(payout.id)).stop is HoldReason.REFERRED


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
        async with refused(IllegalStep, "payout_attempt"):
            row = await Payout.get(id=each)
            await retrying.retry(row.id, still_owed=still_owed, reason="r", expected_version=row.version, actor=FINANCE)


async def test_an_advance_that_is_paid_again_and_refused_by_the_bank_is_tried_again() -> None:
    _, advance = await paid_advance()
    await send_back(advance.payout_id)
    second = await again(advance.payout_id)
    second = await making.make_ready(second.id, expected_version=second.version, actor=await staff(Role.FINANCE))
    await approval.approve(second.id, expected_version=second.version, actor=await approver())
    office = Actor.system("payouts.execute")
    await execution.execute(second.id, 1, bank=RefusingBank(refuses=True), actor=office)
    found = await again(second.id)
    assert (found.id, found.attempt, found.state) == (second.id, 2, PayoutState.DRAFT)


async def test_an_advance_that_was_granted_anew_is_paid_as_it_was_granted_last() -> None:
    case, old = await paid_advance()
    await send_back(old.payout_id)
    second = await again(old.payout_id)
    await settle(second)
    await send_back(second.id)
    await advancing.take_back(old.id, reason="r", expected_version=old.version, actor=case.manager)
    await advance_watching.look(case.claim.id, actor=Actor.system("claims.look_at_advance"))
    new = await Advance.get(claim_id=case.claim.id, state=AdvanceState.PROPOSED)
    new = await advancing.approve(
        new.id, amount=Money.of("300.00"), reason="r", expected_version=new.version, actor=case.manager
    )
    assert new.payout_id is not None
    await settle(await Payout.get(id=new.payout_id))
    for each in (new.payout_id, second.id):  # the word of the old one comes late
        await record_advance_paid(case.claim.id, each, actor=PAID)
    await send_back(new.payout_id)
    second = await Payout.get(id=second.id)
    async with refused(IllegalStep, "payout_attempt"):
        await retrying.retry(
            second.id, still_owed=still_owed, reason="r", expected_version=second.version, actor=FINANCE
        )
    assert (await again(new.payout_id)).amount_minor == 30_000


async def test_whoever_says_that_money_came_back_neither_makes_nor_approves_what_is_paid_again() -> None:
    payment = await payout_approved()
    await settle_approved(payment.payout.id)
    row = await payment.reread()
    await reversal.reverse(row.id, reason="closed", expected_version=row.version, actor=payment.maker)
    second = await again(row.id)
    async with refused(DutiesNotSeparate):
        await making.make_ready(second.id, expected_version=second.version, actor=payment.maker)
    second = await making.make_ready(second.id, expected_version=second.version, actor=await staff(Role.FINANCE))
    both = Actor(frozenset({Role.FINANCE_APPROVER}), staff_id=payment.maker.staff_id)
    async with refused(DutiesNotSeparate):
        await approval.approve(second.id, expected_version=second.version, actor=both)
