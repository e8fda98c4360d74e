"""Carries out the jobs of claims bordereaux."""

from __future__ import annotations

from domain.bordereaux import generating, opening
from domain.bordereaux.rules import last_month
from domain.claim_bordereaux.claims import CLAIMS
from domain.claim_bordereaux.jobs import GenerateClaimBordereau, OpenClaimMonth
from domain.documents.keeping import store_in_use
from domain.jobs.execution import JobRun
from domain.jobs.terms import Outcome
from domain.kernel import clock
from workers.registry import handles


@handles(OpenClaimMonth)
async def open_claim_month(job: OpenClaimMonth, run: JobRun) -> Outcome:  # noqa: ARG001 - it has no fields
    """Opens the claims bordereaux of the month before."""
    await opening.open_month(CLAIMS, last_month(clock.today()), actor=run.actor, run=run)
    return Outcome.done()


@handles(GenerateClaimBordereau)
async def generate_claim_bordereau(job: GenerateClaimBordereau, run: JobRun) -> Outcome:
    """Writes one claims bordereau."""
    await generating.write(CLAIMS, job.bordereau_id, store=store_in_use(), actor=run.actor, run=run)
    return Outcome.done()
