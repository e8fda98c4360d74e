"""Faults done to PostgreSQL over a connection: others are ended or used up, locks are taken crosswise."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import asyncpg

from tests.faults.world import NotNow

ENDED = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND backend_type = 'client backend' ORDER BY random() LIMIT 4
"""
NEWEST = "SELECT 1 FROM (SELECT id FROM {0} ORDER BY id DESC LIMIT 30) n JOIN {0} t USING (id) FOR UPDATE OF t"
CROSSWISE = ("payout", "claim", "policy")  # verbs take them the other way round
HELD = 2.0  # seconds
MOST = 300  # connections, more than any server here takes

Act = Callable[[asyncpg.Connection], Awaitable[None]]


def over(url: str, act: Act) -> None:
    """Does one of these.

    Raises: NotNow while PostgreSQL recovers.
    """
    asyncio.run(_over(url, act))


async def _over(url: str, act: Act) -> None:
    try:
        connection = await asyncpg.connect(url, timeout=3)
        try:
            await act(connection)
        finally:
            await connection.close(timeout=3)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as away:
        raise NotNow from away


async def end_connections(connection: asyncpg.Connection) -> None:
    """Ends some connections, whatever they are at: a commit may stand, and its answer be lost."""
    await connection.execute(ENDED)


async def lock_crosswise(connection: asyncpg.Connection) -> None:
    """Takes the newest rows in the order that no verb takes them in, and holds them for a moment."""
    with suppress(asyncpg.DeadlockDetectedError):
        async with connection.transaction():
            for table in CROSSWISE:
                await connection.execute(NEWEST.format(table))
                await asyncio.sleep(0.2)


def use_up_connections(url: str) -> None:
    """Takes every connection that PostgreSQL gives, and holds them.

    Raises: NotNow while PostgreSQL recovers.
    """
    asyncio.run(_use_up(url))


async def _use_up(url: str) -> None:
    held: list[asyncpg.Connection] = []
    try:
        while len(held) < MOST:
            held.append(await asyncpg.connect(url, timeout=3))
    except asyncpg.TooManyConnectionsError:
        await asyncio.sleep(HELD)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as away:
        raise NotNow from away
    finally:
        for each in held:
            each.terminate()
