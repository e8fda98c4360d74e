"""Carries out the jobs of billing, and tells the rooms whose matters are paid for, each by a job of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias
from uuid import UUID

from domain.applications.jobs import ExpireApplication, IssuePolicy
from domain.billing import news, watching
from domain.billing.jobs import InstalmentPaid, InvoiceLapsed, WatchDueInstalments
from domain.jobs.execution import JobRun
from domain.jobs.queue import enqueue
from domain.jobs.terms import Outcome
from domain.kernel.database import transaction
from domain.kernel.subject import Subject, SubjectKind
from domain.policies.jobs import LapsePolicy
from workers.registry import handles

OnPayment: TypeAlias = Callable[[UUID, UUID], object]
"""The job that a room wants of a payment, by the id of its row and the invoice's."""
OnLapse: TypeAlias = Callable[[UUID], object]
"""The job that a room wants of a lapse, by the id of its row."""
TOLD_OF_PAYMENT: Mapping[SubjectKind, OnPayment] = {SubjectKind.APPLICATION: IssuePolicy}
"""Which room waits for a premium, by what the invoice is for. A policy that is sold waits for none."""
TOLD_OF_LAPSE: Mapping[SubjectKind, OnLapse] = {
    SubjectKind.APPLICATION: ExpireApplication,
    SubjectKind.POLICY: LapsePolicy,
}
"""Which room is told that a premium was not paid in time, by what the invoice is for."""


@handles(WatchDueInstalments)
async def watch_due_instalments(job: WatchDueInstalments, run: JobRun) -> Outcome:  # noqa: ARG001 - it has no fields
    """Reminds of what is due, and lapses what was not paid in time."""
    await watching.watch(actor=run.actor, run=run)
    return Outcome.done()


@handles(InstalmentPaid)
async def instalment_paid(job: InstalmentPaid, run: JobRun) -> Outcome:
    """Tells the room whose matter was paid for, if it waits for that."""
    subject = await news.subject_of_invoice(job.invoice_id)
    if (asked := TOLD_OF_PAYMENT.get(subject.kind)) is not None:
        key = f"{job.invoice_id}:{job.number}"
        await _tell(subject, asked(subject.id, job.invoice_id), key, run)
    return Outcome.done()


@handles(InvoiceLapsed)
async def invoice_lapsed(job: InvoiceLapsed, run: JobRun) -> Outcome:
    """Tells the room whose matter was not paid for."""
    subject = await news.subject_of_invoice(job.invoice_id)
    if (asked := TOLD_OF_LAPSE.get(subject.kind)) is not None:
        await _tell(subject, asked(subject.id), str(job.invoice_id), run)
    return Outcome.done()


async def _tell(subject: Subject, work: object, key: str, run: JobRun) -> None:
    async with transaction(run, finishing=True) as tx:
        tx.made = Subject(
            SubjectKind.JOB, await enqueue(work, actor=run.actor, subject=subject, unique_key=key)
        )
