"""The jobs of the audit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from domain.jobs.kinds import Queue, job


@job("audit.seal", queue=Queue.BULK, max_attempts=5, time_limit=timedelta(minutes=5))
@dataclass(frozen=True)
class SealAudit:
    """Every minute: links new entries into the chain."""
