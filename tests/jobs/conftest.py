"""A place for jobs: a database with a table for their effects, a relay's connection, and a worker in this process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from domain.jobs.execution import Ending, Executor
from domain.jobs.queue import enqueue
from domain.jobs.relaying import Ticket, dispatch, open_relay
from domain.jobs.terms import Queue
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.ids import new_id
from tests.jobs.kinds import HANDLERS, SCRIPTS, One

ADMIN = Actor(frozenset({Role.ADMIN}), staff_id=UUID(int=9))
STAFF = Actor(frozenset({Role.CLAIMS_HANDLER}), staff_id=UUID(int=77))
LEASE = timedelta(seconds=30)
EFFECTS = "CREATE TABLE test_effect (key uuid PRIMARY KEY, job_id uuid NOT NULL, fence bigint NOT NULL)"


@dataclass
class Place:
    """Jobs, what became of them, and those who move them."""

    url: str
    connection: asyncpg.Connection
    relay: asyncpg.Connection
    worker: Executor = field(default_factory=lambda: Executor("worker-1", HANDLERS, LEASE))

    async def add(self, work: object | None = None, **options: Any) -> UUID:
        """Enqueues a job in a transaction of its own."""
        async with transaction():
            return await enqueue(work or One(new_id()), actor=STAFF, **options)

    async def row(self, job_id: UUID) -> dict[str, Any]:
        """A job's row."""
        return dict(await self.connection.fetchrow("SELECT *, clock_timestamp() AS now FROM job WHERE id = $1", job_id))

    async def state(self, job_id: UUID) -> str:
        """A job's state."""
        return str(await self.connection.fetchval("SELECT state FROM job WHERE id = $1", job_id))

    async def until(self, job_id: UUID, state: str, seconds: float = 10) -> None:
        """Waits until a job stands in a state."""
        async with asyncio.timeout(seconds):
            while await self.state(job_id) != state:  # noqa: ASYNC110 - the change happens in the database
                await asyncio.sleep(0.01)

    async def until_crash(self, job_id: UUID, seconds: float = 30) -> None:
        """Waits until one more worker died of a job."""
        before = (await self.row(job_id))["crashes"]
        async with asyncio.timeout(seconds):
            while (await self.row(job_id))["crashes"] == before:  # noqa: ASYNC110 - the change happens in the database
                await asyncio.sleep(0.05)

    async def dispatch(self, queue: Queue = Queue.BULK, most: int = 100, lease: timedelta = LEASE) -> list[Ticket]:
        """One turn of the relay at a queue."""
        return await dispatch(self.relay, queue, most, lease)

    async def ticket(self, work: object | None = None, **options: Any) -> Ticket:
        """A job that was added and is on its way."""
        job_id = await self.add(work, **options)
        (ticket,) = [each for each in await self.dispatch() if each.job_id == job_id]
        return ticket

    async def perform(self, work: object | None = None, **options: Any) -> tuple[Ticket, Ending]:
        """A job that was added, dispatched and delivered once."""
        ticket = await self.ticket(work, **options)
        return ticket, await self.worker.perform(ticket)

    async def effects(self) -> list[UUID]:
        """The keys of effects that stand."""
        return [row["key"] for row in await self.connection.fetch("SELECT key FROM test_effect ORDER BY key")]

    async def attempts(self, job_id: UUID) -> list[dict[str, Any]]:
        """What is told of attempts that did not succeed at once, the oldest first."""
        rows = await self.connection.fetch("SELECT * FROM job_attempt WHERE job_id = $1 ORDER BY fence", job_id)
        return [dict(row) for row in rows]

    async def set(self, job_id: UUID, change: str, *arguments: object) -> None:
        """Changes a job's row as time or an accident would."""
        await self.connection.execute(f"UPDATE job SET {change} WHERE id = $1", job_id, *arguments)

    async def lapse(self, job_id: UUID) -> None:
        """Lets the job's lease run out."""
        await self.set(job_id, "lease_until = clock_timestamp() - interval '1 ms'")

    async def snapshot(self) -> list[str]:
        """Everything that jobs consist of, to be compared."""
        tables = ("job", "job_attempt", "queue_control", "schedule", "audit_entry", "test_effect")
        found = []
        for table in tables:
            found += [f"{table} {row[0]}" for row in await self.connection.fetch(f"SELECT t::text FROM {table} t")]
        return sorted(found)


@pytest.fixture
async def place(database: str) -> AsyncIterator[Place]:
    """An empty place for jobs."""
    connection = await asyncpg.connect(database, server_settings={"TimeZone": "UTC"})
    await connection.execute(f"DROP TABLE IF EXISTS test_effect; {EFFECTS}")
    relay = await open_relay(database)
    yield Place(database, connection, relay)
    SCRIPTS.clear()
    await relay.close()
    await connection.execute("DROP TABLE test_effect")
    await connection.close()
