"""The jobs of complaints."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain.jobs.kinds import Queue, job


@job("complaints.watch", queue=Queue.BULK, max_attempts=3)
@dataclass(frozen=True)
class WatchComplaints:
    """Every minute: looks for complaints whose time has run to 50, 80 or 100 percent, and for those to close."""


@job("complaints.close", queue=Queue.BULK, max_attempts=10, one_transaction=True)
@dataclass(frozen=True)
class CloseComplaint:
    """Closes one complaint whose reply was not put to review in time."""

    complaint_id: UUID
