"""The jobs of renewals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from domain.jobs.kinds import Queue, job


@job("renewals.find_due", queue=Queue.BULK, max_attempts=5, time_limit=timedelta(minutes=10))
@dataclass(frozen=True)
class FindDueReminders:
    """Every day: looks for covers that end soon and whose customers were not reminded yet."""


@job("renewals.remind", queue=Queue.BULK, max_attempts=10, one_transaction=True)
@dataclass(frozen=True)
class RemindOfRenewal:
    """Reminds the customer of one policy for one mark before its end."""

    policy_id: UUID
    days_before: int
    ends_on: date
