"""Carries out the jobs of claims."""

from __future__ import annotations

from domain.claims import (
    advance_watching,
    decline_watching,
    first_notice,
    papers,
    reopening,
    repaired,
    screening,
    settlement,
)
from domain.claims.jobs import (
    CheckAdvances,
    CloseClaim,
    CloseStaleClaims,
    GiveUpDrafts,
    LookAtAdvance,
    RecordClaimPaid,
    RecordClaimRepaired,
    ScreenClaim,
    TakeInPaper,
    WatchDeclineNotice,
)
from domain.claims.terms import ADVANCE_INSTALMENT
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


@handles(CheckAdvances)
async def check_advances(job: CheckAdvances, run: JobRun) -> Outcome:  # noqa: ARG001 - it has no fields
    """Asks for a look at claims whose amount is not settled in time."""
    await advance_watching.check(actor=run.actor, run=run)
    return Outcome.done()


@handles(LookAtAdvance)
async def look_at_advance(job: LookAtAdvance, run: JobRun) -> Outcome:
    """Tells those in charge that an advance will be due, or proposes it."""
    await advance_watching.look(job.claim_id, actor=run.actor, run=run)
    return Outcome.done()


@handles(WatchDeclineNotice)
async def watch_decline_notice(job: WatchDeclineNotice, run: JobRun) -> Outcome:
    """Looks whether the notice of a decline reached the customer."""
    await decline_watching.look(job.claim_id, job.decision_no, is_over=job.is_over, actor=run.actor, run=run)
    return Outcome.done()


@handles(CloseStaleClaims)
async def close_stale_claims(job: CloseStaleClaims, run: JobRun) -> Outcome:  # noqa: ARG001 - it has no fields
    """Asks for the closing of claims that were answered long ago."""
    await reopening.close_stale(actor=run.actor, run=run)
    return Outcome.done()


@handles(GiveUpDrafts)
async def give_up_drafts(job: GiveUpDrafts, run: JobRun) -> Outcome:  # noqa: ARG001 - it has no fields
    """Gives up first notices that nobody has gone on with."""
    await first_notice.give_up_stale(actor=run.actor, run=run)
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
    if paid.instalment == ADVANCE_INSTALMENT:
        await settlement.record_advance_paid(job.claim_id, job.payout_id, actor=run.actor, run=run)
        return Outcome.done()
    await settlement.record_paid(
        job.claim_id, decision_no=paid.decision_no, amount=paid.amount, actor=run.actor, run=run
    )
    return Outcome.done()


@handles(RecordClaimRepaired)
async def record_claim_repaired(job: RecordClaimRepaired, run: JobRun) -> Outcome:
    """Records that a claim is paid whose repairer was."""
    await repaired.record_repaired(job.claim_id, open_work=has_live_order, actor=run.actor, run=run)
    return Outcome.done()


@handles(TakeInPaper)
async def take_in_paper(job: TakeInPaper, run: JobRun) -> Outcome:
    """Takes a file that was checked into the papers of its claim."""
    await papers.take_in(job.claim_id, job.file_id, actor=run.actor, run=run)
    return Outcome.done()
