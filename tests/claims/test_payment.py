"""From the agreement to the paid claim, through finance, the workers and a bank that loses its answer."""

from __future__ import annotations

import pytest

from domain.claims import decision, registration, settlement
from domain.claims.models import Claim
from domain.claims.owed import still_kept
from domain.claims.terms import ClaimState
from domain.customers import changes
from domain.customers.models import Customer
from domain.jobs.models import Job
from domain.jobs.terms import JobState, Queue
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.money import Currency, Money
from domain.ledger.balances import balances
from domain.ledger.terms import Account
from domain.payouts import approval, holding, making
from domain.payouts.models import Payout
from domain.payouts.refusals import DutiesNotSeparate
from domain.payouts.terms import PayoutState
from domain.staff.models import Staff
from sandbox.faults import Fault
from tests.factories.claims import Case, claim_awaiting_decision, claim_payment_pending
from tests.factories.insured import handler, staff
from tests.factories.payouts import ACCOUNT, approver
from tests.factories.unchanged import refused
from tests.factories.work import hurry, work
from tests.payouts.conftest import TestBank, bank

__all__ = ["bank"]


async def agreed() -> tuple[Case, Payout]:
    """Agreed by a customer who then says where the money goes."""
    case = await claim_payment_pending()
    customer = await Customer.get(id=case.claim.customer_id)
    await changes.change_bank_account(
        customer.id, bank_account=ACCOUNT, expected_version=customer.version, actor=case.customer
    )
    return case, await Payout.get(subject_id=case.claim.id)


async def released(payout: Payout) -> None:
    """Made ready, approved, and let go by risk before the new account has cooled down."""
    await making.make_ready(payout.id, expected_version=1, actor=await staff(Role.FINANCE))
    held = await approval.approve(payout.id, expected_version=2, actor=await approver())
    assert held.state is PayoutState.ON_HOLD
    risk = await staff(Role.RISK)
    await holding.release(payout.id, still_kept=still_kept, reason="called back", expected_version=3, actor=risk)


async def test_a_claim_is_paid_once_though_the_bank_loses_its_answer(database: str, bank: TestBank) -> None:
    case, payout = await agreed()
    await released(payout)
    bank.plan(Fault.LOST_ANSWER)
    for _ in range(3):
        await work(database, (Queue.MONEY,))
        await hurry()
    claim = await Claim.get(id=case.claim.id)
    assert (claim.state, claim.paid_minor, claim.reserve_minor) == (ClaimState.PAID, 150_000, 0)
    assert [minor for _, minor in bank.charges] == [150_000]
    for kind in ("payouts.execute", "payouts.query", "payouts.settled", "claims.record_paid"):
        assert [job.state for job in await Job.filter(kind=kind)] == [JobState.SUCCEEDED], kind
    async with transaction():
        found = await balances()
    assert found[Account.CLAIMS_EXPENSE, Currency.CNY] == Money.of("1500.00")
    assert found[Account.BANK, Currency.CNY] == Money.of("-1500.00")
    assert found[Account.CLAIMS_PAYABLE, Currency.CNY] == Money(0)
    assert sum(each.minor for each in found.values()) == 0


@pytest.mark.parametrize("role", [Role.FINANCE, Role.FINANCE_APPROVER])
async def test_who_decided_or_proposed_the_claim_neither_makes_nor_approves_its_payout(
    database: str, bank: TestBank, role: Role
) -> None:
    case, payout = await agreed()
    await Staff.filter(id=case.handler.staff_id).update(roles=[Role.CLAIMS_HANDLER, role])
    decider = Actor(frozenset({role}), staff_id=case.handler.staff_id)
    if role is Role.FINANCE:
        async with refused(DutiesNotSeparate):
            await making.make_ready(payout.id, expected_version=1, actor=decider)
        return
    await making.make_ready(payout.id, expected_version=1, actor=await staff(Role.FINANCE))
    async with refused(DutiesNotSeparate):
        await approval.approve(payout.id, expected_version=2, actor=decider)


@pytest.mark.usefixtures("database")
async def test_whoever_handles_a_claim_that_others_proposed_and_decided_has_no_part_in_paying_it() -> None:
    case = await claim_awaiting_decision()
    other = await handler()
    assert other.staff_id is not None
    claim = await registration.assign(
        case.claim.id, handler_id=other.staff_id, reason="holidays", expected_version=case.claim.version,
        actor=case.manager,
    )  # fmt: skip
    claim = await decision.approve(claim.id, amount=None, expected_version=claim.version, actor=case.manager)
    claim = await settlement.agree(claim.id, expected_version=claim.version, actor=case.customer)
    payout = await Payout.get(subject_id=claim.id)
    people = (case.handler, case.manager, other)
    assert set(payout.barred) == {str(each.staff_id) for each in people}
    both = Actor(frozenset({Role.FINANCE}), staff_id=other.staff_id)
    async with refused(DutiesNotSeparate):
        await making.make_ready(payout.id, expected_version=1, actor=both)
