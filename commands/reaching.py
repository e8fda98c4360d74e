"""Looks whether the database answers and holds our tables, so that a command can say so in a sentence."""

from __future__ import annotations

import asyncpg

PATIENCE = 10.0  # seconds
HISTORY = "SELECT to_regclass('tortoise_migrations') IS NOT NULL"


class DatabaseAway(RuntimeError):
    """The database does not answer, or has none of our tables; the text says what to do."""


async def is_migrated(url: str) -> bool:
    """Whether the database at an address has been migrated at least once.

    Raises: DatabaseAway when it does not answer.
    """
    try:
        connection = await asyncpg.connect(url, timeout=PATIENCE)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        told = f"the database does not answer ({type(error).__name__}); `aftercare doctor` says more."
        raise DatabaseAway(told) from None
    try:
        return bool(await connection.fetchval(HISTORY))
    finally:
        await connection.close()


async def expect_migrated(*urls: str) -> None:
    """Sees that each database answers and has been migrated.

    Raises: DatabaseAway.
    """
    for url in urls:
        if not await is_migrated(url):
            raise DatabaseAway("the database has no tables yet: run `aftercare migrate`.")
