"""Starting, pausing and ending clocks: called by the rooms whose matters they measure, in those rooms' transactions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.kernel import clock
from domain.kernel.subject import Scope, Subject
from domain.service_levels import rules
from domain.service_levels.calendars import working_days
from domain.service_levels.models import ServiceClock, ServicePause
from domain.service_levels.rules import IsWorking
from domain.service_levels.standards import in_force
from domain.service_levels.terms import (
    WARNINGS,
    ClockState,
    PauseReason,
    ServiceCalendar,
    ServiceChannel,
    ServicePriority,
    ServiceStage,
    Span,
    Target,
)

OPEN = (ClockState.RUNNING, ClockState.PAUSED)


@dataclass(frozen=True, slots=True)
class Matter:
    """What a clock measures: the row, whom it concerns, and how its customer waits."""

    subject: Subject
    scope: Scope
    channel: ServiceChannel = ServiceChannel.ANY
    priority: ServicePriority = ServicePriority.NORMAL


async def start(matter: Matter, stage: ServiceStage, *, at: datetime | None = None) -> ServiceClock:
    """Starts the clock of a stage by the promise that is in force.

    Raises: LookupError when nothing is promised.
    """
    began = at or clock.now()
    target = await in_force(matter.subject.kind, stage, matter.channel, matter.priority, clock.day_of(began))
    return await _start(matter, stage, began, target)


async def start_promised(matter: Matter, stage: ServiceStage, *, due_at: datetime) -> ServiceClock:
    """Starts the clock of a stage up to an instant that somebody promised."""
    now, calendar = clock.now(), ServiceCalendar.AROUND_THE_CLOCK
    minutes = rules.minutes_between(now, due_at, calendar, await working_days())
    return await _start(matter, stage, now, Target(minutes, calendar))


async def _start(matter: Matter, stage: ServiceStage, at: datetime, target: Target) -> ServiceClock:
    found = ServiceClock(
        subject_kind=matter.subject.kind, subject_id=matter.subject.id, stage=stage, channel=matter.channel,
        priority=matter.priority, calendar=target.calendar, minutes=target.minutes,
        customer_id=matter.scope.customer_id, partner_id=matter.scope.partner_id, state=ClockState.RUNNING,
        started_at=at,
    )  # fmt: skip
    _reckon(found, [], await working_days())
    await found.save(force_create=True)
    return found


async def pause(subject: Subject, reason: PauseReason, *, at: datetime | None = None) -> None:
    """Lets every clock of a row that runs stand still, from an instant that may lie back; once for each reason."""
    since = at or clock.now()
    for found in await _open_clocks(subject):
        if not await ServicePause.filter(clock_id=found.id, reason=reason, resumed_at=None).exists():
            await ServicePause.create(clock_id=found.id, reason=reason, paused_at=max(since, found.started_at))
            await _write(found)


async def resume(subject: Subject, reason: PauseReason, *, at: datetime | None = None) -> None:
    """Ends the pauses of a reason; a clock goes on once no reason is left."""
    until = at or clock.now()
    for found in await _open_clocks(subject):
        for each in await ServicePause.filter(clock_id=found.id, reason=reason, resumed_at=None):
            each.resumed_at = max(until, each.paused_at)
            await each.save(update_fields=["resumed_at"])
        await _write(found)


async def hasten(subject: Subject) -> None:
    """Brings the clocks of a row into the green channel: their time is what is promised there, from their start on."""
    for found in await _open_clocks(subject):
        urgent, on = ServicePriority.URGENT, clock.day_of(found.started_at)
        if found.priority is urgent or found.stage is ServiceStage.SPECIALIST_ANSWER:
            continue
        target = await in_force(found.subject_kind, found.stage, found.channel, urgent, on)
        found.priority, found.minutes, found.calendar = urgent, target.minutes, target.calendar
        await _write(found)


async def stop(subject: Subject, *stages: ServiceStage, at: datetime | None = None) -> None:
    """Ends the clocks of some stages, in time or not; without one that is open nothing happens."""
    ended = at or clock.now()
    for found in await _open_clocks(subject, *stages):
        if ended > found.due_at and found.state is ClockState.RUNNING and found.breached_at is None:
            found.breached_at = found.due_at
        await _end(found, ClockState.MET if found.breached_at is None else ClockState.BREACHED, ended)


async def drop(subject: Subject) -> None:
    """Ends every clock of a row that is wanted no more; they count neither as met nor as breached."""
    for found in await _open_clocks(subject):
        await _end(found, ClockState.DROPPED, clock.now())


async def next_due(subject: Subject) -> datetime | None:
    """When the first of a row's clocks that have not ended is due; None without one."""
    return min((found.due_at for found in await _open_clocks(subject)), default=None)


async def _open_clocks(subject: Subject, *stages: ServiceStage) -> list[ServiceClock]:
    """The clocks of a row that have not ended, of all stages or of some, locked; whoever calls has locked the row."""
    found = ServiceClock.select_for_update(no_key=True).filter(
        subject_kind=subject.kind, subject_id=subject.id, state__in=OPEN
    )
    return await (found.filter(stage__in=stages) if stages else found).order_by("id")


async def _end(found: ServiceClock, state: ClockState, at: datetime) -> None:
    for each in await ServicePause.filter(clock_id=found.id, resumed_at=None):
        each.resumed_at = max(at, each.paused_at)  # an end that lies back may lie before the pause
        await each.save(update_fields=["resumed_at"])
    found.state, found.ended_at, found.warn_at = state, at, None
    found.version += 1
    await found.save()


async def _write(found: ServiceClock) -> None:
    """Reckons a clock anew from its pauses and writes it."""
    _reckon(found, await ServicePause.filter(clock_id=found.id).order_by("id"), await working_days())
    found.version += 1
    await found.save()


def _reckon(found: ServiceClock, pauses: list[ServicePause], is_working: IsWorking) -> None:
    """When a clock is due and when it warns next. A pause that is still open moves both once it has ended."""
    target, over = Target(found.minutes, found.calendar), spans_over(pauses)
    still = [each.paused_at for each in pauses if each.resumed_at is None]
    found.due_at = rules.due(found.started_at, target, over, is_working)
    if found.breached_at is not None and found.due_at > found.breached_at:  # a pause lay further back than was known
        found.breached_at = None
        found.warned = rules.warnings_passed(found.started_at, target, over, is_working, clock.now())
    if still and min(still) < found.due_at:
        found.state, found.warn_at = ClockState.PAUSED, None
        return
    found.state = ClockState.RUNNING
    found.warn_at = next_warning(found, over, is_working)


def spans_over(pauses: Iterable[ServicePause]) -> list[Span]:
    """The pauses that have ended."""
    return [Span(each.paused_at, each.resumed_at) for each in pauses if each.resumed_at is not None]


def next_warning(found: ServiceClock, over: Sequence[Span], is_working: IsWorking) -> datetime | None:
    """When a clock that runs warns next; None after the last warning."""
    if found.warned == len(WARNINGS):
        return None
    target = Target(found.minutes, found.calendar)
    return rules.due(found.started_at, target, over, is_working, WARNINGS[found.warned])
