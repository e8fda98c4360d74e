"""When a customer is reminded of the end of a cover."""

from __future__ import annotations

from datetime import date

MARKS = (30, 15, 7, 1)
"""Days before the end on which a reminder is due 续保提醒. Source: own service standard."""


def days_left(ends_on: date, on: date) -> int:
    """How many days a cover still runs, the day itself counted. Units: `ends_on` is the first day without cover."""
    return (ends_on - on).days


def mark_of(left: int) -> int | None:
    """The mark that a cover has reached with so many days left: the nearest one passed, None before and after all.

    So whoever missed a day catches up with the nearest mark, and not with those before it.
    """
    return min((mark for mark in MARKS if mark >= left), default=None) if left > 0 else None
