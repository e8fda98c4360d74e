"""Carries out the jobs of claims."""

from __future__ import annotations

from domain.claims import papers, reopening, screening, settlement
from domain.claims.jobs import CloseClaim, CloseStaleClaims, RecordClaimPaid, ScreenClaim, TakeInPaper
from domain.jobs.execution import JobRun
from domain.jobs.terms import Outcome
from domain.payouts import news
from domain.repairs.ordering import has_live_order
from workers.registry import handles


@handles(ScreenClaim)
async def screen_claim(job: ScreenClaim, run: JobRun) -> Outcome:
    """Looks at a claim for signals of fraud."""
    await screening.screen_reported(job.claim_id, actor=run.actor, run=run)
    return Outcome.done()


@handles(CloseStaleClaims)
async def close_stale_claims(job: CloseStaleClaims, run: JobRun) -> Outcome:  # noqa: ARG001 - it has no fields
    """Asks for the closing of claims that were answered long ago."""
    await reopening.close_stale(actor=run.actor, run=run)
    return Outcome.done()


@handles(CloseClaim)
async def close_claim(job: CloseClaim, run: JobRun) -> Outcome:
    """Closes one answered claim."""
    await reopening.close_by_itself(job.claim_id, open_work=has_live_order, actor=run.actor, run=run)
    return Outcome.done()


@handles(RecordClaimPaid)
async def record_claim_paid(job: RecordClaimPaid, run: JobRun) -> Outcome:
    """Records that the payout of a claim was settled."""
    paid = await news.settled(job.payout_id)
    await settlement.record_paid(
        job.claim_id, decision_no=paid.decision_no, amount=paid.amount, actor=run.actor, run=run
    )
    return Outcome.done()


@handles(TakeInPaper)
async def take_in_paper(job: TakeInPaper, run: JobRun) -> Outcome:
    """Takes a file that was checked into the papers of its claim."""
    await papers.take_in(job.claim_id, job.file_id, actor=run.actor, run=run)
    return Outcome.done()
