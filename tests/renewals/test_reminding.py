"""Reminding customers of the end of their cover, once for each mark."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from domain.audit.models import AuditEntry
from domain.jobs.kinds import kind_of, read_job
from domain.jobs.models import Job
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.notifications.models import Notification
from domain.policies import cancellation
from domain.policies.models import Policy
from domain.renewals import reminding
from domain.renewals.jobs import RemindOfRenewal
from domain.renewals.models import RenewalReminder
from tests.factories.insured import Insured, sold, version_on_sale

pytestmark = pytest.mark.usefixtures("database")
SYSTEM = Actor.system("renewals.find_due")


@contextmanager
def days_before_the_end(policy: Policy, days: int) -> Iterator[None]:
    """Nine o'clock of the day on which a policy has so many days left."""
    with clock.at(clock.start_of(policy.ends_on - timedelta(days=days)) + timedelta(hours=9)):
        yield


async def asked() -> list[Job]:
    return await Job.filter(kind="renewals.remind").order_by("id")


async def run_asked() -> list[bool]:
    """Carries out every reminder that was asked for, as a worker would, and forgets the jobs."""
    kind = kind_of(RemindOfRenewal)
    done = []
    for job in await asked():
        work = read_job(kind, job.arguments)
        done.append(
            await reminding.remind(work.policy_id, days_before=work.days_before, ends_on=work.ends_on, actor=SYSTEM)
        )
    await Job.filter(kind="renewals.remind").delete()
    return done


async def marks() -> list[int]:
    return [row.days_before for row in await RenewalReminder.all().order_by("id")]


async def test_each_mark_reminds_once_from_the_first_to_the_last() -> None:
    policy = await sold()
    for days in range(40, -2, -1):
        with days_before_the_end(policy, days):
            await reminding.find_due(actor=SYSTEM)
            await run_asked()
    assert await marks() == [30, 15, 7, 1]
    assert await Notification.filter(subject_id=policy.id, template="RENEWAL_REMINDER").count() == 4
    assert await AuditEntry.filter(action="renewal:remind").count() == 4


async def test_a_reminder_is_kept_with_whom_it_concerns() -> None:
    policy = await sold()
    with days_before_the_end(policy, 15):
        assert await reminding.remind(policy.id, days_before=15, ends_on=policy.ends_on, actor=SYSTEM)
    row = await RenewalReminder.get()
    assert (row.policy_id, row.customer_id, row.partner_id) == (policy.id, policy.customer_id, policy.partner_id)
    assert (row.days_before, row.ends_on) == (15, policy.ends_on)


async def test_a_day_that_was_missed_is_made_up_for_by_the_nearest_mark_alone() -> None:
    policy = await sold()
    for days, expected in ((28, [30]), (27, [30]), (12, [30, 15]), (1, [30, 15, 1])):
        with days_before_the_end(policy, days):
            await reminding.find_due(actor=SYSTEM)
            await run_asked()
        assert await marks() == expected


async def test_two_schedulers_ask_for_one_reminder() -> None:
    policy = await sold()
    with days_before_the_end(policy, 30):
        await asyncio.gather(*(reminding.find_due(actor=SYSTEM) for _ in range(3)))
    (job,) = await asked()
    assert (job.subject_id, job.customer_id, job.partner_id) == (policy.id, policy.customer_id, policy.partner_id)


async def test_the_same_reminder_at_once_is_sent_once() -> None:
    policy = await sold()
    with days_before_the_end(policy, 7):
        done = await asyncio.gather(
            *(reminding.remind(policy.id, days_before=7, ends_on=policy.ends_on, actor=SYSTEM) for _ in range(3))
        )
    assert sorted(done) == [False, False, True]
    assert await Notification.filter(template="RENEWAL_REMINDER").count() == 1


async def test_a_reminder_that_comes_too_late_for_its_mark_is_left_to_the_next() -> None:
    policy = await sold()
    with days_before_the_end(policy, 14):
        assert not await reminding.remind(policy.id, days_before=30, ends_on=policy.ends_on, actor=SYSTEM)
    with days_before_the_end(policy, 0):
        assert not await reminding.remind(policy.id, days_before=1, ends_on=policy.ends_on, actor=SYSTEM)
    assert await marks() == []


async def test_a_policy_that_was_taken_back_is_neither_found_nor_reminded_of() -> None:
    policy = await sold(version_id=await version_on_sale(months=1))
    holder = Insured(policy.id, policy.customer_id, policy.partner_id).customer
    with days_before_the_end(policy, 30):
        await reminding.find_due(actor=SYSTEM)
        assert len(await asked()) == 1
        await cancellation.cancel(policy.id, reason="no", expected_version=1, actor=holder)
        assert await run_asked() == [False]
        assert await reminding.find_due(actor=SYSTEM) == 0
    assert await marks() == []
    assert await Notification.filter(template="RENEWAL_REMINDER").count() == 0


async def test_a_cover_that_ends_on_another_day_now_is_not_reminded_of_the_old_one() -> None:
    policy = await sold()
    with days_before_the_end(policy, 7):
        old = policy.ends_on - timedelta(days=3)
        assert not await reminding.remind(policy.id, days_before=7, ends_on=old, actor=SYSTEM)
    assert await marks() == []


async def test_many_policies_are_found_in_batches_each_once() -> None:
    version_id = await version_on_sale()
    policies = [await sold(version_id=version_id) for _ in range(5)]
    with days_before_the_end(policies[0], 30):
        assert await reminding.find_due(actor=SYSTEM, batch=2) == 5
    assert len({job.subject_id for job in await asked()}) == 5
