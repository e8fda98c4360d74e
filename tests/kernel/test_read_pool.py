"""The read pool lends every connection, takes every one back, and never lends a broken one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from domain.kernel.projection.pool import ReadPool, open_read_pool

OWN = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'aftercare-read' AND datname = current_database()"


@pytest.fixture
async def pool(server_url: str) -> AsyncIterator[ReadPool]:
    """Two connections at most."""
    opened = await open_read_pool(server_url, 2, 5)
    yield opened
    await opened.close()


@pytest.fixture
async def other(server_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection of somebody else."""
    connection = await asyncpg.connect(server_url)
    yield connection
    await connection.close()


async def test_more_reads_than_connections_are_all_answered(pool: ReadPool) -> None:
    sql = "SELECT $1::int FROM pg_sleep(0.01)"
    for _ in range(3):
        async with asyncio.timeout(5):
            found = await asyncio.gather(*(pool.fetchval(sql, number) for number in range(20)))
        assert found == list(range(20))


async def test_a_read_after_another_uses_the_same_connection(pool: ReadPool) -> None:
    assert len({await pool.fetchval("SELECT pg_backend_pid()") for _ in range(5)}) == 1


async def test_after_cancelled_reads_every_connection_still_answers(pool: ReadPool) -> None:
    for _ in range(3):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await asyncio.gather(*(pool.fetchval("SELECT 0 FROM pg_sleep(30)") for _ in range(4)))
    async with asyncio.timeout(5):
        assert await asyncio.gather(*(pool.fetchval("SELECT 1 FROM pg_sleep(0.05)") for _ in range(4))) == [1] * 4


async def test_after_failed_reads_every_connection_still_answers(pool: ReadPool) -> None:
    for _ in range(5):
        with pytest.raises(asyncpg.DivisionByZeroError):
            await pool.fetchval("SELECT 1 / $1::int", 0)
    async with asyncio.timeout(5):
        assert await asyncio.gather(*(pool.fetchval("SELECT 1 FROM pg_sleep(0.05)") for _ in range(4))) == [1] * 4


async def test_a_connection_that_the_server_ended_is_replaced(pool: ReadPool, other: asyncpg.Connection) -> None:
    first = await pool.fetchval("SELECT pg_backend_pid()")
    assert await other.fetchval("SELECT pg_terminate_backend($1, 5000)", first)
    await asyncio.sleep(0.2)
    assert await pool.fetchval("SELECT pg_backend_pid()") != first


async def test_closing_ends_the_connections_at_hand(server_url: str, other: asyncpg.Connection) -> None:
    opened = await open_read_pool(server_url, 2, 5)
    await asyncio.gather(*(opened.fetchval("SELECT 1 FROM pg_sleep(0.05)") for _ in range(2)))
    assert await other.fetchval(OWN) == 2
    async with asyncio.timeout(5):
        await opened.close()
    await asyncio.sleep(0.2)
    assert await other.fetchval(OWN) == 0
