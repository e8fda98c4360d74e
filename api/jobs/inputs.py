"""What administrators say of jobs and queues."""

from __future__ import annotations

from datetime import datetime

import strawberry

from api import inputs
from domain.jobs.terms import Queue

MAX_REASON = 500
REASON = "Why, for the audit."


@strawberry.input(description="A dead job to take up again.")
class JobRetryInput:
    """A dead job to take up again."""

    job_id: strawberry.ID = inputs.plain("The job.")
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="A job to call off.")
class JobCancelInput:
    """A job to call off."""

    job_id: strawberry.ID = inputs.plain("The job.")
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="A waiting job to put off.")
class JobSnoozeInput:
    """A waiting job to put off."""

    job_id: strawberry.ID = inputs.plain("The job.")
    until: datetime = inputs.plain("When it is due instead.")
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="A queue whose jobs are to wait.")
class QueuePauseInput:
    """A queue whose jobs are to wait."""

    queue: Queue = inputs.plain("The queue.")
    reason: str = inputs.lines(REASON, MAX_REASON)


@strawberry.input(description="A queue whose jobs may go on.")
class QueueResumeInput:
    """A queue whose jobs may go on."""

    queue: Queue = inputs.plain("The queue.")
    reason: str = inputs.lines(REASON, MAX_REASON)


@strawberry.input(description="How much of a queue may be under way.")
class QueueSetLimitsInput:
    """How much of a queue may be under way."""

    queue: Queue = inputs.plain("The queue.")
    max_inflight: int = inputs.number("Jobs under way at once.", 1, 10_000)
    rate_per_second: strawberry.Maybe[int | None] = inputs.number("Jobs started in a second; no limit.", 1, 100_000)
    reason: str = inputs.lines(REASON, MAX_REASON)
