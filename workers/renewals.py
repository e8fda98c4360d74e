"""Carries out the jobs of renewals."""

from __future__ import annotations

from domain.jobs.execution import JobRun
from domain.jobs.terms import Outcome
from domain.renewals import reminding
from domain.renewals.jobs import FindDueReminders, RemindOfRenewal
from workers.registry import handles


@handles(FindDueReminders)
async def find_due_reminders(job: FindDueReminders, run: JobRun) -> Outcome:  # noqa: ARG001 - it has no fields
    """Looks for the covers that end soon."""
    await reminding.find_due(actor=run.actor, run=run)
    return Outcome.done()


@handles(RemindOfRenewal)
async def remind_of_renewal(job: RemindOfRenewal, run: JobRun) -> Outcome:
    """Reminds one customer."""
    await reminding.remind(job.policy_id, days_before=job.days_before, ends_on=job.ends_on, actor=run.actor, run=run)
    return Outcome.done()
