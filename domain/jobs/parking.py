"""Settles parked jobs: called by whoever found out whether the effect stands outside, in the same transaction."""

from __future__ import annotations

from uuid import UUID

from domain.jobs.lifecycle import JOB_LIFECYCLE
from domain.jobs.terms import JobAction, JobState, Outcome, Word
from domain.jobs.waking import wake
from domain.kernel.actor import Actor
from domain.kernel.database import current, fetch, fetch_one
from domain.kernel.news import changed
from domain.kernel.refusals import NotFound
from domain.kernel.subject import Subject, SubjectKind

ACTIONS = {Word.DONE: JobAction.FINISH, Word.LATER: JobAction.POSTPONE, Word.REFUSED: JobAction.GIVE_UP}

SETTLE = """
UPDATE job SET state = $2::text, error_code = $3::text, error = $4::text, version = version + 1,
  run_at = coalesce($5::timestamptz, run_at), result_kind = $6::text, result_id = $7::uuid,
  finished_at = CASE WHEN $2::text <> 'AVAILABLE' THEN clock_timestamp() END
WHERE id = $1::uuid
"""


async def settle(job_id: UUID, outcome: Outcome, actor: Actor) -> None:
    """Ends the waiting of a parked job: done, later (nothing happened, so try again) or refused.

    Raises: NoTransaction; NotFound; IllegalStep for a job that is not parked; Forbidden for others than the system.
    """
    row = await fetch_one("SELECT state FROM job WHERE id = $1 FOR NO KEY UPDATE", job_id)
    if row is None:
        raise NotFound(kind="Job")
    target = JOB_LIFECYCLE.step(JobState(row["state"]), ACTIONS[outcome.word], actor)
    made = outcome.made
    await fetch(
        SETTLE, job_id, target, outcome.code, outcome.note, outcome.at, made and made.kind, made and made.id
    )
    changed(Subject(SubjectKind.JOB, job_id))
    if target is JobState.AVAILABLE:
        current().after_commit["jobs"] = wake
