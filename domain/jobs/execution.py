"""Carries out one job: claimed by id and fence, held by a lease, ended under the same fence or not at all."""

from __future__ import annotations

import asyncio
import json
import logging
import traceback
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeAlias
from uuid import UUID

from tortoise.connection import get_connection

from domain.jobs import outcomes
from domain.jobs.isolation import Isolation
from domain.jobs.kinds import Kind, find_kind, read_job
from domain.jobs.refusals import Fenced, Unreadable
from domain.jobs.relaying import Ticket
from domain.jobs.retry_table import judge
from domain.jobs.terms import CODE_PAUSE, CODE_WAIT, Outcome
from domain.jobs.wording import expect_words
from domain.kernel.actor import Actor
from domain.kernel.database import current, fetch, transaction
from domain.kernel.news import tell
from domain.kernel.subject import Subject, SubjectKind
from domain.kernel.tracing import Facts, Side, span

log = logging.getLogger("aftercare.jobs")

READ = """
SELECT kind, schema_version, arguments, attempt, crashes, lapses, cancel_requested, actor_kind, actor_id, trace,
  created_at, clock_timestamp() AS now, deadline_at < clock_timestamp() AS late
FROM job WHERE id = $1::uuid AND fence = $2::bigint AND state = 'DISPATCHED'
"""

CLAIM = """
UPDATE job SET state = 'EXECUTING', attempt = attempt + 1, worker = $3::text, started_at = clock_timestamp(),
  lease_until = clock_timestamp() + $4::interval, version = version + 1
WHERE id = $1::uuid AND fence = $2::bigint AND state = 'DISPATCHED' RETURNING attempt
"""

HOLD = """
SELECT cancel_requested FROM job
WHERE id = $1::uuid AND fence = $2::bigint AND state = $3::text FOR NO KEY UPDATE
"""

PROGRESS = """
UPDATE job SET progress = $3::jsonb, version = version + 1
WHERE id = $1::uuid AND fence = $2::bigint AND state = 'EXECUTING' RETURNING id
"""

# A row that is locked is in good hands: its own transaction is under way, and no sweep takes it meanwhile.
BEAT = """
WITH mine AS (
  SELECT j.id FROM job j JOIN unnest($1::uuid[], $2::bigint[]) AS held(id, fence)
  ON j.id = held.id AND j.fence = held.fence WHERE j.state = 'EXECUTING' FOR NO KEY UPDATE OF j SKIP LOCKED
)
UPDATE job SET lease_until = clock_timestamp() + $3::interval FROM mine WHERE job.id = mine.id
"""


class Ending(StrEnum):
    """What became of one delivery of a message."""

    STALE = "STALE"
    """Nothing to do: doubled, forged, too late, or the job was given to another."""
    WAITING = "WAITING"
    """This worker does not know the kind; a newer one may."""
    GIVEN_UP = "GIVEN_UP"
    """Called off, or its time has run out."""
    ENDED = "ENDED"
    """An attempt was made and its outcome recorded."""


@dataclass
class JobRun:
    """A worker's hold on one job; given to every transaction of the verb that carries it out.

    `on_behalf_of` is who caused the job. A verb's last transaction, opened with `finishing=True`, ends the job.
    """

    ticket: Ticket
    kind: Kind
    worker: str
    attempt: int
    on_behalf_of: Subject | None
    claimed: bool
    finished: bool = field(default=False, init=False)

    @property
    def job_id(self) -> UUID:
        """The job's id: a key that is the same at every attempt."""
        return self.ticket.job_id

    @property
    def actor(self) -> Actor:
        """Who acts: the system, for whoever caused the job."""
        return Actor.system(self.kind.name, self.on_behalf_of)

    async def hold(self) -> None:
        """Locks the job's row for this transaction.

        Raises: Fenced when the job was given to another worker.
        """
        state = "EXECUTING" if self.claimed else "DISPATCHED"
        if not await fetch(HOLD, self.ticket.job_id, self.ticket.fence, state):
            raise Fenced(f"job {self.ticket.job_id} is no longer held under fence {self.ticket.fence}")

    async def finish(self, made: Subject | None = None) -> None:
        """Marks the job as done in this transaction; `made` came of it. Raises: Fenced."""
        await outcomes.finish(self.ticket, self.worker, made)
        current().after_commit[f"finished:{self.ticket.job_id}"] = self._finished

    async def report(self, done: int, total: int | None, unit: str, message: str | None = None) -> None:
        """Tells readers how far a long job is. Units: `done` and `total` count what `unit` names.

        `message` is a code for what it is at, told to each reader in words of the reader's language.

        Raises: Fenced; Wordless for a code that nobody has told the words of.
        """
        expect_words(message)
        progress = json.dumps({"done": done, "total": total, "unit": unit, "message": message})
        if not await _statement(PROGRESS, self.ticket.job_id, self.ticket.fence, progress):
            raise Fenced(f"job {self.ticket.job_id} is no longer held under fence {self.ticket.fence}")
        tell(Subject(SubjectKind.JOB, self.ticket.job_id))

    def _finished(self) -> None:
        self.finished = True


Handler: TypeAlias = Callable[[Any, JobRun], Awaitable[Outcome]]


class Heart:
    """Keeps the leases of all jobs that this process executes, in one statement for all of them."""

    def __init__(self, lease: timedelta) -> None:
        self.lease = lease
        self._held: set[Ticket] = set()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to beat, on the running loop."""
        self._task = asyncio.create_task(self._run(), name="jobs-heart")

    async def stop(self) -> None:
        """Stops beating."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def hold(self, ticket: Ticket) -> None:
        """Keeps the lease of one more job."""
        self._held.add(ticket)

    def release(self, ticket: Ticket) -> None:
        """Keeps it no longer."""
        self._held.discard(ticket)

    async def beat(self) -> None:
        """Prolongs the leases of what is held."""
        held = tuple(self._held)
        if held:
            await _statement(BEAT, [each.job_id for each in held], [each.fence for each in held], self.lease)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self.lease.total_seconds() / 4)
            try:
                await asyncio.wait_for(self.beat(), self.lease.total_seconds() / 4)
            except Exception as lost:  # noqa: BLE001 - whatever it was, the next beat tries again
                log.warning("no heartbeat: %s", type(lost).__name__)


class Executor:
    """Carries out jobs in this process, by the handlers it was given; `begun` is told of each attempt."""

    def __init__(
        self,
        worker: str,
        handlers: Mapping[type[Any], Handler],
        lease: timedelta,
        begun: Callable[[JobRun], None] = lambda _: None,
    ) -> None:
        self.worker, self.handlers, self.begun = worker, handlers, begun
        self.heart = Heart(lease)
        self._isolation = Isolation()
        self._attempts: set[asyncio.Task[Any] | None] = set()

    async def give_back_all(self) -> None:
        """Ends the attempts under way: what they have not committed is undone, and their jobs become available."""
        attempts = [each for each in self._attempts if each is not None]
        for attempt in attempts:
            attempt.cancel()
        await asyncio.gather(*attempts, return_exceptions=True)

    async def perform(self, ticket: Ticket) -> Ending:
        """Carries out one delivery. Any message may come twice, late, or from nowhere: only the row decides."""
        rows = await _statement(READ, ticket.job_id, ticket.fence)
        if not rows:
            return Ending.STALE
        try:
            return await self._perform(ticket, rows[0])
        except Fenced as fenced:
            log.info("%s", fenced)
            return Ending.STALE

    async def _perform(self, ticket: Ticket, row: dict[str, Any]) -> Ending:
        if row["cancel_requested"] or row["late"]:
            await self._call_off(ticket, late=bool(row["late"]) and not row["cancel_requested"])
            return Ending.GIVEN_UP
        kind = find_kind(row["kind"])
        handler = self.handlers.get(kind.job) if kind else None
        work = _read(kind, row)
        if kind is None or handler is None or work is None:
            await self._wait_for_code(ticket, row)
            return Ending.WAITING
        task = asyncio.current_task()
        self._attempts.add(task)
        try:
            async with self._isolation.around(suspected=row["crashes"] > 0):
                await self._begin(ticket, row, kind, handler, work)
        except asyncio.CancelledError:
            await asyncio.shield(self._give_back(ticket))
            raise
        finally:
            self._attempts.discard(task)
        return Ending.ENDED

    async def _begin(self, ticket: Ticket, row: dict[str, Any], kind: Kind, handler: Handler, work: object) -> None:
        # A job that was lost on its way or with its worker is claimed in a commit of its own, so that crashes count.
        claimed = not kind.one_transaction or bool(row["crashes"] or row["lapses"])
        attempt = await self._claim(ticket) if claimed else row["attempt"] + 1
        run = JobRun(ticket, kind, self.worker, attempt, _party(row), claimed)
        self.begun(run)
        if claimed:
            self.heart.hold(ticket)
        try:
            with span(f"job {kind.name}", _facts(run), side=Side.CONSUMER, parent=row["trace"]):
                await self._attempt(run, handler, work)
        finally:
            self.heart.release(ticket)

    async def _attempt(self, run: JobRun, handler: Handler, work: object) -> None:
        outcome = await self._handle(run, handler, work)
        if run.finished:
            return
        async with transaction():
            await outcomes.record_outcome(run.ticket, run.kind, run.attempt, outcome, self.worker)

    async def _handle(self, run: JobRun, handler: Handler, work: object) -> Outcome:
        limit = asyncio.timeout(run.kind.time_limit.total_seconds())
        try:
            async with limit:
                return await handler(work, run)
        except Fenced:
            raise
        except Exception as error:  # noqa: BLE001 - the retry table knows what each means
            if limit.expired():
                return Outcome.failed("TIME_LIMIT", type(error).__name__)
            outcome = judge(error, run.kind)
            _log(run, outcome, error)
            return outcome

    async def _claim(self, ticket: Ticket) -> int:
        rows = await _statement(CLAIM, ticket.job_id, ticket.fence, self.worker, self.heart.lease)
        if not rows:
            raise Fenced(f"job {ticket.job_id} was claimed by another")
        tell(Subject(SubjectKind.JOB, ticket.job_id))
        return int(rows[0]["attempt"])

    async def _call_off(self, ticket: Ticket, *, late: bool) -> None:
        async with transaction():
            if late:
                await outcomes.give_up(ticket, "DEADLINE_PASSED", self.worker)
            else:
                await outcomes.cancel(ticket)

    async def _wait_for_code(self, ticket: Ticket, row: dict[str, Any]) -> None:
        now: datetime = row["now"]
        async with transaction():
            if now - row["created_at"] > CODE_WAIT:
                await outcomes.give_up(ticket, "UNKNOWN_KIND", self.worker)
            else:
                await outcomes.postpone(ticket, now + CODE_PAUSE)

    async def _give_back(self, ticket: Ticket) -> None:
        with suppress(Fenced):
            async with transaction():
                await outcomes.give_back(ticket, self.worker)


def _log(run: JobRun, outcome: Outcome, error: BaseException) -> None:
    """Logs where an attempt went wrong, without the exception's text, which may hold personal data."""
    where = "".join(traceback.format_tb(error.__traceback__)[-3:])
    log.warning("job %s (%s) attempt %s: %s %s\n%s", run.job_id, run.kind.name, run.attempt, outcome.code,
                type(error).__name__, where)  # fmt: skip


def _facts(run: JobRun) -> Facts:
    return {"aftercare.job": str(run.job_id), "aftercare.attempt": run.attempt, "aftercare.queue": run.kind.queue}


def _party(row: dict[str, Any]) -> Subject | None:
    return Subject(SubjectKind(row["actor_kind"]), row["actor_id"]) if row["actor_kind"] else None


def _read(kind: Kind | None, row: dict[str, Any]) -> object | None:
    """The job as its dataclass, or None when only newer code can read it."""
    if kind is None or row["schema_version"] > kind.schema_version:
        return None
    stored = row["arguments"]
    try:
        return read_job(kind, json.loads(stored) if isinstance(stored, str) else stored)  # type: ignore[no-any-return]
    except Unreadable as wrong:
        log.warning("unreadable job: %s", wrong)
        return None


async def _statement(statement: str, *arguments: object) -> list[dict[str, Any]]:
    """The rows of one statement in a transaction of its own."""
    return await get_connection("default").execute_query_dict(statement, list(arguments))
