"""The limits of applications, as dated settings: of time, and of what is accepted without a person."""

from __future__ import annotations

from datetime import date, timedelta

from domain.applications.rules import Standard
from domain.applications.terms import ApplicationLimit
from domain.kernel.database import fetch_one
from domain.kernel.money import Currency, Money
from domain.service_levels.limits import DatedLimit, days_of

LIMITS = (DatedLimit(ApplicationLimit.VALIDITY, 30, date(2020, 1, 1), "own standard: quotes stand for 30 days"),)
STANDARD = """
SELECT sum_limit_minor, claims FROM underwriting_standard
WHERE currency = $1 AND applies_from <= $2::date ORDER BY applies_from DESC LIMIT 1
"""


async def days(limit: ApplicationLimit, on: date) -> int:
    """How many calendar days a limit of applications has on a day, in the current transaction."""
    return await days_of(limit, on, LIMITS)


async def last_day(today: date) -> date:
    """The last day for what an applicant has to do from today on, in the current transaction."""
    return today + timedelta(days=await days(ApplicationLimit.VALIDITY, today))


async def standard(currency: Currency, on: date) -> Standard:
    """What is accepted without a person on a day; nothing at all in a currency without a standard."""
    found = await fetch_one(STANDARD, currency, on)
    if found is None:
        return Standard(Money(0, currency), 0)
    return Standard(Money(found["sum_limit_minor"], currency), found["claims"])
