"""Carries out the jobs of the jobs room."""

from __future__ import annotations

from domain.jobs.archive import archive_finished
from domain.jobs.execution import JobRun
from domain.jobs.jobs import ArchiveFinishedJobs
from domain.jobs.terms import Outcome
from workers.registry import handles


@handles(ArchiveFinishedJobs)
async def archive_finished_jobs(job: ArchiveFinishedJobs, run: JobRun) -> Outcome:  # noqa: ARG001 - it has no fields
    """Moves jobs that finished long ago to the archive."""
    await archive_finished(run=run)
    return Outcome.done()
