"""The job of partners: one call to a partner's system."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from domain.jobs.kinds import Priority, Queue, job
from domain.jobs.wording import words

words(
    WEBHOOK_UNANSWERED=(
        "The partner's system did not take it within a day.", "合作方系统一天内未能接收，已停止推送。",
    ),
)  # fmt: skip


@job("partners.deliver_webhook", queue=Queue.NOTIFY, priority=Priority.LOW, time_limit=timedelta(seconds=30))
@dataclass(frozen=True)
class DeliverWebhook:
    """Makes one call to a partner's system, under the same id until it is taken or a day is over; letters go first."""

    delivery_id: UUID
