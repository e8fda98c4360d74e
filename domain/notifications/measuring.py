"""How long notices wait to be sent."""

from __future__ import annotations

import asyncpg

OLDEST = """
SELECT coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8
FROM notification WHERE state = 'QUEUED'
"""


async def oldest_notice(connection: asyncpg.Connection) -> float:
    """The age of the oldest notice that is not sent. Units: seconds; 0 when none waits."""
    return float(await connection.fetchval(OLDEST))
