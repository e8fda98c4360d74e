"""The jobs of idempotency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from domain.jobs.kinds import Queue, job


@job("idempotency.purge", queue=Queue.BULK, max_attempts=5, time_limit=timedelta(minutes=5))
@dataclass(frozen=True)
class PurgeRequestKeys:
    """Every hour: forgets the keys of requests that nobody repeats any more."""
