"""The read pool: connections that only SELECT, never change session state, and so need no reset between uses."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from time import perf_counter
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from domain.kernel.database import AWAY, Unavailable, is_away
from domain.kernel.projection.entity import Entity
from domain.kernel.projection.selection import Call
from domain.kernel.projection.statement import Statement
from domain.kernel.tracing import span
from domain.kernel.watching import count_statement

LONGEST_KEPT = 64 * 1024  # characters of a statement
ATTEMPTS = 3
PAUSE = 0.05  # seconds before a read is asked again; longer with each attempt
VERSIONS = """
SELECT convert_to(coalesce(json_object_agg(t.id, t.version), '{{}}'::json)::text, 'UTF8')
FROM {table} t WHERE t.id = ANY($1::uuid[])
"""
SERVER_SETTINGS = {
    "default_transaction_read_only": "on",
    "TimeZone": "UTC",
    "jit": "off",
    "plan_cache_mode": "force_generic_plan",
    "application_name": "aftercare-read",
}


class _ReadConnection(asyncpg.Connection):  # type: ignore[misc]  # asyncpg ships no types
    """A connection that is given back as it is: nothing that runs on it changes session state."""

    def get_reset_query(self) -> str:
        return ""


class ReadPool:
    """The connections for reads, lent for one statement at a time.

    asyncpg's pool takes a connection back in a task of its own, which costs as much as a small read. So a connection
    that answered is kept at hand for the next statement; one that failed or was cancelled goes back to asyncpg, which
    waits for the cancellation or replaces it. While somebody waits for a connection, all go back.
    """

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._at_hand: list[Any] = []
        self._waiting = 0

    async def fetchval(self, sql: str, *arguments: object) -> Any:
        """The first column of the first row of a statement."""
        connection = await self._borrow()
        try:
            found = await connection.fetchval(sql, *arguments)
        except BaseException as error:
            if isinstance(error, asyncpg.InternalClientError):
                connection.terminate()  # its protocol is out of step, which asyncpg does not look at
            await self._pool.release(connection)
            raise
        if self._waiting or self._pool.is_closing():
            await self._pool.release(connection)
        else:
            self._at_hand.append(connection)
        return found

    async def _borrow(self) -> Any:
        while self._at_hand:
            connection = self._at_hand.pop()
            if _is_open(connection):
                return connection
            await self._pool.release(connection)
        self._waiting += 1
        try:
            return await self._pool.acquire()
        finally:
            self._waiting -= 1

    async def close(self) -> None:
        """Closes every connection once its statement has answered."""
        while self._at_hand:
            await self._pool.release(self._at_hand.pop())
        await self._pool.close()


def _is_open(connection: Any) -> bool:
    try:
        return not connection.is_closed()
    except asyncpg.InterfaceError:  # it was lost, and asyncpg has taken it back by itself
        return False


async def open_read_pool(url: str, size: int, deadline: float, role: str | None = None) -> ReadPool:
    """Opens the read pool. Units: `deadline` in seconds; the server gives up one second after the caller.

    `role` is the SELECT-only role to take on, the second wall behind the compiler's own.
    Statements stay prepared for the life of their connection, at most 200 on each. One of unusual length is planned
    each time, as 200 such on every connection would be the server's memory.
    """
    taken_on = {"role": role} if role else {}
    pool = await asyncpg.create_pool(
        url,
        min_size=min(2, size),
        max_size=size,
        connection_class=_ReadConnection,
        server_settings=SERVER_SETTINGS | taken_on | {"statement_timeout": str(int((deadline + 1) * 1000))},
        statement_cache_size=200,
        max_cached_statement_lifetime=0,
        max_cacheable_statement_size=LONGEST_KEPT,
        max_inactive_connection_lifetime=0,
    )
    return ReadPool(pool)


class Reading:
    """Runs compiled statements on a pool and counts them."""

    def __init__(self, deadline: float, pool: ReadPool | None = None) -> None:
        self._pool, self.deadline = pool, deadline
        self.statements = 0

    def open(self, pool: ReadPool) -> None:
        """Reads from now on through this pool."""
        self._pool = pool

    @property
    def pool(self) -> ReadPool:
        """The open pool."""
        if self._pool is None:
            raise ConnectionError("the read pool is not open")
        return self._pool

    async def fetch(self, statement: Statement, call: Call) -> bytes | None:
        """The UTF-8 JSON of one statement, or None when its guard did not hold.

        The request's deadline stands around it: when it passes, asyncpg tells the server to stop.
        """
        self.statements += 1
        with span("read"):
            found: bytes | None = await self._value(statement.sql, *statement.arguments(call))
        return found

    async def _value(self, sql: str, *arguments: object) -> Any:
        """The one value of a statement, and the time that it took, however it ended."""
        began = perf_counter()
        try:
            return await self._asked(sql, *arguments)
        finally:
            count_statement(began)

    async def _asked(self, sql: str, *arguments: object) -> Any:
        """The value, asked for again on another connection when the first one was lost meanwhile.

        Raises: Unavailable when the database is out of reach; TimeoutError when the server gave up.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return await self.pool.fetchval(sql, *arguments)
            except asyncpg.QueryCanceledError as cancelled:
                raise TimeoutError("the statement took too long") from cancelled
            except AWAY as lost:
                if not is_away(lost):
                    raise
                if attempt == ATTEMPTS:
                    raise Unavailable(type(lost).__name__) from lost
                await asyncio.sleep(PAUSE * attempt)
        raise AssertionError("unreachable")

    async def value(self, sql: str, *arguments: object) -> Any:
        """The one value of a statement of a room's own, within the request's deadline."""
        self.statements += 1
        async with asyncio.timeout(self.deadline):
            return await self._value(sql, *arguments)

    async def versions(self, entity: Entity, ids: Collection[UUID]) -> dict[UUID, int]:
        """The versions that rows of an entity have now, whoever may see them; a missing row has none."""
        found: bytes = await self.value(VERSIONS.format(table=entity.table), list(ids))
        return {UUID(row): version for row, version in orjson.loads(found).items()}

    async def holds(self, condition: str, *arguments: object) -> bool:
        """Whether a condition over bound arguments is true now."""
        async with asyncio.timeout(self.deadline):
            return bool(await self._value(f"SELECT {condition}", *arguments))
