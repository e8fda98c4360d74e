"""Watching clocks: warnings on the way to what was promised, and the breach of it."""

from __future__ import annotations

from uuid import UUID

from domain.audit.entries import record
from domain.jobs.queue import enqueue
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import Run, fetch, transaction
from domain.kernel.rows import from_database
from domain.kernel.subject import Scope, Subject
from domain.service_levels import rules
from domain.service_levels.calendars import working_days
from domain.service_levels.clocks import next_warning, spans_over
from domain.service_levels.jobs import TimePassing
from domain.service_levels.models import ServiceClock, ServicePause
from domain.service_levels.rules import IsWorking
from domain.service_levels.terms import WARNINGS, Target

SWEEP = 200
"""Clocks that one sweep takes up at most; the next one goes on."""
TO_WARN = f"""
SELECT * FROM service_clock WHERE warn_at <= $1::timestamptz ORDER BY warn_at, id LIMIT {SWEEP}
FOR NO KEY UPDATE SKIP LOCKED
"""


async def warn(*, actor: Actor, run: Run | None = None) -> int:
    """Warns of clocks at 50, 80 and 100 percent of their time, each once; the number warned of.

    Of several warnings that are due at once only the last is given. Two sweeps at once take different clocks.
    """
    async with transaction(run, finishing=True):
        found = [from_database(ServiceClock, row) for row in await fetch(TO_WARN, clock.now())]
        is_working = await working_days()
        for each in found:
            await _warn(each, is_working, actor)
    return len(found)


async def subject_of(clock_id: UUID) -> Subject | None:
    """The row that a clock measures."""
    found = await ServiceClock.get_or_none(id=clock_id)
    return Subject(found.subject_kind, found.subject_id) if found else None


async def _warn(found: ServiceClock, is_working: IsWorking, actor: Actor) -> None:
    target = Target(found.minutes, found.calendar)
    over, before = spans_over(await ServicePause.filter(clock_id=found.id)), found.warned
    found.warned = rules.warnings_passed(found.started_at, target, over, is_working, clock.now())
    found.warn_at = next_warning(found, over, is_working)
    percent, subject = WARNINGS[found.warned - 1], Subject(found.subject_kind, found.subject_id)
    if found.warn_at is None:
        found.breached_at = found.due_at
    found.version += 1
    await found.save(update_fields=["warned", "breached_at", "warn_at", "version"])
    after: dict[str, object] = {"stage": found.stage, "percent": percent}
    await record("service_clock:warn", subject, actor, before={"warned": before}, after=after)
    await enqueue(
        TimePassing(found.id, percent), subject=subject, scope=Scope(found.customer_id, found.partner_id), actor=actor,
        unique_key=f"{found.id}:{found.version}",
    )  # fmt: skip
