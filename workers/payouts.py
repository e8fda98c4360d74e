"""Carries out the jobs of payouts, and tells the rooms that asked for one."""

from __future__ import annotations

from uuid import UUID

from domain.claims import notices
from domain.claims.forfeiting import forfeit_returned
from domain.claims.jobs import RecordClaimPaid
from domain.commissions.jobs import RecordCommissionPaid
from domain.documents.keeping import store_in_use
from domain.jobs.execution import JobRun
from domain.jobs.queue import enqueue
from domain.jobs.terms import Outcome
from domain.kernel.database import transaction
from domain.kernel.subject import Subject, SubjectKind
from domain.payouts import booking, execution, filing, holding, news, owning, polling, reconciliation, reversal, untold
from domain.payouts.bank import bank_in_use
from domain.payouts.jobs import (
    BookStatement,
    ExecutePayout,
    PayoutReturned,
    PayoutSettled,
    QueryPayout,
    ReconcilePayouts,
    ReleaseCooledPayout,
    SweepPayouts,
    WatchExceptions,
    WritePaymentFile,
)
from domain.policies import cancellation
from domain.repairs.jobs import RecordRepairPaid
from workers.registry import handles


@handles(ExecutePayout)
async def execute_payout(job: ExecutePayout, run: JobRun) -> Outcome:
    """Brings one attempt to the bank."""
    return await execution.execute(job.payout_id, job.attempt, bank=bank_in_use(), actor=run.actor, run=run)


@handles(QueryPayout)
async def query_payout(job: QueryPayout, run: JobRun) -> Outcome:
    """Asks the bank what became of an attempt."""
    return await polling.query(job.payout_id, job.attempt, bank=bank_in_use(), actor=run.actor, run=run)


@handles(ReleaseCooledPayout)
async def release_cooled_payout(job: ReleaseCooledPayout, run: JobRun) -> Outcome:
    """Lets a payout go on whose cool-down is over."""
    return await holding.release_cooled(job.payout_id, actor=run.actor, run=run)


@handles(SweepPayouts)
async def sweep_payouts(job: SweepPayouts, run: JobRun) -> Outcome:  # noqa: ARG001 - it has no fields
    """Sees that nobody waits for the bank in vain."""
    await polling.sweep(actor=run.actor, run=run)
    return Outcome.done()


@handles(ReconcilePayouts)
async def reconcile_payouts(job: ReconcilePayouts, run: JobRun) -> Outcome:
    """Compares bank, payouts and ledger of a day, and names what no statement tells of."""
    await untold.name_untold(actor=run.actor, run=run)
    await reconciliation.reconcile(job.day, bank=bank_in_use(), actor=run.actor, run=run)
    return Outcome.done()


@handles(WatchExceptions)
async def watch_exceptions(job: WatchExceptions, run: JobRun) -> Outcome:  # noqa: ARG001 - it has no fields
    """Tells of differences that lie too long."""
    await owning.watch_exceptions(actor=run.actor, run=run)
    return Outcome.done()


@handles(WritePaymentFile)
async def write_payment_file(job: WritePaymentFile, run: JobRun) -> Outcome:
    """Writes a payment file."""
    await filing.write_file(job.file_id, store=store_in_use(), actor=run.actor, run=run)
    return Outcome.done()


@handles(BookStatement)
async def book_statement(job: BookStatement, run: JobRun) -> Outcome:
    """Books the entries of a bank statement."""
    await booking.book(job.statement_id, actor=run.actor, run=run)
    return Outcome.done()


@handles(PayoutSettled)
async def payout_settled(job: PayoutSettled, run: JobRun) -> Outcome:
    """Tells the room that asked for the payout, by a job of its own."""
    found = await news.settled(job.payout_id)
    work = _told(found.source, job.payout_id)
    if work is not None:
        async with transaction(run, finishing=True) as tx:
            told = await enqueue(work, actor=run.actor, subject=found.source, unique_key=str(job.payout_id))
            tx.made = Subject(SubjectKind.JOB, told)
    return Outcome.done()


@handles(PayoutReturned)
async def payout_returned(job: PayoutReturned, run: JobRun) -> Outcome:
    """Tells finance of money that came back, and lets the room that it was for tell whom else it concerns.

    What came back of a false claim is owed to nobody, who is told of nothing.
    """
    async with transaction(run, finishing=True) as tx:
        found = await news.returned(job.payout_id)
        tx.made = found.payout
        if found.source_kind is SubjectKind.CLAIM and await forfeit_returned(found.matter_id, run.actor):
            return Outcome.done()
        await reversal.tell_finance(found, run.actor)
        if found.source_kind in {SubjectKind.CLAIM, SubjectKind.REPAIR_ORDER}:
            await notices.tell_returned(found, run.actor)
        elif found.source_kind is SubjectKind.POLICY:
            await cancellation.tell_refund_returned(found, run.actor)
    return Outcome.done()


def _told(source: Subject, payout_id: UUID) -> RecordClaimPaid | RecordRepairPaid | RecordCommissionPaid | None:
    """The job of the room that asked for the payout, which has something to do about it."""
    if source.kind is SubjectKind.CLAIM:
        return RecordClaimPaid(source.id, payout_id)
    if source.kind is SubjectKind.REPAIR_ORDER:
        return RecordRepairPaid(source.id)
    return RecordCommissionPaid(source.id) if source.kind is SubjectKind.COMMISSION_STATEMENT else None
