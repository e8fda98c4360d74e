"""Carries out the job of partners."""

from __future__ import annotations

from domain.jobs.execution import JobRun
from domain.jobs.terms import Outcome
from domain.partners import delivering
from domain.partners.calling import webhooks_in_use
from domain.partners.jobs import DeliverWebhook
from workers.registry import handles


@handles(DeliverWebhook)
async def deliver_webhook(job: DeliverWebhook, run: JobRun) -> Outcome:
    """Makes one attempt at a call to a partner's system."""
    return await delivering.deliver(job.delivery_id, sender=webhooks_in_use(), actor=run.actor, run=run)
