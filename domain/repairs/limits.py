"""The limits of time of repairs, as dated settings."""

from __future__ import annotations

from datetime import date

from domain.repairs.terms import RepairLimit
from domain.service_levels.limits import DatedLimit, days_of

LIMITS = (
    DatedLimit(RepairLimit.REPEAT, 30, date(2020, 1, 1), "own standard: repeat repairs within 30 days"),
    DatedLimit(RepairLimit.PARTS_WARRANTY, 90, date(2020, 1, 1), "own standard: parts are warranted for 90 days"),
)


async def days(limit: RepairLimit, on: date) -> int:
    """How many calendar days a limit of repairs has on a day, in the current transaction."""
    return await days_of(limit, on, LIMITS)
