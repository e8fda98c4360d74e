"""What administrators do to jobs and queues; each leaves an audit entry in its own transaction.

The audit stands above this room, so whoever calls gives its `record` along.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

from tortoise.exceptions import IntegrityError

from domain.jobs.kinds import find_kind
from domain.jobs.lifecycle import JOB_LIFECYCLE
from domain.jobs.models import Job, QueueControl
from domain.jobs.reading import JOB
from domain.jobs.refusals import AlreadyPaused, AnotherIsLive, NotPaused
from domain.jobs.relaying import MAX_INFLIGHT
from domain.jobs.terms import JobAction, JobState, Queue
from domain.jobs.waking import wake
from domain.kernel.actor import Actor, Role
from domain.kernel.database import fetch, transaction
from domain.kernel.ids import new_id
from domain.kernel.refusals import Forbidden
from domain.kernel.rows import expect_version, lock_visible
from domain.kernel.subject import Subject, SubjectKind


class Record(Protocol):
    """Writes one audit entry in the current transaction: `domain.audit.entries.record`."""

    async def __call__(
        self,
        action: str,
        subject: Subject,
        actor: Actor,
        *,
        before: dict[str, object] | None = None,
        after: dict[str, object] | None = None,
        reason: str | None = None,
    ) -> None:
        """Records one change; see there."""


RETRY = """
UPDATE job SET state = 'AVAILABLE', attempt = 0, crashes = 0, lapses = 0, cancel_requested = false, finished_at = NULL,
  run_at = clock_timestamp(), deadline_at = clock_timestamp() + $2::interval, version = version + 1
WHERE id = $1::uuid
"""
CANCEL = """
UPDATE job SET state = $2::text, cancel_requested = true, version = version + 1,
  lease_until = CASE WHEN $2::text = 'CANCELLED' THEN NULL ELSE lease_until END,
  finished_at = CASE WHEN $2::text = 'CANCELLED' THEN clock_timestamp() END
WHERE id = $1::uuid
"""
SNOOZE = "UPDATE job SET run_at = $2::timestamptz, version = version + 1 WHERE id = $1::uuid"
CONTROL = """
INSERT INTO queue_control (id, queue, paused, max_inflight, tokens, refilled_at, version)
VALUES ($1::uuid, $2::text, false, $3::int, 0, clock_timestamp(), 1) ON CONFLICT (queue) DO NOTHING
"""
PAUSE = "UPDATE queue_control SET paused = $2, reason = $3::text, version = version + 1 WHERE id = $1::uuid"
LIMIT = """
UPDATE queue_control SET max_inflight = $2::int, rate_per_second = $3::int, tokens = 0,
  refilled_at = clock_timestamp(), version = version + 1 WHERE id = $1::uuid
"""


async def retry(job_id: UUID, *, reason: str, expected_version: int | None, actor: Actor, record: Record) -> None:
    """Takes a dead job up again, with all its attempts and a new deadline.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden; AnotherIsLive when a newer job does the same work.
    """
    try:
        async with transaction() as tx:
            found, target = await _step(job_id, JobAction.RETRY, expected_version, actor)
            kind = find_kind(found.kind)
            await fetch(RETRY, job_id, kind.deadline if kind else None)
            await record("job:retry", _subject(found), actor, **_moved(found, target), reason=reason)
            tx.after_commit["jobs"] = wake
    except IntegrityError as taken:
        raise AnotherIsLive from taken


async def cancel(job_id: UUID, *, reason: str, expected_version: int | None, actor: Actor, record: Record) -> None:
    """Calls a job off. One that is executing ends its attempt first: what it does is not torn in two.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden.
    """
    async with transaction():
        found, target = await _step(job_id, JobAction.CANCEL, expected_version, actor)
        await fetch(CANCEL, job_id, target)
        await record("job:cancel", _subject(found), actor, **_moved(found, target), reason=reason)


async def snooze(
    job_id: UUID, *, until: datetime, reason: str, expected_version: int | None, actor: Actor, record: Record
) -> None:
    """Puts off a job that waits for its time.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden.
    """
    async with transaction():
        found, _ = await _step(job_id, JobAction.SNOOZE, expected_version, actor)
        await fetch(SNOOZE, job_id, until)
        before, after = {"run_at": found.run_at}, {"run_at": until}
        await record("job:snooze", _subject(found), actor, before={**before}, after={**after}, reason=reason)


async def pause_queue(queue: Queue, *, reason: str, actor: Actor, record: Record) -> UUID:
    """Stops the dispatch of a queue's jobs; those under way go on. The id of the queue's control row.

    Raises: Forbidden, AlreadyPaused.
    """
    async with transaction():
        control = await _lock_queue(queue, actor)
        if control.paused:
            raise AlreadyPaused(queue=queue)
        await fetch(PAUSE, control.id, True, reason)  # noqa: FBT003 - a value of the statement
        await record(
            "queue:pause", _subject(control), actor, before={"paused": False}, after={"paused": True}, reason=reason
        )
    return control.id


async def resume_queue(queue: Queue, *, reason: str, actor: Actor, record: Record) -> UUID:
    """Lets a paused queue go on. The id of its control row.

    Raises: Forbidden, NotPaused.
    """
    async with transaction() as tx:
        control = await _lock_queue(queue, actor)
        if not control.paused:
            raise NotPaused(queue=queue)
        await fetch(PAUSE, control.id, False, None)  # noqa: FBT003 - a value of the statement
        await record(
            "queue:resume", _subject(control), actor, before={"paused": True}, after={"paused": False}, reason=reason
        )
        tx.after_commit["jobs"] = wake
    return control.id


async def limit_queue(
    queue: Queue, *, max_inflight: int, rate_per_second: int | None, reason: str, actor: Actor, record: Record
) -> UUID:
    """Sets how many jobs of a queue may be under way and how many may start in a second. The id of its control row.

    Raises: Forbidden.
    """
    async with transaction() as tx:
        control = await _lock_queue(queue, actor)
        await fetch(LIMIT, control.id, max_inflight, rate_per_second)
        before: dict[str, object] = {"max_inflight": control.max_inflight, "rate_per_second": control.rate_per_second}
        after: dict[str, object] = {"max_inflight": max_inflight, "rate_per_second": rate_per_second}
        await record("queue:limit", _subject(control), actor, before=before, after=after, reason=reason)
        tx.after_commit["jobs"] = wake
    return control.id


async def _step(job_id: UUID, action: JobAction, expected_version: int | None, actor: Actor) -> tuple[Job, JobState]:
    """The job, locked in sight, and its state after a step that this actor may take from where it stands."""
    found = await lock_visible(Job, JOB, job_id, actor)
    expect_version(found, expected_version)
    return found, JOB_LIFECYCLE.step(found.state, action, actor)


async def _lock_queue(queue: Queue, actor: Actor) -> QueueControl:
    if not actor.has(Role.ADMIN):
        raise Forbidden(permission="queue:control")
    await fetch(CONTROL, new_id(), queue, MAX_INFLIGHT)
    return await QueueControl.select_for_update(no_key=True).get(queue=queue)


def _moved(found: Job, target: JobState) -> dict[str, dict[str, object]]:
    return {"before": {"state": found.state}, "after": {"state": target}}


def _subject(row: Job | QueueControl) -> Subject:
    return Subject(SubjectKind.JOB if isinstance(row, Job) else SubjectKind.QUEUE, row.id)
