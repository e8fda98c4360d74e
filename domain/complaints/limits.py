"""The limits of time of complaints, as dated settings."""

from __future__ import annotations

from datetime import date

from domain.complaints.terms import ComplaintLimit
from domain.service_levels.limits import DatedLimit, days_of

_ORDER_2020_3, _IN_FORCE = "CBIRC Order 2020-3", date(2020, 3, 1)
LIMITS = (
    DatedLimit(ComplaintLimit.REPLY, 15, _IN_FORCE, _ORDER_2020_3),
    DatedLimit(ComplaintLimit.REPLY_COMPLEX, 30, _IN_FORCE, _ORDER_2020_3),
    DatedLimit(ComplaintLimit.REPLY_SPECIAL, 60, _IN_FORCE, _ORDER_2020_3),
    DatedLimit(ComplaintLimit.REVIEW_REQUEST, 30, _IN_FORCE, _ORDER_2020_3),
    DatedLimit(ComplaintLimit.REVIEW, 30, _IN_FORCE, _ORDER_2020_3),
)


async def days(limit: ComplaintLimit, on: date) -> int:
    """How many calendar days a limit of complaints has on a day, in the current transaction."""
    return await days_of(limit, on, LIMITS)
