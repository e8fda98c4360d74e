"""Carries out the jobs of commission statements."""

from __future__ import annotations

from domain.commissions import closing, settling
from domain.commissions.jobs import CloseMonths, RecordCommissionPaid
from domain.jobs.execution import JobRun
from domain.jobs.terms import Outcome
from workers.registry import handles


@handles(CloseMonths)
async def close_months(job: CloseMonths, run: JobRun) -> Outcome:  # noqa: ARG001 - it has no fields
    """Closes the months that are over."""
    await closing.close_months(actor=run.actor, run=run)
    return Outcome.done()


@handles(RecordCommissionPaid)
async def record_commission_paid(job: RecordCommissionPaid, run: JobRun) -> Outcome:
    """Records that a statement was paid."""
    await settling.record_paid(job.statement_id, actor=run.actor, run=run)
    return Outcome.done()
