"""Arithmetic of jobs: how long to wait after a failure, how many jobs may go now, which slots of a schedule are due."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from croniter import croniter

from domain.jobs.terms import CatchUp

FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
DOUBLINGS = 10  # beyond this the longest pause holds anyway
GRACE = timedelta(seconds=60)
"""A slot that is not older than this was not missed, only reached a little late."""
MOST_SLOTS = 1000
"""Slots that one look adds at most; the next look goes on."""


def backoff(failures: int) -> timedelta:
    """The pause after so many failures in a row, before jitter: 5 s, 10 s, 20 s … up to an hour."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * (1 << min(max(failures - 1, 0), DOUBLINGS)))


def jittered(pause: timedelta) -> timedelta:
    """A pause spread by a quarter to either side, so that what failed together does not come back together."""
    return pause * random.uniform(0.75, 1.25)  # noqa: S311 - no secret depends on it


def crash_pause(crashes_before: int) -> timedelta:
    """The pause after a worker died. The first time the machine is the likelier cause, so there is none."""
    return backoff(crashes_before + 1) if crashes_before else timedelta(0)


@dataclass(frozen=True)
class Gate:
    """What limits a queue at one instant. Units: `rate` in jobs per second, `tokens` in jobs."""

    paused: bool
    max_inflight: int
    inflight: int
    rate: int | None
    tokens: Decimal
    idle: timedelta


def refilled(gate: Gate) -> Decimal:
    """The tokens of a queue with a rate after its idle time; never more than one second's worth."""
    gained = Decimal(gate.idle // timedelta(microseconds=1)) / 1_000_000 * (gate.rate or 0)
    return min(Decimal(gate.rate or 0), gate.tokens + gained)


def allowance(gate: Gate, most: int) -> int:
    """How many jobs of a queue may be dispatched now."""
    if gate.paused:
        return 0
    room = max(0, min(most, gate.max_inflight - gate.inflight))
    return room if gate.rate is None else min(room, int(refilled(gate)))


@dataclass(frozen=True)
class Due:
    """Slots that are due, and the one that comes after them."""

    slots: tuple[datetime, ...]
    next_at: datetime


def slot_after(cron: str, zone: str, instant: datetime) -> datetime:
    """The first slot of a cron line after an instant, counted in a zone; the answer keeps that zone.

    Raises: ValueError for a line or zone that cannot be read.
    """
    local = instant.astimezone(ZoneInfo(zone))
    found: datetime = croniter(cron, local).get_next(datetime)
    return found


def due_slots(cron: str, zone: str, next_at: datetime, now: datetime, catch_up: CatchUp) -> Due:
    """Which slots from `next_at` up to now get a job: all, the last, or only one that is not older than a minute."""
    slots: list[datetime] = []
    slot = next_at
    while slot <= now and len(slots) < MOST_SLOTS:
        slots.append(slot)
        slot = slot_after(cron, zone, slot)
    if slot <= now and catch_up is not CatchUp.ALL:
        slots, slot = [_slot_before(cron, zone, now)], slot_after(cron, zone, now)
    return Due(tuple(_kept(slots, now, catch_up)), slot)


def _kept(slots: list[datetime], now: datetime, catch_up: CatchUp) -> list[datetime]:
    match catch_up:
        case CatchUp.ALL:
            return slots
        case CatchUp.LAST:
            return slots[-1:]
        case CatchUp.NONE:
            return [each for each in slots[-1:] if now - each <= GRACE]


def _slot_before(cron: str, zone: str, instant: datetime) -> datetime:
    within = instant.astimezone(ZoneInfo(zone)).replace(microsecond=0) + timedelta(seconds=1)
    found: datetime = croniter(cron, within).get_prev(datetime)
    return found
