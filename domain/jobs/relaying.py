"""The relay's statements: take due jobs of a queue, give leases that ran out to others, listen for news.

They run on a connection of the relay's own, not on the pool of the verbs: LISTEN needs a session, and a relay must go
on while the verbs have taken every connection.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg

from domain.jobs.rules import Gate, allowance, refilled
from domain.jobs.terms import MAX_CRASHES, Priority, Queue
from domain.jobs.waking import CHANNEL
from domain.kernel.ids import new_id

COMMAND_TIMEOUT = 5.0  # seconds
MAX_INFLIGHT = 200  # what a queue without a row in queue_control may have under way
LOCK_SPACE = 7_311_988  # with the queue's place it makes the advisory lock by which one relay at a time counts a queue
SWEEP_SIZE = 500


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a message carries: which job, and under which fence."""

    job_id: UUID
    fence: int


@dataclass(frozen=True)
class Swept:
    """What one sweep found: dispatches that never arrived, and workers that fell silent."""

    lapsed: int
    crashed: int


READY = """
SELECT q.queue FROM unnest($1::text[]) AS q(queue)
WHERE EXISTS (
  SELECT FROM unnest($2::int[]) AS p(priority) CROSS JOIN LATERAL (
    SELECT FROM job j WHERE j.state = 'AVAILABLE' AND j.queue = q.queue AND j.priority = p.priority
    AND j.run_at <= statement_timestamp() LIMIT 1) AS due)
"""

GATE = """
SELECT coalesce(c.paused, false) AS paused, coalesce(c.max_inflight, $2::int) AS max_inflight, c.rate_per_second,
       coalesce(c.tokens, 0) AS tokens, coalesce(clock_timestamp() - c.refilled_at, '0 s') AS idle,
       (SELECT count(*) FROM job j WHERE j.queue = $1::text AND j.state IN ('DISPATCHED', 'EXECUTING')) AS inflight
FROM (SELECT 1) AS always LEFT JOIN queue_control c ON c.queue = $1::text
"""

SPEND = "UPDATE queue_control SET tokens = $2, refilled_at = clock_timestamp() WHERE queue = $1"

# One index range for each priority, so that jobs of the far future are never walked through.
DISPATCH = """
WITH due AS MATERIALIZED (
  SELECT j.id FROM unnest($2::int[]) WITH ORDINALITY AS p(priority, rank) CROSS JOIN LATERAL (
    SELECT id, run_at FROM job WHERE state = 'AVAILABLE' AND queue = $1::text AND priority = p.priority
    AND run_at <= statement_timestamp() ORDER BY run_at, id LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED) AS j
  ORDER BY p.rank, j.run_at, j.id LIMIT $3
)
UPDATE job SET state = 'DISPATCHED', fence = job.fence + 1, dispatched_at = clock_timestamp(),
  lease_until = clock_timestamp() + $4::interval
FROM due WHERE job.id = due.id RETURNING job.id, job.fence
"""

RECALL = """
UPDATE job SET state = 'AVAILABLE', lease_until = NULL
FROM unnest($1::uuid[], $2::bigint[]) AS sent(id, fence)
WHERE job.id = sent.id AND job.fence = sent.fence AND job.state = 'DISPATCHED'
"""

SWEEP = f"""
WITH gone AS MATERIALIZED (
  SELECT id, state, crashes, attempt, fence, worker, started_at, cancel_requested,
    state = 'EXECUTING' AS crashed,
    CASE WHEN cancel_requested THEN 'CANCELLED'
      WHEN state = 'EXECUTING' AND (crashes + 1 >= {MAX_CRASHES} OR attempt >= max_attempts) THEN 'DEAD'
      WHEN deadline_at < clock_timestamp() THEN 'DEAD' ELSE 'AVAILABLE' END AS target
  FROM job WHERE queue = ANY($1::text[]) AND state IN ('DISPATCHED', 'EXECUTING')
  AND lease_until < statement_timestamp() LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED
), told AS (
  INSERT INTO job_attempt (id, job_id, fence, attempt, worker, started_at, ended_at, outcome, error_code)
  SELECT ($3::uuid[])[row_number() OVER ()], id, fence, attempt, worker, started_at, clock_timestamp(), 'CRASHED',
    'WORKER_LOST' FROM gone WHERE crashed
)
UPDATE job SET state = gone.target, lease_until = NULL, version = job.version + 1,
  crashes = job.crashes + gone.crashed::int, lapses = job.lapses + (NOT gone.crashed)::int,
  error_code = CASE WHEN gone.crashed THEN 'WORKER_LOST' WHEN gone.target = 'DEAD' THEN 'DEADLINE_PASSED'
    ELSE job.error_code END,
  finished_at = CASE WHEN gone.target <> 'AVAILABLE' THEN clock_timestamp() END,
  run_at = CASE WHEN gone.crashed AND gone.crashes > 0
    THEN clock_timestamp() + least(3600, 5 * 2 ^ gone.crashes) * interval '1 s' ELSE job.run_at END
FROM gone WHERE job.id = gone.id RETURNING gone.crashed
"""

PRIORITIES = [int(each) for each in sorted(Priority)]


async def open_relay(url: str) -> asyncpg.Connection:
    """The relay's connection. Units: its lock and statement timeouts are in milliseconds."""
    return await asyncpg.connect(
        url,
        timeout=COMMAND_TIMEOUT,
        command_timeout=COMMAND_TIMEOUT,
        server_settings={
            "application_name": "aftercare-relay",
            "TimeZone": "UTC",
            "jit": "off",
            "lock_timeout": "2000",
            "statement_timeout": "5000",
            "idle_in_transaction_session_timeout": "10000",
        },
    )


async def listen(connection: asyncpg.Connection, listener: Callable[[], None]) -> None:
    """Calls `listener` whenever some process tells of new jobs; ends with the connection."""

    def told(*_: object) -> None:
        listener()

    await connection.add_listener(CHANNEL, told)


async def ready_queues(connection: asyncpg.Connection, queues: Sequence[Queue]) -> list[Queue]:
    """Those of the queues in which a job is due."""
    rows = await connection.fetch(READY, list(queues), PRIORITIES)
    return [Queue(row["queue"]) for row in rows]


async def dispatch(connection: asyncpg.Connection, queue: Queue, most: int, lease: timedelta) -> list[Ticket]:
    """Takes due jobs of a queue, at most as many as its limits allow, each under a new fence and a lease.

    Relays take turns at a queue: one that finds another at it takes nothing.
    """
    async with connection.transaction():
        turn = await connection.fetchval("SELECT pg_try_advisory_xact_lock($1, $2)", LOCK_SPACE, _place(queue))
        if not turn:
            return []
        gate = _gate(await connection.fetchrow(GATE, queue, MAX_INFLIGHT))
        room = allowance(gate, most)
        if not room:
            return []
        rows = await connection.fetch(DISPATCH, queue, PRIORITIES, room, lease)
        if gate.rate is not None:
            await connection.execute(SPEND, queue, refilled(gate) - Decimal(len(rows)))
    return [Ticket(row["id"], row["fence"]) for row in rows]


async def recall(connection: asyncpg.Connection, tickets: Sequence[Ticket]) -> None:
    """Makes jobs available again whose messages could not be sent; one that a worker has claimed stays as it is."""
    await connection.execute(RECALL, [each.job_id for each in tickets], [each.fence for each in tickets])


async def sweep(connection: asyncpg.Connection, queues: Sequence[Queue] = tuple(Queue)) -> Swept:
    """Gives jobs whose lease ran out to others, or up: after three crashes, without attempts or time left."""
    rows = await connection.fetch(SWEEP, list(queues), SWEEP_SIZE, [new_id() for _ in range(SWEEP_SIZE)])
    crashed = sum(1 for row in rows if row["crashed"])
    return Swept(lapsed=len(rows) - crashed, crashed=crashed)


def _place(queue: Queue) -> int:
    return list(Queue).index(queue)


def _gate(row: Any) -> Gate:
    return Gate(
        paused=row["paused"],
        max_inflight=row["max_inflight"],
        inflight=row["inflight"],
        rate=row["rate_per_second"],
        tokens=row["tokens"],
        idle=row["idle"],
    )
