"""`aftercare doctor`: whether everything is as it should be, and what mends it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

import asyncpg
import redis.asyncio
from redis.exceptions import RedisError

from domain.jobs.measuring import Depth, depths
from domain.jobs.terms import JobState
from domain.kernel.settings import DEVELOPMENT_SECRET, SECRETS, Documents, Settings, WrongSettings, settings, variable
from domain.migrating import pending, reader_role

PATIENCE = 5.0  # seconds for any one answer
OLDEST_SERVER, NEWEST_SERVER = 15, 18  # PostgreSQL's major versions that the tests run on
LATE = timedelta(minutes=1)
"""A job that is due this long and not dispatched means that no relay takes it, or that its queue is full."""
PARKED_LONG = timedelta(minutes=30)
"""A job whose outcome is unknown this long: the questions to the bank are not answered."""
UNKNOWN_LONG = timedelta(hours=1)
"""The same for a payout."""

PROCESSES = {"aftercare-relay": "relay", "aftercare-work": "worker", "aftercare-read": "API"}
SEEN = "SELECT application_name, count(*) AS n FROM pg_stat_activity WHERE datname = current_database() GROUP BY 1"
PAUSED = "SELECT queue FROM queue_control WHERE paused"
UNKNOWN = """
SELECT count(*) AS n, coalesce(extract(epoch FROM clock_timestamp() - min(submitted_at)), 0)::float8 AS oldest
FROM payout WHERE state = 'UNKNOWN'
"""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `mend` says what to do, and is None when all is well."""

    what: str
    mend: str | None = None

    @property
    def line(self) -> str:
        """The finding as it is printed."""
        return f"ok     {self.what}" if self.mend is None else f"WRONG  {self.what}\n       → {self.mend}"


async def examine() -> list[Finding]:
    """Everything that was looked at, in order; what cannot be reached ends the part that needs it."""
    configured = settings()
    found = [*_settings(configured), await _broker(configured.redis_url)]
    try:
        connection = await asyncpg.connect(configured.database_url, timeout=PATIENCE, command_timeout=PATIENCE)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        mend = "see that PostgreSQL runs, and that DATABASE_URL names it with the right password."
        return [*found, Finding(f"the database does not answer ({type(error).__name__})", mend)]
    try:
        found.append(await _server(connection))
        found += [each async for each in _schema(configured.database_url)]
        if found[-1].mend is None:
            found += await _jobs(connection)
            found += await _payouts(connection)
    finally:
        await connection.close()
    return found


def wrong_settings(wrong: WrongSettings) -> list[Finding]:
    """What is wrong with settings that do not allow a start; nothing else can be looked at then."""
    mend = "set it in the environment; the README lists all settings."
    return [Finding(sentence.removeprefix("Settings: "), mend) for sentence in wrong.sentences]


def report(found: Sequence[Finding]) -> str:
    """What is printed: each finding, then how many are wrong."""
    wrong = sum(each.mend is not None for each in found)
    end = f"{wrong} of {len(found)} need attention." if wrong else f"All {len(found)} are well."
    return "\n".join([*(each.line for each in found), "", end])


def _settings(configured: Settings) -> list[Finding]:
    given = {variable(name): getattr(configured, name).get_secret_value() for name in SECRETS}
    default = [name for name, value in given.items() if value == DEVELOPMENT_SECRET]
    secrets = f"; {', '.join(default)} have the development's value" if default else ""
    silent = configured.answers is Documents.TRUSTED and configured.documents_manifest is None
    mend = f"name the trusted ones in {variable('documents_manifest')}: without them no request is answered."
    return [Finding(f"settings: {configured.env}, documents {configured.answers}{secrets}", mend if silent else None)]


async def _broker(url: str) -> Finding:
    try:
        async with asyncio.timeout(PATIENCE), redis.asyncio.from_url(url) as client:
            told = await client.info("server")
    except (RedisError, OSError, TimeoutError) as error:
        mend = "see that Redis or Valkey runs, and that REDIS_URL names it; changes are kept, jobs wait until then."
        return Finding(f"the broker does not answer ({type(error).__name__})", mend)
    valkey = told.get("valkey_version")  # it gives itself a redis_version too, for old clients
    return Finding(f"broker: Valkey {valkey}" if valkey else f"broker: Redis {told['redis_version']}")


async def _server(connection: asyncpg.Connection) -> Finding:
    fits = OLDEST_SERVER <= connection.get_server_version().major <= NEWEST_SERVER
    mend = None if fits else f"use PostgreSQL {OLDEST_SERVER} to {NEWEST_SERVER}."
    return Finding(f"database: PostgreSQL {await connection.fetchval('SHOW server_version')}", mend)


async def _schema(url: str) -> AsyncIterator[Finding]:
    if lacking := await pending(url):  # migrating also makes the role of reads
        yield Finding(f"migrations pending: {', '.join(lacking)}", "run `aftercare migrate`.")
        return
    role = await reader_role(url)
    yield Finding(
        f"reads run as {role}" if role else "reads run with the rights of writes",
        None if role else "let a user that may create roles run `aftercare migrate` once.",
    )
    yield Finding("migrations: all applied")


async def _jobs(connection: asyncpg.Connection) -> list[Finding]:
    running = {row["application_name"] for row in await connection.fetch(SEEN)}
    found = [
        Finding(f"{what}: connected" if name in running else f"{what}: none is connected", mend)
        for name, what in PROCESSES.items()
        for mend in [None if name in running else f"start `aftercare {'serve' if what == 'API' else 'work'}`."]
    ]
    paused = {row["queue"] for row in await connection.fetch(PAUSED)}
    counted = await depths(connection)
    judged = [each for depth in counted if (each := judge_depth(depth, paused=depth.queue in paused))]
    return [*found, *(judged or [Finding("jobs: none is late, stuck, parked for long or dead")])]


def judge_depth(depth: Depth, *, paused: bool) -> Finding | None:
    """What is wrong with the jobs of one queue in one state, if anything is."""
    age = timedelta(seconds=max(0.0, depth.oldest))
    told = f"{depth.queue}: {depth.jobs} {depth.state}, the oldest since {str(age).split('.')[0]}"
    configured = settings()
    match JobState(depth.state):
        case JobState.AVAILABLE if age > LATE and paused:
            return Finding(told, "the queue is paused: `queueResume` lets it go on.")
        case JobState.AVAILABLE if age > LATE:
            return Finding(told, "start another `aftercare work`, or raise the queue's limits (`queueSetLimits`).")
        case JobState.DISPATCHED if age > 2 * configured.dispatch_lease_time:
            return Finding(told, "no worker takes them: see that `aftercare work` runs for this queue.")
        case JobState.EXECUTING if age > PARKED_LONG:
            return Finding(told, "look at their workers' logs; a worker that is killed gives its job to another.")
        case JobState.PARKED if age > PARKED_LONG:
            return Finding(told, "their outcome is unknown: see that the bank answers, then `aftercare jobs` again.")
        case JobState.DEAD:
            look = "look at `jobs(where: {state: {eq: DEAD}})`"
            return Finding(told, f"{look}, mend the cause, then `aftercare jobs --retry-dead`.")
    return None


async def _payouts(connection: asyncpg.Connection) -> list[Finding]:
    row = await connection.fetchrow(UNKNOWN)
    long = row["oldest"] > UNKNOWN_LONG.total_seconds()
    mend = "ask the bank by their request numbers; they are never sent again by themselves." if long else None
    return [Finding(f"payouts of unknown outcome: {row['n']}", mend)]
