"""The jobs of inquiries."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain.jobs.kinds import Queue, job


@job("inquiries.find_answered", queue=Queue.BULK, max_attempts=3)
@dataclass(frozen=True)
class FindAnswered:
    """Every ten minutes: looks for inquiries whose answer nobody followed up."""


@job("inquiries.close", queue=Queue.BULK, max_attempts=10, one_transaction=True)
@dataclass(frozen=True)
class CloseInquiry:
    """Ends one inquiry whose answer nobody followed up."""

    inquiry_id: UUID
