"""The cron table: lines that jobs are made from, one job for each slot however many schedulers run."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.jobs.kinds import find_kind, read_job, write_job
from domain.jobs.queue import enqueue_slot
from domain.jobs.refusals import Unreadable
from domain.jobs.rules import due_slots, slot_after
from domain.jobs.terms import CatchUp
from domain.kernel.clock import INSURER_ZONE
from domain.kernel.database import fetch, transaction
from domain.kernel.ids import new_id

log = logging.getLogger("aftercare.jobs")


@dataclass(frozen=True)
class Line:
    """One line of the cron table: which job, and when, in five cron fields counted in `zone`."""

    name: str
    work: object
    cron: str
    catch_up: CatchUp = CatchUp.LAST
    zone: str = str(INSURER_ZONE)


# A line whose time was changed starts anew; one that stayed the same keeps the slot it was waiting for.
WRITE = """
INSERT INTO schedule AS s (id, name, kind, cron, zone, arguments, catch_up, enabled, next_at, version)
VALUES ($1::uuid, $2::text, $3::text, $4::text, $5::text, $6::jsonb, $7::text, true, $8::timestamptz, 1)
ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, arguments = excluded.arguments, catch_up = excluded.catch_up,
  cron = excluded.cron, zone = excluded.zone, version = s.version + 1,
  next_at = CASE WHEN s.cron = excluded.cron AND s.zone = excluded.zone THEN s.next_at ELSE excluded.next_at END
WHERE (s.kind, s.arguments, s.catch_up, s.cron, s.zone)
  IS DISTINCT FROM (excluded.kind, excluded.arguments, excluded.catch_up, excluded.cron, excluded.zone)
"""

STOP_OTHERS = """
UPDATE schedule SET enabled = name = ANY($1::text[]), version = version + 1 WHERE enabled <> (name = ANY($1::text[]))
"""

DUE = """
SELECT id, name, kind, cron, zone, arguments, catch_up, next_at, clock_timestamp() AS now FROM schedule
WHERE enabled AND next_at <= clock_timestamp() ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
"""


async def write_table(lines: Sequence[Line]) -> None:
    """Brings the stored table to these lines; a stored line that is not among them stops.

    Raises: ValueError for a cron line or zone that cannot be read.
    """
    async with transaction():
        (row,) = await fetch("SELECT clock_timestamp() AS now")
        for line in sorted(lines, key=lambda each: each.name):
            kind, document = write_job(line.work)
            next_at = slot_after(line.cron, line.zone, row["now"])
            arguments = (kind.name, line.cron, line.zone, json.dumps(document), line.catch_up, next_at)
            await fetch(WRITE, new_id(), line.name, *arguments)
        await fetch(STOP_OTHERS, [line.name for line in lines])


async def enqueue_due() -> list[UUID]:
    """Adds the jobs of all slots that are due by the database's clock, and moves their lines on; the jobs' ids."""
    async with transaction():
        return [added for line in await fetch(DUE) for added in await _enqueue_line(line)]


async def _enqueue_line(line: dict[str, Any]) -> list[UUID]:
    due = due_slots(line["cron"], line["zone"], line["next_at"], line["now"], CatchUp(line["catch_up"]))
    work = _read(line)
    if work is None:
        return []
    added = [await enqueue_slot(work, schedule=line["name"], slot=slot) for slot in due.slots]
    await _move_on(line["id"], due.next_at)
    return [each for each in added if each is not None]


def _read(line: dict[str, Any]) -> object | None:
    """The line's job, or None when only newer code knows it; the slot then waits for a newer scheduler."""
    kind = find_kind(line["kind"])
    stored = line["arguments"]
    try:
        return read_job(kind, json.loads(stored) if isinstance(stored, str) else stored) if kind else None
    except Unreadable as wrong:
        log.warning("unreadable line of the cron table: %s", wrong)
        return None


async def _move_on(line_id: UUID, next_at: datetime) -> None:
    await fetch("UPDATE schedule SET next_at = $2 WHERE id = $1", line_id, next_at)
