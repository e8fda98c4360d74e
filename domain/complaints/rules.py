"""The arithmetic of complaints: when a reply is due, how far it may be extended, when somebody is warned."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from domain.complaints.refusals import ExtendedTwice
from domain.complaints.terms import ComplaintLimit
from domain.service_levels.terms import WARNINGS

EXTENSIONS = (ComplaintLimit.REPLY, ComplaintLimit.REPLY_COMPLEX, ComplaintLimit.REPLY_SPECIAL)


def limit_after(extensions: int) -> ComplaintLimit:
    """The limit that holds after so many extensions (15, 30, 60 days by default).

    Raises: ExtendedTwice beyond the second. Source: CBIRC Order 2020-3.
    """
    if extensions >= len(EXTENSIONS):
        raise ExtendedTwice
    return EXTENSIONS[extensions]


def due(start: datetime, days: int) -> datetime:
    """When a limit ends. Units: calendar days, the stricter reading of the order."""
    return start + timedelta(days=days)


def warnings_passed(start: datetime, due_at: datetime, now: datetime) -> int:
    """How many of the warnings at 50, 80 and 100 percent of the time are due by now."""
    whole, passed = due_at - start, now - start
    return sum(passed * 100 >= whole * percent for percent in WARNINGS)


def is_recused(staff_id: UUID | None, interested: Collection[UUID | None]) -> bool:
    """Whether somebody has an interest in the matter: is complained about, or worked on it."""
    return staff_id is not None and staff_id in interested
