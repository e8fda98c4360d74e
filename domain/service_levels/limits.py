"""Limits of time as dated settings: what stands in `time_limit` from a day on goes before the text known today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.kernel.database import fetch


@dataclass(frozen=True, slots=True)
class DatedLimit:
    """A limit in calendar days, from a day on, and the text it comes from."""

    name: str
    days: int
    valid_from: date
    source: str


def latest(limits: Sequence[DatedLimit], on: date) -> DatedLimit:
    """The limit in force on a day: the one that began last.

    Raises: LookupError when none had begun.
    """
    begun = [limit for limit in limits if limit.valid_from <= on]
    if not begun:
        raise LookupError(f"no limit was in force on {on}")
    return max(begun, key=lambda limit: limit.valid_from)


async def days_of(name: str, on: date, known: Sequence[DatedLimit]) -> int:
    """How many calendar days a limit has on a day, in the current transaction. `known` are the texts of its room."""
    stored = await fetch("SELECT name, days, valid_from, source FROM time_limit WHERE name = $1", name)
    of_name = [limit for limit in known if limit.name == name]
    return latest([*of_name, *(DatedLimit(**row) for row in stored)], on).days
