"""Carries out the jobs of bordereaux."""

from __future__ import annotations

from domain.bordereaux import generating, opening, rules
from domain.bordereaux.jobs import GenerateBordereau, OpenMonth
from domain.bordereaux.premiums import PREMIUMS
from domain.documents.keeping import store_in_use
from domain.jobs.execution import JobRun
from domain.jobs.terms import Outcome
from domain.kernel import clock
from workers.registry import handles


@handles(OpenMonth)
async def open_month(job: OpenMonth, run: JobRun) -> Outcome:  # noqa: ARG001 - it has no fields
    """Opens the bordereaux of the month before."""
    await opening.open_month(PREMIUMS, rules.last_month(clock.today()), actor=run.actor, run=run)
    return Outcome.done()


@handles(GenerateBordereau)
async def generate_bordereau(job: GenerateBordereau, run: JobRun) -> Outcome:
    """Writes one bordereau."""
    await generating.write(PREMIUMS, job.bordereau_id, store=store_in_use(), actor=run.actor, run=run)
    return Outcome.done()
