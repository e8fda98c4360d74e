"""What can be read of jobs, and by whom: whoever caused a job or is concerned by it can follow it."""

from __future__ import annotations

from typing import Any

from domain.jobs.lifecycle import JOB_LIFECYCLE
from domain.jobs.terms import FINISHED, JobState
from domain.jobs.wording import fault_in_words, in_words
from domain.kernel.actor import STAFF_ROLES, Fact, Role
from domain.kernel.projection.entity import (
    About,
    Actions,
    Column,
    Derived,
    Entity,
    Expression,
    Filter,
    about,
    flags,
    instants,
    link,
    maybe_texts,
    order,
    texts,
    wholes,
)
from domain.kernel.projection.visibility import EVERYTHING, Owns, SeenBy
from domain.kernel.projection.wire import INSTANT, JSON, TEXT, TRUTH, WHOLE
from domain.kernel.subject import SubjectKind

SEEN_BY: SeenBy = {
    **{role: Owns("actor_id", Fact.STAFF_ID) for role in STAFF_ROLES},
    Role.ADMIN: EVERYTHING,
    Role.COMPLIANCE: EVERYTHING,
    Role.CUSTOMER: Owns("customer_id", Fact.CUSTOMER_ID),
    Role.PARTNER: Owns("partner_id", Fact.PARTNER_ID),
}

STATUS_SQL = """CASE {row}.state
    WHEN 'AVAILABLE' THEN CASE WHEN {row}.attempt > 0 OR {row}.crashes > 0 THEN 'RETRYING' ELSE 'QUEUED' END
    WHEN 'DISPATCHED' THEN 'QUEUED' WHEN 'EXECUTING' THEN 'RUNNING' WHEN 'PARKED' THEN 'AWAITING_OUTCOME'
    WHEN 'DEAD' THEN 'FAILED' ELSE {row}.state END"""

POLL_SQL = """CASE WHEN {row}.state IN ('SUCCEEDED', 'DEAD', 'CANCELLED') THEN NULL
    WHEN {row}.state = 'PARKED' THEN 30000
    WHEN {row}.state = 'AVAILABLE' THEN
        greatest(500, least(60000, extract(epoch FROM {row}.run_at - {now}) * 1000))::int
    ELSE 500 END"""


def _progress(stored: dict[str, Any] | None, language: str) -> dict[str, Any] | None:
    """How far a job is; shape as in `JobColumns.progress`, what it is at in the reader's language."""
    if stored is None:
        return None
    code = stored.get("message")
    return {**stored, "message": in_words(code, language) if code else None}


def _error(code: str | None, state: str, language: str) -> dict[str, object] | None:
    """Why the latest attempt failed. Shape: `{"code", "message", "isFinal"}`."""
    if code is None:
        return None
    return {"code": code, "message": fault_in_words(code, language), "isFinal": state in FINISHED}


JOB = Entity(
    name="Job",
    table="job_all",  # a view over the living and the archived
    prefix="job",
    kind=SubjectKind.JOB,
    seen_by=SEEN_BY,
    columns={
        **texts("kind", "queue", "state"),
        **wholes("attempt", "max_attempts", "crashes", "version"),
        "seq": Column("version", WHOLE),
        "status": Expression(STATUS_SQL),
        "queued_at": Column("created_at", INSTANT),
        **instants("started_at", "finished_at", nullable=True),
        "next_attempt_at": Expression(
            "CASE WHEN {row}.state = 'AVAILABLE' THEN {row}.run_at END", INSTANT, nullable=True
        ),
        **maybe_texts("error_code", "subject_kind", "unique_key", "schedule", "worker"),
        "stored_progress": Column("progress", JSON, nullable=True),
        "progress": Derived(("stored_progress",), _progress, nullable=True, language=True),
        "error": Derived(("error_code", "state"), _error, nullable=True, language=True),
        **flags("cancel_requested"),
        "can_cancel": Expression(
            "{row}.state IN ('AVAILABLE', 'DISPATCHED', 'EXECUTING') AND NOT {row}.cancel_requested", TRUTH
        ),
        "can_retry": Expression("{row}.state = 'DEAD'", TRUTH),
        "poll_after_ms": Expression(POLL_SQL, WHOLE, nullable=True),
        "available_actions": Actions(JOB_LIFECYCLE, tuple(JobState)),
    },
    orders={"RECORDED": order()},
    filters={
        "state": Filter("state", TEXT),
        "queue": Filter("queue", TEXT, indexed=False),
        "kind": Filter("kind", TEXT, indexed=False),
        "created_at": Filter("created_at", INSTANT, indexed=False),
    },
    relations={"requested_by": About("actor_kind", "actor_id"), "result": About("result_kind", "result_id")},
)

ADMINISTRATORS: SeenBy = {Role.ADMIN: EVERYTHING, Role.COMPLIANCE: EVERYTHING}

JOB_ATTEMPT = Entity(
    name="JobAttempt",
    table="job_attempt",
    prefix="jat",
    seen_by=ADMINISTRATORS,
    columns={
        **wholes("attempt"),
        **texts("outcome"),
        **maybe_texts("worker", "error_code", "error"),
        **instants("started_at", nullable=True),
        **instants("ended_at"),
    },
    orders={"RECORDED": order()},
)

QUEUE_CONTROL = Entity(
    name="QueueControl",
    table="queue_control",
    prefix="que",
    seen_by=ADMINISTRATORS,
    columns={
        **texts("queue"),
        **flags("paused"),
        **maybe_texts("reason"),
        **wholes("max_inflight", "version"),
        "rate_per_second": Column("rate_per_second", WHOLE, nullable=True),
    },
    orders={"RECORDED": order()},
    filters={"queue": Filter("queue", TEXT)},
)

SCHEDULE = Entity(
    name="Schedule",
    table="schedule",
    prefix="sch",
    seen_by=ADMINISTRATORS,
    columns={
        **texts("name", "kind", "cron", "zone", "catch_up"),
        **flags("enabled"),
        **instants("next_at"),
        **wholes("version"),
    },
    orders={"RECORDED": order()},
)

about(JOB, "result", SubjectKind.JOB, JOB)
link(JOB_ATTEMPT, "job", JOB, "job_id", back="attempts")
