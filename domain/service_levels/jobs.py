"""The jobs of service levels."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain.jobs.kinds import Queue, job


@job("service_levels.watch", queue=Queue.BULK, max_attempts=3)
@dataclass(frozen=True)
class WatchClocks:
    """Every minute: looks for clocks of which 50, 80 or 100 percent have passed."""


@job("service_levels.count", queue=Queue.BULK, max_attempts=3)
@dataclass(frozen=True)
class CountAttainment:
    """Counts anew how many promises of this and the last month were kept."""


@job("service_levels.time_passing", queue=Queue.NOTIFY, max_attempts=10, one_transaction=True)
@dataclass(frozen=True)
class TimePassing:
    """So much of a clock's time has passed; the room whose matter it measures tells whoever is in charge.

    Units: `percent` of the time; 100 is a breach.
    """

    clock_id: UUID
    percent: int
