"""What administrators do to jobs and queues."""

from __future__ import annotations

import strawberry

from api.changes import Changed, change, changed, takers
from api.inputs import row_id, value_of
from api.jobs.inputs import (
    JobCancelInput,
    JobRetryInput,
    JobSnoozeInput,
    QueuePauseInput,
    QueueResumeInput,
    QueueSetLimitsInput,
)
from api.jobs.types import Job, QueueControl
from domain.audit.entries import record
from domain.jobs import operations
from domain.jobs.lifecycle import JOB_LIFECYCLE
from domain.jobs.reading import JOB
from domain.jobs.terms import JobAction
from domain.kernel.actor import Actor, Role


@change(*takers(JOB_LIFECYCLE, JobAction.RETRY), job=Job)
async def job_retry(given: JobRetryInput, actor: Actor) -> Changed:
    """Takes a dead job up again, with all its attempts and a new deadline."""
    job_id = row_id(JOB.prefix, given.job_id)
    await operations.retry(
        job_id, reason=given.reason, expected_version=given.expected_version, actor=actor, record=record
    )
    return changed(job=job_id)


@change(*takers(JOB_LIFECYCLE, JobAction.CANCEL), job=Job)
async def job_cancel(given: JobCancelInput, actor: Actor) -> Changed:
    """Calls a job off; one that is executing ends its attempt first."""
    job_id = row_id(JOB.prefix, given.job_id)
    await operations.cancel(
        job_id, reason=given.reason, expected_version=given.expected_version, actor=actor, record=record
    )
    return changed(job=job_id)


@change(*takers(JOB_LIFECYCLE, JobAction.SNOOZE), job=Job)
async def job_snooze(given: JobSnoozeInput, actor: Actor) -> Changed:
    """Puts off a job that waits for its time."""
    job_id = row_id(JOB.prefix, given.job_id)
    await operations.snooze(
        job_id,
        until=given.until,
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
        record=record,
    )
    return changed(job=job_id)


@change(Role.ADMIN, queue=QueueControl)
async def queue_pause(given: QueuePauseInput, actor: Actor) -> Changed:
    """Stops the dispatch of a queue's jobs; those under way go on."""
    return changed(queue=await operations.pause_queue(given.queue, reason=given.reason, actor=actor, record=record))


@change(Role.ADMIN, queue=QueueControl)
async def queue_resume(given: QueueResumeInput, actor: Actor) -> Changed:
    """Lets a paused queue go on."""
    return changed(queue=await operations.resume_queue(given.queue, reason=given.reason, actor=actor, record=record))


@change(Role.ADMIN, queue=QueueControl)
async def queue_set_limits(given: QueueSetLimitsInput, actor: Actor) -> Changed:
    """Sets how many jobs of a queue may be under way and how many may start in a second."""
    control_id = await operations.limit_queue(
        given.queue,
        max_inflight=given.max_inflight,
        rate_per_second=value_of(given.rate_per_second),
        reason=given.reason,
        actor=actor,
        record=record,
    )
    return changed(queue=control_id)


@strawberry.type
class JobsMutations:
    """What administrators do to jobs and queues."""

    job_retry = job_retry
    job_cancel = job_cancel
    job_snooze = job_snooze
    queue_pause = queue_pause
    queue_resume = queue_resume
    queue_set_limits = queue_set_limits
