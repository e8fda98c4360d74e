"""Carries out the jobs of idempotency."""

from __future__ import annotations

from domain.idempotency import once
from domain.idempotency.jobs import PurgeRequestKeys
from domain.jobs.execution import JobRun
from domain.jobs.terms import Outcome
from workers.registry import handles


@handles(PurgeRequestKeys)
async def purge_request_keys(job: PurgeRequestKeys, run: JobRun) -> Outcome:  # noqa: ARG001 - it has no fields
    """Forgets old keys."""
    await once.purge(run=run)
    return Outcome.done()
