"""Carries out the jobs of complaints."""

from __future__ import annotations

from domain.complaints import review, watching
from domain.complaints.jobs import CloseComplaint, WatchComplaints
from domain.jobs.execution import JobRun
from domain.jobs.terms import Outcome
from workers.registry import handles


@handles(WatchComplaints)
async def watch_complaints(job: WatchComplaints, run: JobRun) -> Outcome:  # noqa: ARG001 - it has no fields
    """Warns of time that runs out, then asks for the closing of what is answered."""
    await watching.warn(actor=run.actor, run=run)
    await watching.close_answered(actor=run.actor, run=run)
    return Outcome.done()


@handles(CloseComplaint)
async def close_complaint(job: CloseComplaint, run: JobRun) -> Outcome:
    """Ends one answered complaint."""
    await review.close_by_itself(job.complaint_id, actor=run.actor, run=run)
    return Outcome.done()
