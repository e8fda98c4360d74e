"""The cron table, and the loop that makes jobs of its lines. Any number may run; each slot gets one job."""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import suppress

from domain.access.jobs import PurgeSignIns
from domain.applications.jobs import FindExpiredApplications
from domain.audit.jobs import SealAudit
from domain.billing.jobs import WatchDueInstalments
from domain.bordereaux.jobs import OpenMonth
from domain.claim_bordereaux.jobs import OpenClaimMonth
from domain.claims.jobs import CheckAdvances, CloseStaleClaims, GiveUpDrafts
from domain.commissions.jobs import CloseMonths
from domain.complaints.jobs import WatchComplaints
from domain.connections import database
from domain.idempotency.jobs import PurgeRequestKeys
from domain.inquiries.jobs import FetchLetters, FindAnswered
from domain.jobs.cron import Line, enqueue_due, write_table
from domain.jobs.jobs import ArchiveFinishedJobs
from domain.jobs.terms import CatchUp
from domain.jobs.waking import close_waking, open_waking
from domain.kernel.logs import set_up_logs
from domain.kernel.settings import settings
from domain.payouts.jobs import ReconcilePayouts, SweepPayouts, WatchExceptions
from domain.policies.jobs import RollPolicies
from domain.renewals.jobs import FindDueReminders
from domain.service_levels.jobs import CountAttainment, WatchClocks
from domain.surveys.jobs import ExpireSurveys

log = logging.getLogger("aftercare.workers")

LOOK = 1.0  # seconds

TABLE = (
    Line("access.purge", PurgeSignIns(), "15 * * * *", CatchUp.LAST),
    Line("applications.find_expired", FindExpiredApplications(), "10 1 * * *", CatchUp.LAST),
    Line("audit.seal", SealAudit(), "* * * * *", CatchUp.LAST),
    Line("billing.watch_due", WatchDueInstalments(), "30 8 * * *", CatchUp.LAST),
    Line("bordereaux.open_month", OpenMonth(), "0 6 1 * *", CatchUp.LAST),
    Line("claim_bordereaux.open_month", OpenClaimMonth(), "30 6 1 * *", CatchUp.LAST),
    Line("claims.advance_check", CheckAdvances(), "40 7 * * *", CatchUp.LAST),
    Line("claims.close_stale", CloseStaleClaims(), "20 3 * * *", CatchUp.LAST),
    Line("claims.give_up_drafts", GiveUpDrafts(), "35 3 * * *", CatchUp.LAST),
    Line("commissions.close", CloseMonths(), "0 5 1 * *", CatchUp.LAST),
    Line("complaints.watch", WatchComplaints(), "* * * * *", CatchUp.LAST),
    Line("idempotency.purge", PurgeRequestKeys(), "35 * * * *", CatchUp.LAST),
    Line("inquiries.fetch_letters", FetchLetters(), "* * * * *", CatchUp.LAST),
    Line("inquiries.find_answered", FindAnswered(), "*/10 * * * *", CatchUp.LAST),
    Line("jobs.archive", ArchiveFinishedJobs(), "40 2 * * *", CatchUp.LAST),
    Line("payouts.reconcile", ReconcilePayouts(), "30 1 * * *", CatchUp.LAST),
    Line("payouts.sweep", SweepPayouts(), "* * * * *", CatchUp.LAST),
    Line("payouts.watch_exceptions", WatchExceptions(), "25 * * * *", CatchUp.LAST),
    Line("policies.roll", RollPolicies(), "5 0 * * *", CatchUp.LAST),
    Line("renewals.find_due", FindDueReminders(), "0 9 * * *", CatchUp.LAST),
    Line("service_levels.count", CountAttainment(), "*/10 * * * *", CatchUp.LAST),
    Line("service_levels.watch", WatchClocks(), "* * * * *", CatchUp.LAST),
    Line("surveys.expire", ExpireSurveys(), "50 3 * * *", CatchUp.LAST),
)


async def keep_time(table: tuple[Line, ...] = TABLE) -> None:
    """Makes jobs of lines whose time has come until it is cancelled; the database must be open."""
    await write_table(table)
    while True:
        try:
            await enqueue_due()
        except Exception as lost:  # noqa: BLE001 - a scheduler that stops is worse than any of them
            log.warning("no look at the cron table: %s", type(lost).__name__)
        await asyncio.sleep(LOOK)


async def _run() -> None:
    configured = settings()
    stop = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    async with database(configured.database_url, pool=2):
        await open_waking(configured.database_url)
        task = asyncio.create_task(keep_time(), name="schedule")
        await asyncio.wait({task, asyncio.create_task(stop.wait())}, return_when=asyncio.FIRST_COMPLETED)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await close_waking()


def run() -> None:
    """Keeps time until SIGTERM or SIGINT."""
    asyncio.run(_run())


if __name__ == "__main__":
    set_up_logs()
    run()
