"""From the agreement to the money."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from domain.audit.models import AuditEntry
from domain.claims import settlement
from domain.claims.terms import ClaimState
from domain.kernel.actor import Actor, Role
from domain.kernel.money import Money
from domain.kernel.refusals import Forbidden, IllegalStep, StaleVersion
from domain.notifications.models import Notification
from domain.payouts.models import Payout
from tests.factories.claims import claim_approved, claim_awaiting_decision, claim_paid, claim_payment_pending
from tests.factories.insured import staff
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")
SYSTEM = Actor.system("claims.record_paid")


async def test_the_agreement_requests_the_payout_due_in_ten_days() -> None:
    case = await claim_approved()
    claim = await settlement.agree(case.claim.id, expected_version=case.claim.version, actor=case.customer)
    assert claim.state is ClaimState.PAYMENT_PENDING
    assert claim.agreed_at is not None
    assert claim.pay_due_at == claim.agreed_at + timedelta(days=10)
    (payout,) = await Payout.all()
    assert (payout.subject_id, payout.amount_minor, payout.decision_no) == (claim.id, 150_000, 1)


async def test_service_staff_take_down_the_agreement_for_the_customer() -> None:
    case = await claim_approved()
    service = await staff(Role.CUSTOMER_SERVICE)
    claim = await settlement.agree(case.claim.id, expected_version=case.claim.version, actor=service)
    assert claim.state is ClaimState.PAYMENT_PENDING


async def test_agreeing_twice_at_once_requests_one_payout() -> None:
    case = await claim_approved()
    outcomes = await asyncio.gather(
        *(settlement.agree(case.claim.id, expected_version=case.claim.version, actor=case.customer) for _ in range(3)),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, StaleVersion) for outcome in outcomes) == 2
    assert await Payout.all().count() == 1


async def test_neither_partner_nor_handler_agrees_for_the_customer_nor_before_the_decision() -> None:
    case, undecided = await claim_approved(), await claim_awaiting_decision()
    for actor in (case.insured.partner, case.handler):
        async with refused(Forbidden):
            await settlement.agree(case.claim.id, expected_version=case.claim.version, actor=actor)
    async with refused(IllegalStep):
        await settlement.agree(undecided.claim.id, expected_version=undecided.claim.version, actor=undecided.customer)


async def test_the_settled_payout_makes_the_claim_paid_and_the_customer_is_told() -> None:
    case = await claim_paid()
    assert (case.claim.state, case.claim.paid_minor, case.claim.reserve_minor) == (ClaimState.PAID, 150_000, 0)
    assert case.claim.approved_minor == 150_000
    assert await Notification.filter(subject_id=case.claim.id, template="CLAIM_PAID").count() == 1


async def test_a_second_word_of_the_same_payment_changes_nothing() -> None:
    case = await claim_payment_pending()
    for _ in range(2):
        await settlement.record_paid(case.claim.id, decision_no=1, amount=Money.of("1500.00"), actor=SYSTEM)
    assert (await case.reread()).paid_minor == 150_000
    assert await AuditEntry.filter(action="claim:paid").count() == 1


async def test_a_word_of_a_payment_that_no_decision_stands_behind_is_refused() -> None:
    case = await claim_approved()
    async with refused(IllegalStep):
        await settlement.record_paid(case.claim.id, decision_no=1, amount=Money.of("1500.00"), actor=SYSTEM)
