"""Lapse of what was not paid for, and reinstatement once nothing is overdue."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from domain.audit.models import AuditEntry
from domain.billing import watching
from domain.billing.models import Invoice
from domain.billing.refusals import PremiumOverdue
from domain.billing.terms import InvoiceState
from domain.jobs.models import Job
from domain.jobs.queue import enqueue
from domain.jobs.terms import JobState, Queue, Word
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.money import Money
from domain.kernel.refusals import Forbidden, IllegalStep, StaleVersion
from domain.kernel.subject import SubjectKind
from domain.notifications.models import Notification
from domain.policies import cancellation, lapsing, rolling
from domain.policies.jobs import LapsePolicy
from domain.policies.models import Policy, PolicyCover, PolicyLapse
from domain.policies.refusals import DeviceCovered
from domain.policies.terms import PolicyState
from tests.factories.applications import issued
from tests.factories.billing import Billed, invoiced, invoiced_ago, paid
from tests.factories.insured import Insured, sold, staff, version_on_sale
from tests.factories.ledger import balances
from tests.factories.notices import told
from tests.factories.unchanged import refused
from tests.factories.work import work

pytestmark = pytest.mark.usefixtures("database")
WATCHMAN = Actor.system("billing.watch_due")
SYSTEM = Actor.system("policies.lapse")


async def lapsed(count: int = 12) -> Billed:
    """A policy that lapsed just now: the first instalment of its invoice was not paid in the days of grace."""
    billed = await invoiced_ago(31, count=count)
    await watching.watch(actor=WATCHMAN)
    assert (await lapsing.lapse(billed.covered.policy_id, actor=SYSTEM)).word is Word.DONE
    assert (await billed.policy()).state is PolicyState.LAPSED
    return billed


async def caught_up(billed: Billed) -> None:
    """Everything that is overdue is paid."""
    late = [each for each in await billed.parts() if each.due_on < clock.today()]
    for each in late:
        await paid(billed, f"R-{each.number}", f"{Money(each.amount_minor).amount}")


async def live_perils(policy_id: object) -> int:
    return await PolicyCover.filter(policy_id=policy_id, live=True).count()


async def test_the_policy_of_a_lapsed_invoice_lapses_by_its_jobs(database: str) -> None:
    billed = await invoiced_ago(31)
    await watching.watch(actor=WATCHMAN)
    await work(database, (Queue.MONEY,))
    policy = await billed.policy()
    assert policy.state is PolicyState.LAPSED
    (period,) = await PolicyLapse.filter(policy_id=policy.id)
    assert (period.lapsed_on, period.covered_again_on) == (clock.today(), None)
    assert await live_perils(policy.id) == 0
    news, done = await Job.get(kind="billing.invoice_lapsed"), await Job.get(kind="policies.lapse")
    assert (news.state, news.result_kind, news.result_id) == (JobState.SUCCEEDED, SubjectKind.JOB, done.id)
    assert (done.state, done.result_kind, done.result_id) == (JobState.SUCCEEDED, SubjectKind.POLICY, policy.id)
    assert (await AuditEntry.get(subject_id=policy.id, action="policy:lapse")).after == {"state": "LAPSED"}


async def test_the_customer_is_told_what_is_overdue_and_from_when_on_nothing_is_covered() -> None:
    billed = await lapsed()
    (notice,) = await Notification.filter(template="POLICY_LAPSED", subject_id=billed.covered.policy_id)
    text = told(notice)
    overdue = sum(each.amount_minor for each in await billed.parts() if each.due_on < clock.today())
    assert f"{Money(overdue).amount}" in text and clock.today().isoformat() in text


async def test_the_same_job_again_lapses_nothing_more() -> None:
    billed = await lapsed()
    await lapsing.lapse(billed.covered.policy_id, actor=SYSTEM)
    assert await PolicyLapse.all().count() == 1
    assert await Notification.filter(template="POLICY_LAPSED").count() == 1


async def test_two_jobs_at_once_lapse_once() -> None:
    billed = await invoiced_ago(31)
    await watching.watch(actor=WATCHMAN)
    await asyncio.gather(*(lapsing.lapse(billed.covered.policy_id, actor=SYSTEM) for _ in range(4)))
    assert await PolicyLapse.all().count() == 1


async def test_a_policy_that_was_paid_for_meanwhile_goes_on_and_its_invoice_is_open() -> None:
    billed = await invoiced_ago(31)
    await watching.watch(actor=WATCHMAN)
    assert (await billed.now()).state is InvoiceState.LAPSED
    await caught_up(billed)
    await lapsing.lapse(billed.covered.policy_id, actor=SYSTEM)
    assert (await billed.policy()).state is PolicyState.IN_FORCE
    assert (await billed.now()).state is InvoiceState.OPEN
    assert await Notification.filter(template="POLICY_LAPSED").count() == 0


async def test_a_policy_whose_cover_has_not_begun_lapses_when_it_begins(database: str) -> None:
    with clock.at(clock.now() - timedelta(days=31)):
        version_id = await version_on_sale(starts_after_warranty=True)
        policy = await sold(version_id=version_id, warranty_until=clock.today() + timedelta(days=90))
        billed = await invoiced(covered=Insured(policy.id, policy.customer_id, policy.partner_id))
    await watching.watch(actor=WATCHMAN)
    outcome = await lapsing.lapse(policy.id, actor=SYSTEM)
    assert (outcome.word, outcome.at) == (Word.LATER, clock.start_of(policy.starts_on) + timedelta(minutes=15))
    await work(database, (Queue.MONEY,))
    assert (await Job.get(kind="policies.lapse")).state is JobState.AVAILABLE
    with clock.at(clock.start_of(policy.starts_on) + timedelta(minutes=15)):
        await rolling.roll(actor=Actor.system("policies.roll"))
        await lapsing.lapse(policy.id, actor=SYSTEM)
    assert (await billed.policy()).state is PolicyState.LAPSED


async def test_no_premium_is_taken_for_a_lapsed_policy_that_is_over() -> None:
    applied = await issued(instalments=12)
    policy = await Policy.get(id=(await applied.now()).policy_id)
    with clock.at(clock.now() + timedelta(days=65)):
        await watching.watch(actor=WATCHMAN)
        await lapsing.lapse(policy.id, actor=SYSTEM)
    with clock.at(clock.start_of(policy.ends_on) + timedelta(hours=1)):
        await rolling.roll(actor=SYSTEM)
    assert (await Policy.get(id=policy.id)).state is PolicyState.EXPIRED
    invoice = await Invoice.get(subject_id=policy.id)
    assert invoice.state is InvoiceState.ENDED
    sums = await balances()
    assert (sums["PREMIUM_RECEIVABLE"], sums["BANK"]) == (0, 1_500)
    assert -sums["PREMIUM_INCOME"] - sums["VAT_PAYABLE"] == 1_500


async def test_a_policy_that_was_taken_back_does_not_lapse() -> None:
    policy = await sold()
    billed = await invoiced("180.00", covered=Insured(policy.id, policy.customer_id, policy.partner_id))
    service = await staff(Role.CUSTOMER_SERVICE)
    await cancellation.cancel(policy.id, reason="r", expected_version=1, actor=service)
    with clock.at(clock.now() + timedelta(days=31)):
        await watching.watch(actor=WATCHMAN)
        await lapsing.lapse(policy.id, actor=SYSTEM)
    assert (await billed.policy()).state is PolicyState.CANCELLED
    assert await PolicyLapse.all().count() == 0


async def test_a_lapsed_policy_is_in_force_again_once_nothing_is_overdue_and_covers_from_tomorrow_on() -> None:
    billed, underwriter = await lapsed(), await staff(Role.UNDERWRITER)
    policy = await billed.policy()
    perils = await PolicyCover.filter(policy_id=policy.id).count()
    async with refused(PremiumOverdue) as raised:
        await lapsing.reinstate(policy.id, reason="paid", expected_version=policy.version, actor=underwriter)
    assert isinstance(raised.value, PremiumOverdue) and raised.value.amount >= Money.of("41.67")
    await caught_up(billed)
    done = await lapsing.reinstate(policy.id, reason="paid", expected_version=policy.version, actor=underwriter)
    assert (done.state, done.version) == (PolicyState.IN_FORCE, policy.version + 1)
    assert await live_perils(policy.id) == perils > 0
    (period,) = await PolicyLapse.filter(policy_id=policy.id)
    assert (period.lapsed_on, period.covered_again_on) == (clock.today(), clock.today() + timedelta(days=1))
    assert (await billed.now()).state is InvoiceState.OPEN
    entry = await AuditEntry.get(subject_id=policy.id, action="policy:reinstate")
    assert (entry.reason, entry.after["state"]) == ("paid", "IN_FORCE")
    (notice,) = await Notification.filter(template="POLICY_REINSTATED", subject_id=policy.id)
    assert f"{period.covered_again_on}" in told(notice)


async def test_a_device_that_was_insured_otherwise_meanwhile_is_not_covered_twice() -> None:
    billed, underwriter = await lapsed(), await staff(Role.UNDERWRITER)
    policy = await billed.policy()
    other = await sold(serial_number=policy.serial_number)
    await caught_up(billed)
    async with refused(DeviceCovered):
        await lapsing.reinstate(policy.id, reason="paid", expected_version=policy.version, actor=underwriter)
    service = await staff(Role.CUSTOMER_SERVICE)
    await cancellation.cancel(other.id, reason="r", expected_version=1, actor=service)
    done = await lapsing.reinstate(policy.id, reason="paid", expected_version=policy.version, actor=underwriter)
    assert done.state is PolicyState.IN_FORCE


async def test_a_sale_and_a_reinstatement_at_once_cover_the_device_once() -> None:
    billed, underwriter, version_id = await lapsed(), await staff(Role.UNDERWRITER), await version_on_sale()
    policy = await billed.policy()
    await caught_up(billed)
    outcomes = await asyncio.gather(
        lapsing.reinstate(policy.id, reason="paid", expected_version=policy.version, actor=underwriter),
        sold(version_id=version_id, serial_number=policy.serial_number),
        return_exceptions=True,
    )
    assert sorted(type(each).__name__ for each in outcomes) == ["DeviceCovered", "Policy"]
    covers = await PolicyCover.filter(serial_number=policy.serial_number, live=True)
    assert len({each.policy_id for each in covers}) == 1


async def test_a_policy_that_lapses_twice_has_two_periods() -> None:
    billed, underwriter = await lapsed(1), await staff(Role.UNDERWRITER)
    await caught_up(billed)
    policy = await billed.policy()
    await lapsing.reinstate(policy.id, reason="paid", expected_version=policy.version, actor=underwriter)
    await invoiced(covered=billed.covered)
    with clock.at(clock.now() + timedelta(days=31)):
        await watching.watch(actor=WATCHMAN)
        await lapsing.lapse(policy.id, actor=SYSTEM)
    first, second = await PolicyLapse.filter(policy_id=policy.id).order_by("id")
    assert (first.covered_again_on is None, second.covered_again_on) == (False, None)


async def test_only_underwriters_reinstate_and_only_what_has_lapsed() -> None:
    billed = await lapsed()
    policy = await billed.policy()
    await caught_up(billed)
    service, underwriter = await staff(Role.CUSTOMER_SERVICE), await staff(Role.UNDERWRITER)
    async with refused(Forbidden):
        await lapsing.reinstate(policy.id, reason="r", expected_version=policy.version, actor=service)
    async with refused(StaleVersion):
        await lapsing.reinstate(policy.id, reason="r", expected_version=policy.version - 1, actor=underwriter)
    other = await sold()
    async with refused(IllegalStep):
        await lapsing.reinstate(other.id, reason="r", expected_version=1, actor=underwriter)


async def test_a_lapsed_policy_ends_with_its_last_day() -> None:
    billed = await lapsed()
    policy = await billed.policy()
    with clock.at(clock.start_of(policy.ends_on)):
        assert await rolling.roll(actor=Actor.system("policies.roll")) == 1
    assert (await Policy.get(id=policy.id)).state is PolicyState.EXPIRED


async def test_a_job_for_a_policy_that_owes_nothing_lapses_nothing(database: str) -> None:
    policy = await sold()
    async with transaction():
        await enqueue(LapsePolicy(policy.id), actor=SYSTEM)
    await work(database, (Queue.MONEY,))
    assert (await Policy.get(id=policy.id)).state is PolicyState.IN_FORCE
    assert (await Job.get(kind="policies.lapse")).state is JobState.SUCCEEDED
