"""The jobs of notifications: the sending of one, and the news that one is out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain.jobs.kinds import Queue, job
from domain.jobs.wording import words

words(
    MAIL_OUTCOME_UNKNOWN=(
        "It may have been sent or not; it is not sent a second time.", "邮件是否发出未知，不会重复发送。",
    ),
    MAIL_REJECTED=("The mail server refused it for good.", "邮件被服务器拒收。"),
    MAIL_UNAVAILABLE=("The mail server was out of reach.", "邮件服务器暂不可用。"),
)  # fmt: skip

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
