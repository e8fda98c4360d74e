"""Carries out the jobs of surveys, and asks the customer of a claim that was paid."""

from __future__ import annotations

from domain.claims.jobs import ClaimPaid
from domain.jobs.execution import JobRun
from domain.jobs.terms import Outcome
from domain.surveys import expiring, inviting
from domain.surveys.jobs import ExpireSurveys, SendSurvey
from workers.registry import handles


@handles(ClaimPaid)
async def claim_paid(job: ClaimPaid, run: JobRun) -> Outcome:
    """Queues the survey of a paid claim."""
    await inviting.invite(job.claim_id, actor=run.actor, run=run)
    return Outcome.done()


@handles(SendSurvey)
async def send_survey(job: SendSurvey, run: JobRun) -> Outcome:
    """Asks one customer."""
    return await inviting.send(job.survey_id, actor=run.actor, run=run)


@handles(ExpireSurveys)
async def expire_surveys(job: ExpireSurveys, run: JobRun) -> Outcome:  # noqa: ARG001 - it has no fields
    """Ends what was not answered in time."""
    await expiring.expire(actor=run.actor, run=run)
    return Outcome.done()
