"""The jobs of renewals, carried out as a worker does."""

from __future__ import annotations

from datetime import timedelta

from domain.jobs.models import Job
from domain.jobs.queue import enqueue
from domain.jobs.terms import JobState, Queue
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.notifications.models import Notification
from domain.renewals.jobs import FindDueReminders
from domain.renewals.models import RenewalReminder
from tests.factories.insured import sold
from tests.factories.work import work
from workers.schedule import TABLE


async def test_one_look_a_day_leads_to_one_reminder_for_each_mark(database: str) -> None:
    policies = [await sold(), await sold()]
    for days in (30, 30, 29, 15):
        with clock.at(clock.start_of(policies[0].ends_on - timedelta(days=days)) + timedelta(hours=9)):
            async with transaction():
                await enqueue(FindDueReminders(), actor=Actor.system("schedule"))
            await work(database, (Queue.BULK,))
    assert sorted([row.days_before for row in await RenewalReminder.all()]) == [15, 15, 30, 30]
    assert await Notification.filter(template="RENEWAL_REMINDER").count() == 4
    assert await Job.filter(queue=Queue.BULK).exclude(state=JobState.SUCCEEDED).count() == 0
    assert await Job.filter(kind="renewals.remind").count() == 4
    told = [job.progress for job in await Job.filter(kind="renewals.find_due").order_by("id")]
    asked_for = {"done": 2, "total": None, "unit": "policies", "message": "REMINDERS_ASKED_FOR"}
    assert told == [asked_for, None, None, asked_for]


def test_the_cron_table_has_the_look_in_the_morning() -> None:
    (line,) = [each for each in TABLE if isinstance(each.work, FindDueReminders)]
    assert (line.cron, line.zone) == ("0 9 * * *", "Asia/Shanghai")
