"""The limits of time of billing, as dated settings."""

from __future__ import annotations

from datetime import date

from domain.billing.terms import BillingLimit
from domain.service_levels.limits import DatedLimit, days_of

LIMITS = (DatedLimit(BillingLimit.GRACE, 30, date(2020, 1, 1), "product terms (days of grace)"),)


async def days(limit: BillingLimit, on: date) -> int:
    """How many calendar days a limit of billing has on a day, in the current transaction."""
    return await days_of(limit, on, LIMITS)
