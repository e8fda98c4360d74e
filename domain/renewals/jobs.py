"""The jobs of renewals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from domain.jobs.kinds import Queue, job
from domain.jobs.wording import words

words(
    REMINDERS_ASKED_FOR=(
        "Looking for covers that end soon, and asking for their reminders.", "正在查找即将到期的保单并安排续保提醒。",
    ),
)  # fmt: skip


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
