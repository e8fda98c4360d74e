"""Carries out the jobs of the audit."""

from __future__ import annotations

from domain.audit import chain
from domain.audit.jobs import SealAudit
from domain.jobs.execution import JobRun
from domain.jobs.terms import Outcome
from workers.registry import handles


@handles(SealAudit)
async def seal_audit(job: SealAudit, run: JobRun) -> Outcome:  # noqa: ARG001 - it has no fields
    """Links new entries into the chain."""
    await chain.seal(run=run)
    return Outcome.done()
