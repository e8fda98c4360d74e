"""The jobs of policies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from domain.jobs.kinds import Queue, job


@job("policies.roll", queue=Queue.BULK, max_attempts=5, time_limit=timedelta(minutes=10))
@dataclass(frozen=True)
class RollPolicies:
    """Every day: begins the covers whose first day has come and ends those whose last day is over."""
