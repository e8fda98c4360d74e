"""Who is written to when money came back: whoever gets it, whoever sees to its claim, and finance; each once."""

from __future__ import annotations

import asyncio
import os
from datetime import timedelta
from uuid import UUID

from domain.claims.models import Claim
from domain.commissions import settling
from domain.jobs.execution import Ending, Executor
from domain.jobs.models import Job
from domain.jobs.relaying import dispatch, open_relay
from domain.jobs.terms import JobState, Queue
from domain.kernel import clock
from domain.kernel.actor import Role
from domain.notifications.models import Notification
from domain.partners import banking
from domain.partners.models import Partner
from domain.payouts.models import Payout, PayoutAttempt
from domain.policies import cancellation
from domain.policies.models import Policy
from domain.staff.models import Staff
from tests.claims.test_payment import agreed
from tests.commissions.test_statements import closed, of_month, this_month
from tests.factories.advances import advance_granted, send_back, settle
from tests.factories.applications import issued
from tests.factories.insured import sold, staff
from tests.factories.notices import told
from tests.factories.payouts import ACCOUNT
from tests.factories.recoveries import with_account
from tests.factories.repairs import order_invoiced
from tests.factories.work import LEASE
from tests.payouts.test_returning import again
from tests.repairs.test_paying import banked
from workers.registry import HANDLERS

CUSTOMER, HANDLER, FINANCE = "CLAIM_PAYMENT_RETURNED", "CLAIM_PAYMENT_RETURNED_FOR_YOU", "PAYOUT_RETURNED"
REFUND = "POLICY_REFUND_RETURNED"


async def comes_back(payout: Payout) -> None:
    """The bank pays it, once its account has cooled down, and then sends it back."""
    with clock.at(clock.now() + timedelta(hours=25)):
        await settle(payout)
        await send_back(payout.id)


async def news_delivered(database: str) -> list[Ending]:
    """What becomes of the news of a return, whose message comes to two workers at once."""
    (job,) = await Job.filter(kind="payouts.returned", state=JobState.AVAILABLE)
    relay = await open_relay(database)
    try:
        (ticket,) = [each for each in await dispatch(relay, Queue.NOTIFY, 50, LEASE) if each.job_id == job.id]
    finally:
        await relay.close()
    workers = [Executor(f"test:{os.getpid()}:{number}", HANDLERS, LEASE) for number in range(2)]
    return sorted(await asyncio.gather(*(each.perform(ticket) for each in workers)))


async def written() -> dict[str, set[UUID]]:
    """Who was written to, by template; nobody twice."""
    found: dict[str, set[UUID]] = {}
    for each in await Notification.filter(template__in=(CUSTOMER, HANDLER, FINANCE, REFUND)):
        assert each.party_id not in found.setdefault(each.template, set()), each.template
        found[each.template].add(each.party_id)
    return found


async def finance() -> set[UUID]:
    """All of finance."""
    return {each.id for each in await Staff.filter(active=True) if Role.FINANCE in each.roles}


async def test_the_customer_the_handler_and_finance_are_told_once_though_the_news_comes_twice(database: str) -> None:
    case, payout = await agreed()
    await comes_back(payout)
    assert await news_delivered(database) == [Ending.ENDED, Ending.STALE]
    assert await written() == {
        CUSTOMER: {case.claim.customer_id}, HANDLER: {case.handler.staff_id}, FINANCE: await finance(),
    }  # fmt: skip
    assert len(await finance()) > 1
    letter = await Notification.get(template=CUSTOMER)
    assert (letter.subject_id, letter.customer_id) == (case.claim.id, case.claim.customer_id)
    said = told(letter)
    assert case.claim.claim_number in said and "1,500.00 元" in said
    assert f"*{ACCOUNT[-4:]}" in said and ACCOUNT[-5:] not in said
    number = (await PayoutAttempt.get(payout_id=payout.id)).request_no
    for template in (HANDLER, FINANCE):
        for each in await Notification.filter(template=template):
            assert number in told(each) and "1,500.00 元" in told(each) and "*" not in told(each)
    job = await Job.get(kind="payouts.returned")
    assert (job.state, job.result_id) == (JobState.SUCCEEDED, payout.id)


async def test_without_a_handler_the_managers_are_told(database: str) -> None:
    case, payout = await agreed()
    await Claim.filter(id=case.claim.id).update(handler_id=None)
    await comes_back(payout)
    await news_delivered(database)
    managers = {each.id for each in await Staff.all() if Role.CLAIMS_MANAGER in each.roles}
    assert (await written())[HANDLER] == managers and case.manager.staff_id in managers


async def test_each_return_is_told_also_when_what_was_paid_again_comes_back(database: str) -> None:
    _, advance = await advance_granted()
    payout = await Payout.get(id=advance.payout_id)
    await comes_back(payout)
    await news_delivered(database)
    await comes_back(await again(payout.id))
    await news_delivered(database)
    assert await Notification.filter(template=CUSTOMER).count() == 2
    assert await Job.filter(kind="payouts.returned").count() == 2


async def test_of_a_repairer_s_money_finance_and_the_handler_are_told_and_the_customer_is_not(database: str) -> None:
    repair = await order_invoiced()
    await banked(repair)
    await comes_back(await Payout.get(subject_id=repair.id))
    await news_delivered(database)
    assert await written() == {HANDLER: {repair.handler.staff_id}, FINANCE: await finance()}
    (letter,) = await Notification.filter(template=HANDLER)
    assert letter.subject_id == repair.case.claim.id and repair.case.claim.claim_number in told(letter)


async def test_of_a_refund_that_came_back_its_customer_and_finance_are_told(database: str) -> None:
    applied = await issued(instalments=3)
    policy = await Policy.get(id=(await applied.now()).policy_id)
    await cancellation.cancel(policy.id, reason="no", expected_version=policy.version, actor=applied.customer)
    await with_account(applied.customer)
    await comes_back(await Payout.get(subject_id=policy.id))
    await news_delivered(database)
    assert await written() == {REFUND: {policy.customer_id}, FINANCE: await finance()}
    letter = await Notification.get(template=REFUND)
    said = told(letter)
    assert letter.subject_id == policy.id and policy.policy_number in said and "60.00 元" in said
    assert f"*{ACCOUNT[-4:]}" in said and ACCOUNT[-5:] not in said


async def test_of_a_partner_s_commission_that_came_back_finance_alone_is_told(database: str) -> None:
    policy = await sold()
    await closed()
    row = await of_month(policy, this_month())
    partner = await Partner.get(id=policy.partner_id)
    await banking.change_bank_account(
        partner.id, bank_account=ACCOUNT, reason="by letter", expected_version=partner.version,
        actor=await staff(Role.FINANCE),
    )  # fmt: skip
    await settling.approve(row.id, expected_version=row.version, actor=await staff(Role.FINANCE_APPROVER))
    await comes_back(await Payout.get(subject_id=row.id))
    await news_delivered(database)
    assert await written() == {FINANCE: await finance()}
