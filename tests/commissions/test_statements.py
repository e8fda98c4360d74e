"""Months of commission are closed once, with what the ledger says, approved by one person and paid by others."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.commissions import closing, settling
from domain.commissions.lifecycle import STATEMENT_LIFECYCLE
from domain.commissions.models import CommissionStatement
from domain.commissions.refusals import NothingToPay
from domain.commissions.terms import StatementAction, StatementState
from domain.jobs.terms import Queue
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.days import months_after
from domain.kernel.ids import new_id, public_id
from domain.kernel.money import Currency, Money
from domain.kernel.refusals import Forbidden, IllegalStep, NotFound, StaleVersion
from domain.kernel.subject import SubjectKind
from domain.ledger.models import LedgerLine, LedgerTransaction
from domain.ledger.terms import Account
from domain.partners import banking
from domain.partners.models import Partner
from domain.payouts import approval, making
from domain.payouts.models import Payout
from domain.payouts.refusals import DutiesNotSeparate
from domain.policies.models import Policy
from tests.face.conftest import Face
from tests.factories.billing import called, invoiced, word
from tests.factories.insured import insured, partner_with_a_book, sold, staff
from tests.factories.ledger import balances
from tests.factories.payouts import approver
from tests.factories.unchanged import refused, unchanged
from tests.factories.work import hurry, work
from tests.payouts.conftest import TestBank, bank

__all__ = ["bank"]
pytestmark = pytest.mark.usefixtures("database")
SYSTEM = Actor.system("commissions.close")
S = StatementState


def this_month() -> date:
    """The first day of the month that runs."""
    return clock.today().replace(day=1)


async def closed(months: int = 1) -> int:
    """What is closed early on the first of a month, so many months from now."""
    with clock.at(clock.start_of(months_after(this_month(), months)) + timedelta(hours=5)):
        return await closing.close_months(actor=SYSTEM)


async def posted(policy: Policy, month: date, minor: int) -> None:
    """Commission that was earned, or clawed back, at noon of the tenth of a month."""
    at = clock.start_of(month) + timedelta(days=9, hours=12)
    async with transaction():
        row = await LedgerTransaction.create(
            kind="test:earned", key=new_id().hex, subject_kind=SubjectKind.POLICY, subject_id=policy.id, line_count=2,
            actor="test", posted_at=at,
        )  # fmt: skip
        for position, (account, amount) in enumerate(
            ((Account.COMMISSION_EXPENSE, minor), (Account.COMMISSION_PAYABLE, -minor)), 1
        ):
            await LedgerLine.create(
                transaction_id=row.id, position=position, account=account, amount_minor=amount, currency=Currency.CNY
            )


async def of_month(policy: Policy, month: date) -> CommissionStatement:
    """The statement of the policy's partner."""
    return await CommissionStatement.get(partner_id=policy.partner_id, month=month)


def amounts(row: CommissionStatement) -> tuple[StatementState, int | None, int | None, int | None]:
    """Where a statement stands."""
    return row.state, row.accrued_minor, row.carried_minor, row.payable_minor


async def test_a_month_that_is_over_is_closed_once_with_what_the_ledger_says() -> None:
    policy = await sold()
    assert await closing.close_months(actor=SYSTEM) == 0
    assert await closed() == 1
    row = await of_month(policy, this_month())
    assert amounts(row) == (S.CLOSED, policy.commission_minor, 0, policy.commission_minor)
    assert (await of_month(policy, months_after(this_month(), 1))).state is S.ACCRUING
    async with unchanged():
        assert await closed() == 0


async def test_several_closers_at_once_close_it_once() -> None:
    policy = await sold()
    with clock.at(clock.start_of(months_after(this_month(), 1)) + timedelta(hours=5)):
        assert sorted(await asyncio.gather(*(closing.close_months(actor=SYSTEM) for _ in range(3)))) == [0, 0, 1]
    assert await CommissionStatement.filter(partner_id=policy.partner_id, state=S.CLOSED).count() == 1


async def test_commission_of_invoiced_premium_counts_when_it_is_paid() -> None:
    billed = await invoiced()
    await called(word(billed))
    await closed()
    row = await CommissionStatement.get(partner_id=billed.covered.partner_id, month=this_month())
    policy = await billed.policy()
    assert row.accrued_minor == policy.commission_minor + (await billed.parts())[0].commission_minor


async def test_what_is_clawed_back_goes_over_until_it_is_earned_again() -> None:
    policy = await sold()
    first, second, third = (months_after(this_month(), number) for number in (-3, -2, -1))
    for month, minor in ((first, -5_000), (second, 3_000), (third, 4_500)):
        await posted(policy, month, minor)
    assert await closing.close_months(actor=SYSTEM) == 3
    assert amounts(await of_month(policy, first)) == (S.CLOSED, -5_000, 0, -5_000)
    assert amounts(await of_month(policy, second)) == (S.CLOSED, 3_000, -5_000, -2_000)
    assert amounts(await of_month(policy, third)) == (S.CLOSED, 4_500, -2_000, 2_500)
    manager, negative = await staff(Role.FINANCE_APPROVER), await of_month(policy, second)
    async with refused(NothingToPay):
        await settling.approve(negative.id, expected_version=negative.version, actor=manager)


async def test_a_month_without_anything_keeps_what_is_carried() -> None:
    policy = await sold()
    await posted(policy, months_after(this_month(), -3), -5_000)
    assert await closing.close_months(actor=SYSTEM) == 3
    row = await of_month(policy, months_after(this_month(), -1))
    assert amounts(row) == (S.CLOSED, 0, -5_000, -5_000)


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(-4, -1), st.integers(-999, 999)), max_size=12))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_all_that_was_closed_is_the_ledger_s_account(moves: list[tuple[int, int, int]]) -> None:
    policies = [await sold(), await sold()]
    expected: dict[tuple[object, date], int] = {}
    for which, months, minor in moves:
        if minor:
            month = months_after(this_month(), months)
            await posted(policies[which], month, minor)
            key = (policies[which].partner_id, month)
            expected[key] = expected.get(key, 0) + minor
    async with transaction():
        await CommissionStatement.all().delete()
    await closing.close_months(actor=SYSTEM)
    partners = [each.partner_id for each in policies]
    found = await CommissionStatement.filter(partner_id__in=partners, state=S.CLOSED)
    got = {(each.partner_id, each.month): each.accrued_minor for each in found if each.accrued_minor}
    assert got == {key: minor for key, minor in expected.items() if minor}


async def test_a_statement_is_approved_once_by_a_finance_approver_who_has_no_part_in_paying_it() -> None:
    policy = await sold()
    await closed()
    row, manager = await of_month(policy, this_month()), await approver()
    async with refused(Forbidden):
        maker = Actor(frozenset({Role.FINANCE}), staff_id=manager.staff_id)
        await settling.approve(row.id, expected_version=row.version, actor=maker)
    async with refused(StaleVersion):
        await settling.approve(row.id, expected_version=row.version - 1, actor=manager)
    async with refused(NotFound):
        await settling.approve(row.id, expected_version=row.version, actor=Actor.anonymous())
    done = await settling.approve(row.id, expected_version=row.version, actor=manager)
    assert (done.state, done.approver_id) == (S.APPROVED, manager.staff_id)
    async with refused(IllegalStep):
        await settling.approve(row.id, expected_version=done.version, actor=manager)
    payout = await Payout.get(subject_id=row.id)
    assert (payout.amount_minor, payout.payee_partner_id) == (policy.commission_minor, policy.partner_id)
    both = Actor(frozenset({Role.FINANCE, Role.FINANCE_APPROVER}), staff_id=manager.staff_id)
    async with refused(DutiesNotSeparate):
        await making.make_ready(payout.id, expected_version=1, actor=both)


async def test_the_bank_pays_a_statement_once_and_the_account_is_even(database: str, bank: TestBank) -> None:
    policy = await sold()
    await closed()
    row = await of_month(policy, this_month())
    partner = await Partner.get(id=policy.partner_id)
    await banking.change_bank_account(
        partner.id, bank_account="31050161364000001234", reason="r", expected_version=partner.version,
        actor=await staff(Role.FINANCE),
    )  # fmt: skip
    await settling.approve(row.id, expected_version=row.version, actor=await staff(Role.FINANCE_APPROVER))
    payout = await Payout.get(subject_id=row.id)
    with clock.at(clock.now() + timedelta(hours=25)):
        made = await making.make_ready(payout.id, expected_version=1, actor=await staff(Role.FINANCE))
        await approval.approve(payout.id, expected_version=made.version, actor=await approver())
        for _ in range(3):
            await work(database, (Queue.MONEY,))
            await hurry()
    assert [minor for _, minor in bank.charges] == [policy.commission_minor]
    assert (await of_month(policy, this_month())).state is S.PAID
    assert (await balances())["COMMISSION_PAYABLE"] == 0
    await settling.record_paid(row.id, actor=SYSTEM)
    later = clock.now() + timedelta(hours=1)
    with clock.at(later):
        assert await closing.close_months(actor=SYSTEM) == 0  # what was paid is no commission of the month


def test_each_step_is_for_its_role_alone() -> None:
    takers = {
        (S.ACCRUING, StatementAction.CLOSE): Role.SYSTEM, (S.CLOSED, StatementAction.APPROVE): Role.FINANCE_APPROVER,
        (S.APPROVED, StatementAction.RECORD_PAID): Role.SYSTEM,
    }  # fmt: skip
    for state in S:
        for action in StatementAction:
            for role in Role:
                actor = Actor(frozenset({role}))
                if takers.get((state, action)) is role:
                    STATEMENT_LIFECYCLE.step(state, action, actor)
                else:
                    with pytest.raises((IllegalStep, Forbidden)):
                        STATEMENT_LIFECYCLE.step(state, action, actor)


APPROVE = """mutation($input: CommissionStatementApproveInput!) {
  it: commissionStatementApprove(input: $input) { statement { state payable { amount } } errors { code } }
}"""
LIST = "{commissionStatements(first: 9) {totalCount nodes {id state month}}}"


async def test_partners_read_their_own_closed_statements_and_an_approver_releases_one(face: Face) -> None:
    partner = await partner_with_a_book()
    policy, _ = await sold(partner=partner), await insured()
    await closed()
    seen = (await face.data(LIST, partner))["commissionStatements"]
    row = await of_month(policy, this_month())
    assert seen["nodes"] == [
        {"id": public_id("cms", row.id), "state": "CLOSED", "month": row.month.isoformat()},
    ]  # fmt: skip
    for blind in (Actor.anonymous(), await staff(Role.SALES), await staff(Role.CLAIMS_HANDLER)):
        assert (await face.data(LIST, blind))["commissionStatements"]["totalCount"] == 0
    given = {"statementId": public_id("cms", row.id), "expectedVersion": row.version}
    for wrong in (Actor.anonymous(), partner, await staff(Role.FINANCE)):
        assert await face.codes(APPROVE, wrong, input=given) == ["FORBIDDEN"]
    done = (await face.data(APPROVE, await staff(Role.FINANCE_APPROVER), input=given))["it"]
    paid = str(Money(policy.commission_minor).amount)
    assert done == {"statement": {"state": "APPROVED", "payable": {"amount": paid}}, "errors": []}
