"""The jobs of access."""

from __future__ import annotations

from dataclasses import dataclass

from domain.jobs.kinds import Queue, job


@job("access.purge", queue=Queue.BULK, max_attempts=5, one_transaction=True)
@dataclass(frozen=True)
class PurgeSignIns:
    """Every hour: removes counters of sign-in attempts and one-time codes that count no more."""
