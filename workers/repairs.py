"""Carries out the jobs of repairs."""

from __future__ import annotations

from domain.jobs.execution import JobRun
from domain.jobs.terms import Outcome
from domain.repairs import invoicing
from domain.repairs.jobs import RecordRepairPaid
from workers.registry import handles


@handles(RecordRepairPaid)
async def record_repair_paid(job: RecordRepairPaid, run: JobRun) -> Outcome:
    """Records that a repairer was paid."""
    await invoicing.record_paid(job.order_id, actor=run.actor, run=run)
    return Outcome.done()
