"""Moves jobs that finished long ago out of the way of the living; they stay readable in the archive."""

from __future__ import annotations

from domain.jobs.models import JobColumns
from domain.jobs.terms import KEPT
from domain.kernel.database import Run, fetch, transaction

BATCH = 1000
MOST_BATCHES = 50

COLUMNS = ", ".join(JobColumns._meta.fields_db_projection.values())  # noqa: SLF001 - no public name for it
MOVE = f"""
WITH old AS (
  SELECT id FROM job WHERE finished_at < clock_timestamp() - $1::interval ORDER BY finished_at, id LIMIT $2
  FOR UPDATE SKIP LOCKED
), moved AS (DELETE FROM job USING old WHERE job.id = old.id RETURNING job.*)
INSERT INTO job_archive ({COLUMNS}, archived_at) SELECT {COLUMNS}, clock_timestamp() FROM moved RETURNING id
"""


async def archive_finished(*, run: Run | None = None) -> int:
    """Moves jobs that finished more than 30 days ago, a thousand in each transaction; how many were moved."""
    moved = 0
    for _ in range(MOST_BATCHES):
        async with transaction(run):
            rows = await fetch(MOVE, KEPT, BATCH)
        moved += len(rows)
        if len(rows) < BATCH:
            break
    async with transaction(run, finishing=True):
        return moved
