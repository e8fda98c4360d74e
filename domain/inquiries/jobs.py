"""The jobs of inquiries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from domain.jobs.kinds import Queue, job
from domain.jobs.wording import words

words(
    MAILBOX_REFUSED=("The mailbox does not let us in; look at its settings.", "邮箱拒绝登录，请检查设置。"),
)


@job("inquiries.fetch_letters", queue=Queue.NOTIFY, max_attempts=3, time_limit=timedelta(minutes=4))
@dataclass(frozen=True)
class FetchLetters:
    """Every minute: takes the letters that wait in the mailbox into inquiries."""


@job("inquiries.find_answered", queue=Queue.BULK, max_attempts=3)
@dataclass(frozen=True)
class FindAnswered:
    """Every ten minutes: looks for inquiries whose answer nobody followed up."""


@job("inquiries.close", queue=Queue.BULK, max_attempts=10, one_transaction=True)
@dataclass(frozen=True)
class CloseInquiry:
    """Ends one inquiry whose answer nobody followed up."""

    inquiry_id: UUID
