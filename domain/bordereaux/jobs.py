"""The jobs of bordereaux."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from domain.jobs.kinds import Queue, job
from domain.jobs.wording import words

words(
    BORDEREAU_LINES=("Writing the lines of the bordereau.", "正在生成保费清单明细。"),
    BORDEREAUX_OPENED=("Opening the bordereaux of the month.", "正在建立当月保费清单。"),
)


@job("bordereaux.open_month", queue=Queue.BULK, max_attempts=5, time_limit=timedelta(minutes=10))
@dataclass(frozen=True)
class OpenMonth:
    """On the first of a month: opens the bordereaux of the month before for every partner that has none."""


@job("bordereaux.generate", queue=Queue.BULK, time_limit=timedelta(minutes=5))
@dataclass(frozen=True)
class GenerateBordereau:
    """Writes the lines of a bordereau and compares their totals with the ledger's, once."""

    bordereau_id: UUID
