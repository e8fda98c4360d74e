"""Counting how many promises were kept: of each month while it may change, from the clocks that were due in it."""

from __future__ import annotations

from datetime import timedelta

from domain.kernel import clock
from domain.kernel.database import Run, fetch, transaction

COUNT = """
WITH counted AS (
  SELECT
    month, subject_kind, stage, channel, priority, partner_id, grouping(partner_id) = 1 AS is_total,
    count(*) FILTER (WHERE state = 'MET') AS met,
    count(*) FILTER (WHERE state <> 'DROPPED' AND (breached_at IS NOT NULL OR state = 'RUNNING' AND due_at < $2))
      AS breached
  FROM (
    SELECT date_trunc('month', due_at AT TIME ZONE 'Asia/Shanghai')::date AS month, c.*
    FROM service_clock c WHERE due_at >= $1::timestamptz
  ) AS due
  GROUP BY GROUPING SETS (
    (month, subject_kind, stage, channel, priority, partner_id), (month, subject_kind, stage, channel, priority)
  )
), kept AS (
  INSERT INTO service_attainment AS a
    (id, month, subject_kind, stage, channel, priority, partner_id, met, breached, counted_at)
  SELECT gen_random_uuid(), month, subject_kind, stage, channel, priority, partner_id, met, breached, $2::timestamptz
  FROM counted WHERE is_total OR partner_id IS NOT NULL
  ON CONFLICT (month, subject_kind, stage, channel, priority, partner_id)
    DO UPDATE SET met = excluded.met, breached = excluded.breached, counted_at = excluded.counted_at
  RETURNING a.id
)
DELETE FROM service_attainment WHERE month >= $3::date AND counted_at < $2::timestamptz
  AND id NOT IN (SELECT id FROM kept)
"""


async def count(*, run: Run | None = None) -> None:
    """Counts the promises due since the beginning of the last month anew; what is wanted no more is not counted.

    In time is what ended by its due time; late is what ended after it or runs on. What stands still is neither.
    """
    last = (clock.today().replace(day=1) - timedelta(days=1)).replace(day=1)
    async with transaction(run, finishing=True):
        await fetch(COUNT, clock.start_of(last), clock.now(), last)
