"""Carries out jobs as a worker would: claimed by fence, executed by their handlers, ended under the same fence."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from tortoise import Tortoise

from domain.jobs.execution import Ending, Executor
from domain.jobs.relaying import Ticket
from workers import handlers as _all_handlers  # noqa: F401 - registers them
from workers.registry import HANDLERS

DISPATCH = """
UPDATE job SET state = 'DISPATCHED', fence = fence + 1, run_at = clock_timestamp(), dispatched_at = clock_timestamp(),
  lease_until = clock_timestamp() + interval '60 s'
WHERE id = (SELECT id FROM job WHERE kind = $1 AND state = 'AVAILABLE' ORDER BY id LIMIT 1) RETURNING id, fence
"""


async def work_off(kind: str, *, most: int = 100) -> list[Ending]:
    """Carries out every available job of a kind, whether it is due or not; how each delivery ended."""
    executor = worker()
    endings: list[Ending] = []
    while len(endings) < most and (ticket := await dispatched(kind)) is not None:
        endings.append(await executor.perform(ticket))
    return endings


def worker() -> Executor:
    """A worker that carries out what it is given."""
    return Executor("test", HANDLERS, timedelta(seconds=30))


async def dispatched(kind: str) -> Ticket | None:
    """The oldest available job of a kind, on its way to a worker."""
    rows = await Tortoise.get_connection("default").execute_query_dict(DISPATCH, [kind])
    return Ticket(UUID(str(rows[0]["id"])), rows[0]["fence"]) if rows else None
