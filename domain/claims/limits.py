"""The limits of time of claims, as dated settings."""

from __future__ import annotations

from datetime import date

from domain.claims.terms import ClaimLimit
from domain.service_levels.limits import DatedLimit, days_of

LIMITS = (
    DatedLimit(ClaimLimit.DECISION, 30, date(2009, 10, 1), "Insurance Law Art. 23"),
    DatedLimit(ClaimLimit.PAYMENT, 10, date(2009, 10, 1), "Insurance Law Art. 23"),
    DatedLimit(ClaimLimit.DECLINE_NOTICE, 3, date(2009, 10, 1), "Insurance Law Art. 24"),
    DatedLimit(ClaimLimit.DECLINE_ALARM, 2, date(2009, 10, 1), "own service standard"),
    DatedLimit(ClaimLimit.CLOSING, 15, date(2009, 10, 1), "own service standard"),
    DatedLimit(ClaimLimit.FIRST_NOTICE, 14, date(2009, 10, 1), "own service standard"),
    DatedLimit(ClaimLimit.ADVANCE_WARNING, 50, date(2009, 10, 1), "own service standard"),
    DatedLimit(ClaimLimit.ADVANCE, 60, date(2009, 10, 1), "Insurance Law Art. 25"),
)


async def days(limit: ClaimLimit, on: date) -> int:
    """How many calendar days a limit of claims has on a day, in the current transaction."""
    return await days_of(limit, on, LIMITS)
