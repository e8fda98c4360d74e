"""The rows of jobs. All their times are the database's clock, so that no machine's clock decides a lease."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.jobs.terms import CatchUp, JobState, Queue, Word
from domain.kernel import clock, columns
from domain.kernel.subject import SubjectKind


class JobColumns(Model):
    """What living and archived jobs have in common.

    `arguments` are ids and plain values, never personal data. `fence` counts dispatches: a worker acts only under the
    fence it was given. `crashes` counts workers that died at it, `lapses` dispatches that never arrived. `progress` is
    `{"done": int, "total": int | null, "unit": str, "message": code | null}`. `actor_kind` and `actor_id` name who
    caused it, at first hand or through other jobs; `result_kind` and `result_id` the row that came of it. `version`
    counts the changes a reader may notice. `trace` is the W3C `traceparent` of whatever caused the job.
    """

    id: UUID = columns.key()
    kind: str = columns.text(56)
    schema_version: int = columns.whole(1)
    arguments: dict[str, Any] = columns.document()
    queue: Queue = columns.choice(Queue)
    priority: int = columns.whole(100)
    state: JobState = columns.choice(JobState)
    run_at: datetime = columns.instant()
    deadline_at: datetime | None = columns.maybe_instant()
    attempt: int = columns.whole(0)
    max_attempts: int = columns.whole(20)
    crashes: int = columns.whole(0)
    lapses: int = columns.whole(0)
    fence: int = columns.big(0)
    lease_until: datetime | None = columns.maybe_instant()
    worker: str | None = columns.maybe_text(64)
    progress: dict[str, Any] | None = columns.maybe_document()
    cancel_requested: bool = columns.flag()
    unique_key: str | None = columns.maybe_text(200)
    subject_kind: SubjectKind | None = columns.maybe_choice(SubjectKind)
    subject_id: UUID | None = columns.maybe_reference()
    customer_id: UUID | None = columns.maybe_reference()
    partner_id: UUID | None = columns.maybe_reference()
    actor_kind: SubjectKind | None = columns.maybe_choice(SubjectKind)
    actor_id: UUID | None = columns.maybe_reference()
    result_kind: SubjectKind | None = columns.maybe_choice(SubjectKind)
    result_id: UUID | None = columns.maybe_reference()
    schedule: str | None = columns.maybe_text(64)
    slot: datetime | None = columns.maybe_instant()
    trace: str | None = columns.maybe_text(55)
    created_at: datetime = columns.instant(clock.now)
    dispatched_at: datetime | None = columns.maybe_instant()
    started_at: datetime | None = columns.maybe_instant()
    finished_at: datetime | None = columns.maybe_instant()
    error_code: str | None = columns.maybe_text(64)
    error: str | None = columns.maybe_text(500)
    version: int = columns.version()

    class Meta:
        abstract = True


class Job(JobColumns):
    """One job 作业. `migrations/sql/jobs.sql` holds the partial indexes of relay, sweep and readers."""

    class Meta:
        table = "job"
        constraints = (
            UniqueConstraint(
                fields=("unique_key",),
                name="job_live_key",
                condition="unique_key IS NOT NULL AND state IN ('AVAILABLE', 'DISPATCHED', 'EXECUTING', 'PARKED')",
            ),
            UniqueConstraint(fields=("schedule", "slot"), name="job_slot", condition="schedule IS NOT NULL"),
            CheckConstraint(
                check="(state IN ('DISPATCHED', 'EXECUTING')) = (lease_until IS NOT NULL)", name="job_leased_with_lease"
            ),
            CheckConstraint(
                check="(state IN ('SUCCEEDED', 'DEAD', 'CANCELLED')) = (finished_at IS NOT NULL)",
                name="job_finished_with_instant",
            ),
            CheckConstraint(check="(schedule IS NULL) = (slot IS NULL)", name="job_slot_of_schedule"),
            CheckConstraint(check="(subject_kind IS NULL) = (subject_id IS NULL)", name="job_subject_whole"),
            CheckConstraint(check="(actor_kind IS NULL) = (actor_id IS NULL)", name="job_actor_whole"),
            CheckConstraint(check="(result_kind IS NULL) = (result_id IS NULL)", name="job_result_whole"),
            CheckConstraint(check="result_kind IS NULL OR state = 'SUCCEEDED'", name="job_result_of_success"),
            CheckConstraint(check="priority IN (50, 100, 200)", name="job_priority_known"),
            CheckConstraint(check="octet_length(arguments::text) < 8192", name="job_arguments_small"),
            CheckConstraint(
                check="attempt >= 0 AND max_attempts > 0 AND crashes >= 0 AND lapses >= 0 AND fence >= 0",
                name="job_counts_not_negative",
            ),
        )
        indexes = (Index(fields=("state", "id"), name="job_state"),)


class JobArchive(JobColumns):
    """A job that finished long ago 归档作业. The view `job_all` shows it beside the living ones."""

    archived_at: datetime = columns.instant(clock.now)

    class Meta:
        table = "job_archive"
        indexes = (Index(fields=("state", "id"), name="job_archive_state"),)


class JobAttempt(Model):
    """An attempt that did not succeed at once 执行记录; the one that did stands on the job itself.

    It has no foreign key: it stays with the job when that moves to the archive.
    """

    id: UUID = columns.key()
    job_id: UUID = columns.reference()
    fence: int = columns.big()
    attempt: int = columns.whole()
    worker: str | None = columns.maybe_text(64)
    started_at: datetime | None = columns.maybe_instant()
    ended_at: datetime = columns.instant()
    outcome: Word = columns.choice(Word)
    error_code: str | None = columns.maybe_text(64)
    error: str | None = columns.maybe_text(500)

    class Meta:
        table = "job_attempt"
        constraints = (UniqueConstraint(fields=("job_id", "fence"), name="job_attempt_fence"),)


class QueueControl(Model):
    """What administrators set for a queue 队列控制; a queue without a row has the defaults.

    Units: `max_inflight` jobs dispatched or executing at once; `rate_per_second` jobs; `tokens` jobs that may go now.
    """

    id: UUID = columns.key()
    queue: Queue = columns.choice(Queue)
    paused: bool = columns.flag()
    reason: str | None = columns.maybe_text(500)
    max_inflight: int = columns.whole(200)
    rate_per_second: int | None = columns.maybe_whole()
    tokens: Decimal = columns.rate()
    refilled_at: datetime = columns.instant(clock.now)
    version: int = columns.version()

    class Meta:
        table = "queue_control"
        constraints = (
            UniqueConstraint(fields=("queue",), name="queue_control_queue_key"),
            CheckConstraint(
                check="max_inflight > 0 AND rate_per_second > 0 AND tokens >= 0", name="queue_control_limits_positive"
            ),
            CheckConstraint(check="NOT paused OR reason IS NOT NULL", name="queue_control_paused_with_reason"),
        )


class Schedule(Model):
    """One line of the cron table 定时任务. `next_at` is the slot that is due next."""

    id: UUID = columns.key()
    name: str = columns.text(64)
    kind: str = columns.text(56)
    cron: str = columns.text(64)
    zone: str = columns.text(48)
    arguments: dict[str, Any] = columns.document()
    catch_up: CatchUp = columns.choice(CatchUp)
    enabled: bool = columns.flag(True)  # noqa: FBT003 - a column's default
    next_at: datetime = columns.instant()
    version: int = columns.version()

    class Meta:
        table = "schedule"
        constraints = (UniqueConstraint(fields=("name",), name="schedule_name_key"),)
