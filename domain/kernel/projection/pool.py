"""The read pool: connections that only SELECT, never change session state, and so need no reset between uses."""

from __future__ import annotations

import asyncio

import asyncpg

from domain.kernel.projection.selection import Call
from domain.kernel.projection.statement import Statement

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


async def open_read_pool(url: str, size: int, deadline: float, role: str | None = None) -> asyncpg.Pool:
    """Opens the read pool. Units: `deadline` in seconds; the server gives up one second after the caller.

    `role` is the SELECT-only role to take on, the second wall behind the compiler's own.
    Statements stay prepared for the life of their connection, at most 200 on each, however long their text.
    """
    taken_on = {"role": role} if role else {}
    return await asyncpg.create_pool(
        url,
        min_size=min(2, size),
        max_size=size,
        connection_class=_ReadConnection,
        server_settings=SERVER_SETTINGS | taken_on | {"statement_timeout": str(int((deadline + 1) * 1000))},
        statement_cache_size=200,
        max_cached_statement_lifetime=0,
        max_cacheable_statement_size=0,
        max_inactive_connection_lifetime=0,
    )


class Reading:
    """Runs compiled statements on a pool and counts them."""

    def __init__(self, deadline: float, pool: asyncpg.Pool | None = None) -> None:
        self._pool, self.deadline = pool, deadline
        self.statements = 0

    def open(self, pool: asyncpg.Pool) -> None:
        """Reads from now on through this pool."""
        self._pool = pool

    @property
    def pool(self) -> asyncpg.Pool:
        """The open pool."""
        if self._pool is None:
            raise ConnectionError("the read pool is not open")
        return self._pool

    async def fetch(self, statement: Statement, call: Call) -> bytes | None:
        """The UTF-8 JSON of one statement, or None when its guard did not hold.

        The request's deadline stands around it: when it passes, asyncpg tells the server to stop.
        """
        self.statements += 1
        found: bytes | None = await self.pool.fetchval(statement.sql, *statement.arguments(call))
        return found

    async def holds(self, condition: str, *arguments: object) -> bool:
        """Whether a condition over bound arguments is true now."""
        async with asyncio.timeout(self.deadline):
            return bool(await self.pool.fetchval(f"SELECT {condition}", *arguments))
