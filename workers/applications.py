"""Carries out the jobs of applications."""

from __future__ import annotations

from domain.applications import expiring, insuring, underwriting
from domain.applications.jobs import (
    BillApplication,
    ExpireApplication,
    FindExpiredApplications,
    IssuePolicy,
    UnderwriteApplication,
)
from domain.claims.usage import claims_reported
from domain.jobs.execution import JobRun
from domain.jobs.terms import Outcome
from workers.registry import handles


@handles(UnderwriteApplication)
async def underwrite_application(job: UnderwriteApplication, run: JobRun) -> Outcome:
    """Underwrites one application."""
    await underwriting.underwrite(job.application_id, claims_reported=claims_reported, actor=run.actor, run=run)
    return Outcome.done()


@handles(BillApplication)
async def bill_application(job: BillApplication, run: JobRun) -> Outcome:
    """Issues the invoice of one application."""
    await insuring.bill(job.application_id, actor=run.actor, run=run)
    return Outcome.done()


@handles(IssuePolicy)
async def issue_policy(job: IssuePolicy, run: JobRun) -> Outcome:
    """Issues the policy of one application."""
    await insuring.issue(job.application_id, job.invoice_id, actor=run.actor, run=run)
    return Outcome.done()


@handles(FindExpiredApplications)
async def find_expired_applications(job: FindExpiredApplications, run: JobRun) -> Outcome:  # noqa: ARG001 - no fields
    """Ends what ran out, reminds of what was asked for, and takes up what stands still."""
    await expiring.look_after(actor=run.actor, run=run)
    return Outcome.done()


@handles(ExpireApplication)
async def expire_application(job: ExpireApplication, run: JobRun) -> Outcome:
    """Ends one application."""
    await expiring.expire(job.application_id, actor=run.actor, run=run)
    return Outcome.done()
