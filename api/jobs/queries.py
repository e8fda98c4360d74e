"""Queries of jobs."""

from __future__ import annotations

import strawberry

from api.jobs.types import Job, QueueControl, Schedule
from api.listing import order_of, where_of
from api.paging import Connection
from api.reading import fields
from domain.jobs.reading import JOB, QUEUE_CONTROL, SCHEDULE
from domain.jobs.terms import JobState, Queue


@strawberry.type
class JobsQueries:
    """Reads of jobs."""

    job: Job | None = fields.by_id("One job.")
    jobs: Connection[Job] = fields.connection(
        "Jobs.",
        order=order_of(JOB),
        where=where_of(JOB, state=JobState, queue=Queue),
    )
    queues: Connection[QueueControl] = fields.connection(
        "Queues that administrators have set something for.",
        order=order_of(QUEUE_CONTROL),
        where=where_of(QUEUE_CONTROL, queue=Queue),
    )
    schedules: Connection[Schedule] = fields.connection(
        "The cron table.", order=order_of(SCHEDULE)
    )
