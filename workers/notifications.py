"""Carries out the jobs of notifications, and tells the rooms that wait for a delivery."""

from __future__ import annotations

from domain.claims import documents
from domain.jobs.execution import JobRun
from domain.jobs.terms import Outcome
from domain.notifications import sending
from domain.notifications.jobs import NoticeDelivered, SendNotice
from domain.notifications.mailing import mailer_in_use
from workers.registry import handles


@handles(SendNotice)
async def send_notice(job: SendNotice, run: JobRun) -> Outcome:
    """Sends one notification."""
    return await sending.send(job.notification_id, mailer=mailer_in_use(), actor=run.actor, run=run)


@handles(NoticeDelivered)
async def notice_delivered(job: NoticeDelivered, run: JobRun) -> Outcome:
    """The list of missing papers reached the customer: the clock of the decision stops."""
    if job.template == "CLAIM_DOCUMENTS_REQUESTED":
        await documents.stop_clock(job.subject_id, delivered_at=job.sent_at, actor=run.actor, run=run)
    return Outcome.done()
