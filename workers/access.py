"""Carries out the jobs of access."""

from __future__ import annotations

from domain.access import attempts
from domain.access.jobs import PurgeSignIns
from domain.jobs.execution import JobRun
from domain.jobs.terms import Outcome
from workers.registry import handles


@handles(PurgeSignIns)
async def purge_sign_ins(job: PurgeSignIns, run: JobRun) -> Outcome:  # noqa: ARG001 - it has no fields
    """Removes what signing in leaves behind."""
    await attempts.purge(run=run)
    return Outcome.done()
