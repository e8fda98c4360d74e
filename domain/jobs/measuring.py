"""How the queues are doing: what the metrics and the alarms are made of."""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg


@dataclass(frozen=True)
class Depth:
    """Jobs of one queue in one state. Units: `oldest` in seconds since the oldest entered the state, or was due."""

    queue: str
    state: str
    jobs: int
    oldest: float


# Finished jobs are not counted, save the dead: there are too many, and nobody waits for them.
DEPTH = """
SELECT queue, state, count(*) AS jobs, coalesce(extract(epoch FROM clock_timestamp() - min(CASE state
  WHEN 'AVAILABLE' THEN run_at WHEN 'DISPATCHED' THEN dispatched_at WHEN 'DEAD' THEN finished_at
  ELSE started_at END)), 0)::float8 AS oldest
FROM job WHERE state IN ('AVAILABLE', 'DISPATCHED', 'EXECUTING', 'PARKED', 'DEAD') GROUP BY queue, state
"""


async def depths(connection: asyncpg.Connection) -> list[Depth]:
    """Depth and age by queue and state; an `oldest` below zero is the time until the next job is due."""
    rows = await connection.fetch(DEPTH)
    return [Depth(row["queue"], row["state"], row["jobs"], row["oldest"]) for row in rows]
