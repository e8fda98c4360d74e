"""The daily job of policies, carried out as a worker does."""

from __future__ import annotations

from datetime import timedelta

from domain.jobs.execution import Ending
from domain.jobs.models import Job
from domain.jobs.queue import enqueue
from domain.jobs.terms import JobState, Queue
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.policies.jobs import RollPolicies
from domain.policies.models import Policy
from domain.policies.terms import PolicyState
from tests.factories.insured import sold, version_on_sale
from tests.factories.work import work
from workers.schedule import TABLE


async def test_the_daily_job_begins_and_ends_covers_and_is_done(database: str) -> None:
    version_id = await version_on_sale(starts_after_warranty=True)
    begins = await sold(version_id=version_id, warranty_until=clock.today() + timedelta(days=365))
    ends = await sold()
    with clock.at(clock.start_of(max(ends.ends_on, begins.starts_on))):
        async with transaction():
            job_id = await enqueue(RollPolicies(), actor=Actor.system("schedule"))
        assert await work(database, (Queue.BULK,)) == [Ending.ENDED]
    assert (await Policy.get(id=begins.id)).state is PolicyState.IN_FORCE
    assert (await Policy.get(id=ends.id)).state is PolicyState.EXPIRED
    job = await Job.get(id=job_id)
    assert job.state is JobState.SUCCEEDED
    assert job.progress == {"done": 2, "total": None, "unit": "policies", "message": "POLICIES_EXPIRE"}


def test_the_cron_table_has_the_daily_job_after_midnight_of_the_insurers_day() -> None:
    (line,) = [each for each in TABLE if isinstance(each.work, RollPolicies)]
    assert (line.cron, line.zone) == ("5 0 * * *", "Asia/Shanghai")
