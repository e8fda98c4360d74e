"""Carries out the jobs of inquiries."""

from __future__ import annotations

from domain.inquiries import following, watching
from domain.inquiries.jobs import CloseInquiry, FindAnswered
from domain.jobs.execution import JobRun
from domain.jobs.terms import Outcome
from workers.registry import handles


@handles(FindAnswered)
async def find_answered(job: FindAnswered, run: JobRun) -> Outcome:  # noqa: ARG001 - it has no fields
    """Asks for the end of what was answered and not followed up."""
    await watching.find_answered(actor=run.actor, run=run)
    return Outcome.done()


@handles(CloseInquiry)
async def close_inquiry(job: CloseInquiry, run: JobRun) -> Outcome:
    """Ends one answered inquiry."""
    await following.close_by_itself(job.inquiry_id, actor=run.actor, run=run)
    return Outcome.done()
