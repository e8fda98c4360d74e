"""How payouts at the bank are doing: what an alarm is made of when money is under way for too long."""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg


@dataclass(frozen=True)
class UnderWay:
    """Payouts in one state of being at the bank. Units: `oldest` in seconds since the oldest was sent."""

    state: str
    payouts: int
    oldest: float


UNDER_WAY = """
SELECT s.state, count(p.id) AS payouts,
  coalesce(extract(epoch FROM clock_timestamp() - min(p.submitted_at)), 0)::float8 AS oldest
FROM unnest(ARRAY['SUBMITTED', 'UNKNOWN']) AS s(state) LEFT JOIN payout p ON p.state = s.state
  AND NOT EXISTS (SELECT FROM payout_attempt a
    WHERE a.payout_id = p.id AND a.attempt = p.attempt AND a.channel = 'FILE')
GROUP BY s.state
"""


async def payouts_under_way(connection: asyncpg.Connection) -> list[UnderWay]:
    """How many payouts were sent and are not settled, and for how long; those whose outcome is unknown apart.

    What went in a payment file waits for days and is watched elsewhere.
    """
    rows = await connection.fetch(UNDER_WAY)
    return [UnderWay(row["state"], row["payouts"], row["oldest"]) for row in rows]
