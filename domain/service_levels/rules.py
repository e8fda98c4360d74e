"""The arithmetic of clocks: when a promise is due, and how much has passed, pauses and holidays left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from domain.kernel.clock import INSURER_ZONE, day_of
from domain.service_levels.terms import WARNINGS, ServiceCalendar, Span, Target

OPENS, CLOSES = time(9), time(18)
"""Business hours where the insurer is; a working day is nine hours."""
FOR_EVER = datetime.max.replace(tzinfo=UTC)
LONGEST = 3_660  # days that are looked through for business hours
IsWorking = Callable[[date], bool]
"""Whether people work on a calendar day of the insurer's zone."""


class NoBusinessHours(ValueError):
    """No business hours were found within ten years: the calendar is wrong."""


def due(
    start: datetime, target: Target, pauses: Iterable[Span], is_working: IsWorking, percent: int = 100
) -> datetime:
    """The instant in which the promised time, or this share of it, has passed.

    What is paused does not count, however pauses overlap; nor does what lies outside business hours where only those
    count, so a pause across a holiday costs no more than the hours in it. Source: SPC Interpretation II Art. 15.
    Raises: NoBusinessHours.
    """
    left = timedelta(minutes=target.minutes) * percent / 100
    for span in _counted(start, target.calendar, merged(pauses), is_working):
        if left <= span.end - span.start:
            return span.start + left
        left -= span.end - span.start
    raise NoBusinessHours(f"no business hours within {LONGEST} days of {start.date()}")


def minutes_between(start: datetime, end: datetime, calendar: ServiceCalendar, is_working: IsWorking) -> int:
    """How many whole minutes of the calendar's time lie between two instants."""
    total = timedelta()
    for span in _counted(start, calendar, [], is_working):
        if span.start >= end:
            break
        total += min(span.end, end) - span.start
    return int(total.total_seconds()) // 60


def warnings_passed(
    start: datetime, target: Target, pauses: Sequence[Span], is_working: IsWorking, now: datetime
) -> int:
    """How many of the warnings at 50, 80 and 100 percent of the time are due by now."""
    return sum(due(start, target, pauses, is_working, percent) <= now for percent in WARNINGS)


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same time in spans that neither overlap nor touch, in their order; empty ones are left out."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda each: each.start):
        if span.end <= span.start:
            continue
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found


def _counted(
    start: datetime, calendar: ServiceCalendar, pauses: Sequence[Span], is_working: IsWorking
) -> Iterator[Span]:
    """The time that counts from the start on, in spans."""
    for span in _open(start, calendar, is_working):
        at = span.start
        for pause in pauses:
            if pause.end <= at or pause.start >= span.end:
                continue
            if pause.start > at:
                yield Span(at, pause.start)
            at = min(pause.end, span.end)
        if at < span.end:
            yield Span(at, span.end)


def _open(start: datetime, calendar: ServiceCalendar, is_working: IsWorking) -> Iterator[Span]:
    """The calendar's own time from the start on."""
    if calendar is ServiceCalendar.AROUND_THE_CLOCK:
        yield Span(start, FOR_EVER)
        return
    first = day_of(start)
    for day in (first + timedelta(days=number) for number in range(LONGEST)):
        if not is_working(day):
            continue
        opens, closes = (datetime.combine(day, hour, INSURER_ZONE).astimezone(UTC) for hour in (OPENS, CLOSES))
        if closes > start:
            yield Span(max(opens, start), closes)
