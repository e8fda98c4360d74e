"""The limits of time of inquiries, as dated settings."""

from __future__ import annotations

from datetime import date

from domain.inquiries.terms import InquiryLimit
from domain.service_levels.limits import DatedLimit, days_of

_OWN, _FIRST_DAY = "own service standard", date(2020, 1, 1)
LIMITS = (
    DatedLimit(InquiryLimit.CLOSING, 7, _FIRST_DAY, _OWN),
    DatedLimit(InquiryLimit.REOPENING, 30, _FIRST_DAY, _OWN),
)


async def days(limit: InquiryLimit, on: date) -> int:
    """How many calendar days a limit of inquiries has on a day, in the current transaction."""
    return await days_of(limit, on, LIMITS)
