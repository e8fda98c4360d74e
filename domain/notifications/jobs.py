"""The jobs of notifications: the sending of one, and the news that one is out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain.jobs.kinds import Queue, job

MAX_ATTEMPTS = 12


@job(
    "notifications.send",
    queue=Queue.NOTIFY,
    max_attempts=MAX_ATTEMPTS,
    deadline=timedelta(days=3),
    time_limit=timedelta(seconds=60),
)
@dataclass(frozen=True)
class SendNotice:
    """Sends one notification, at most once."""

    notification_id: UUID


@job("notifications.delivered", queue=Queue.NOTIFY, max_attempts=20)
@dataclass(frozen=True)
class NoticeDelivered:
    """News: a notification that somebody waits for is out. `sent_at` is when the mail server took it."""

    notification_id: UUID
    template: str
    subject_id: UUID
    sent_at: datetime
