"""The jobs of surveys."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain.jobs.kinds import Queue, job


@job("surveys.send", queue=Queue.NOTIFY, max_attempts=10, one_transaction=True)
@dataclass(frozen=True)
class SendSurvey:
    """Asks one customer how he or she was served, outside the quiet hours."""

    survey_id: UUID


@job("surveys.expire", queue=Queue.BULK, max_attempts=5)
@dataclass(frozen=True)
class ExpireSurveys:
    """Every day: ends surveys that nobody answered in time."""
