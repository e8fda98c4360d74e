"""Keeping released payouts back, and letting them go on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.claims.owed import still_kept
from domain.customers import changes
from domain.customers.models import Customer
from domain.jobs.models import Job
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.refusals import Forbidden, IllegalStep, Invalid
from domain.payouts import approval, holding, making
from domain.payouts.models import Payout
from domain.payouts.terms import HoldReason, PayoutState
from tests.factories.insured import staff
from tests.factories.payouts import OTHER_ACCOUNT, Payment, payout_approved, payout_ready, payout_requested
from tests.factories.unchanged import refused
from tests.factories.work import hurry, work
from tests.payouts.conftest import TestBank


async def payout_cooling() -> Payment:
    """Released to an account that was changed an hour ago."""
    payment = await payout_requested()
    with clock.at(clock.now() - timedelta(hours=1)):
        customer = await Customer.get(id=payment.customer.customer_id)
        await changes.change_bank_account(
            customer.id, bank_account=OTHER_ACCOUNT, expected_version=customer.version, actor=payment.customer
        )
    await making.make_ready(payment.payout.id, expected_version=1, actor=payment.maker)
    payment.payout = await approval.approve(payment.payout.id, expected_version=2, actor=payment.approvers[0])
    return payment


async def held(payment: Payment, actor: Actor, why: HoldReason = HoldReason.FRAUD) -> Payout:
    payout = await payment.reread()
    return await holding.hold(
        payout.id, hold_reason=why, reason="looks wrong", expected_version=payout.version, actor=actor
    )


@pytest.mark.parametrize("role", [Role.RISK, Role.COMPLIANCE])
async def test_risk_and_compliance_keep_a_payout_back_and_let_it_go(
    database: str, bank: TestBank, role: Role
) -> None:
    payment, actor = await payout_approved(), await staff(role)
    payout = await held(payment, actor)
    assert (payout.state, payout.hold_reason) == (PayoutState.ON_HOLD, HoldReason.FRAUD)
    await work(database)
    assert bank.sandbox.requests == 0
    given: dict[str, Any] = {"still_kept": still_kept, "expected_version": payout.version}
    await holding.release(payout.id, reason="cleared", actor=actor, **given)
    await work(database)
    assert (await payment.reread()).state is PayoutState.SETTLED
    assert len(bank.charges) == 1


async def test_finance_lets_nothing_go_that_risk_keeps_back(database: str) -> None:
    payment = await payout_approved()
    payout = await held(payment, await staff(Role.RISK))
    given: dict[str, Any] = {"still_kept": still_kept, "expected_version": payout.version}
    for actor in (payment.maker, payment.approvers[0]):
        async with refused(Forbidden):
            await holding.release(payout.id, reason="go", actor=actor, **given)


@pytest.mark.parametrize("why", [HoldReason.BANK_CHANGED, HoldReason.OPEN_EXCEPTION, HoldReason.REFERRED])
async def test_people_do_not_give_the_systems_reasons(database: str, why: HoldReason) -> None:
    payment, risk = await payout_approved(), await staff(Role.RISK)
    async with refused(Invalid):
        await held(payment, risk, why)


async def test_only_what_is_released_and_not_sent_can_be_kept_back(database: str, bank: TestBank) -> None:
    ready, paid, risk = await payout_ready(), await payout_approved(), await staff(Role.RISK)
    await work(database)
    for payment in (ready, paid):
        async with refused(IllegalStep):
            await held(payment, risk)


async def test_a_cooling_payout_goes_by_itself_when_its_time_has_come_and_not_before(
    database: str, bank: TestBank
) -> None:
    payment = await payout_cooling()
    await hurry()
    await work(database)
    assert (await payment.reread()).state is PayoutState.ON_HOLD
    (job,) = await Job.filter(kind="payouts.release")
    assert job.run_at == payment.payout.held_until
    with clock.at(clock.now() + timedelta(hours=23)):
        await hurry()
        await work(database)
    payout = await payment.reread()
    assert (payout.state, payout.held_until, payout.hold_reason) == (PayoutState.SETTLED, None, None)


async def test_risk_may_cut_the_cool_down_short(database: str, bank: TestBank) -> None:
    payment = await payout_cooling()
    await holding.release(
        payment.payout.id, still_kept=still_kept, reason="called back", expected_version=payment.payout.version,
        actor=await staff(Role.RISK),
    )  # fmt: skip
    await work(database)
    assert (await payment.reread()).state is PayoutState.SETTLED


async def test_the_end_of_a_cool_down_releases_nothing_that_people_keep_back(database: str, bank: TestBank) -> None:
    payment = await payout_cooling()
    risk = await staff(Role.RISK)
    await holding.release(
        payment.payout.id, still_kept=still_kept, reason="called back", actor=risk,
        expected_version=payment.payout.version,
    )
    await held(payment, risk)
    with clock.at(clock.now() + timedelta(hours=24)):
        await hurry()
        await work(database)
    assert (await payment.reread()).state is PayoutState.ON_HOLD
    assert bank.sandbox.requests == 0
