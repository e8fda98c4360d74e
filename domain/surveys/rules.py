"""The arithmetic of surveys: when somebody is asked, how long an answer counts, and what many answers say."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from domain.kernel.clock import INSURER_ZONE

LOWEST, HIGHEST = 1, 5
"""A score 评分: 5 is very satisfied."""
LOW = 2
"""Whoever gives this or less is called back."""
LONGEST = 1_000
"""Characters of a comment."""
INTERVAL = timedelta(days=30)
"""Between two surveys of one customer. Source: own service standard."""
LIFE = timedelta(days=14)
"""How long an answer is taken. Source: own service standard."""
QUIET_FROM, QUIET_UNTIL = time(21), time(8)
"""Hours of the insurer's zone in which nobody is asked 免打扰时段. Source: own service standard."""
_HUNDREDTH = Decimal("0.01")


def next_waking(instant: datetime) -> datetime:
    """The instant itself, or the end of the quiet hours in which it lies."""
    local = instant.astimezone(INSURER_ZONE)
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return instant
    day = local.date() + timedelta(days=1 if local.time() >= QUIET_FROM else 0)
    return datetime.combine(day, QUIET_UNTIL, INSURER_ZONE).astimezone(instant.tzinfo)


def mean_score(score_sum: int, responses: int) -> Decimal | None:
    """The mean of the scores, rounded half up to hundredths; None where nobody answered."""
    return (Decimal(score_sum) / responses).quantize(_HUNDREDTH, ROUND_HALF_UP) if responses else None


def mean_text(score_sum: int, responses: int) -> str | None:
    """The same as the wire shows it."""
    mean = mean_score(score_sum, responses)
    return None if mean is None else f"{mean:f}"
