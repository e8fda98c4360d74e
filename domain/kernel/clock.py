"""Time as the insurer counts it: instants in UTC at millisecond precision, cover days in the insurer's zone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from time import time
from zoneinfo import ZoneInfo

INSURER_ZONE = ZoneInfo("Asia/Shanghai")
_shift: ContextVar[timedelta | None] = ContextVar("clock_shift", default=None)


def now() -> datetime:
    """The present instant in UTC, cut to milliseconds as it is stored."""
    instant = datetime.now(UTC)
    if (shift := _shift.get()) is not None:
        instant += shift
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def seconds() -> float:
    """The present instant in seconds since 1970."""
    shift = _shift.get()
    return time() if shift is None else time() + shift.total_seconds()


def today() -> date:
    """Today's date where the insurer is."""
    return day_of(now())


def day_of(instant: datetime) -> date:
    """The insurer's calendar day of an instant."""
    return instant.astimezone(INSURER_ZONE).date()


def start_of(day: date) -> datetime:
    """The first instant (UTC) of an insurer's day: 00:00 in its zone."""
    return datetime(day.year, day.month, day.day, tzinfo=INSURER_ZONE).astimezone(UTC)


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Lets the code inside live at another time, which goes on from there; for tests and demo data."""
    token = _shift.set(instant - datetime.now(UTC))
    try:
        yield
    finally:
        _shift.reset(token)
