"""The jobs of the jobs room itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from domain.jobs.kinds import Queue, job


@job("jobs.archive", queue=Queue.BULK, max_attempts=5, time_limit=timedelta(minutes=5))
@dataclass(frozen=True)
class ArchiveFinishedJobs:
    """Every night: moves jobs that finished long ago to the archive."""
