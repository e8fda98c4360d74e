"""The jobs of claims bordereaux."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from domain.jobs.kinds import Queue, job
from domain.jobs.wording import words

words(
    CLAIM_BORDEREAU_LINES=("Writing the lines of the claims bordereau.", "正在生成理赔清单明细。"),
    CLAIM_BORDEREAUX_OPENED=("Opening the claims bordereaux of the month.", "正在建立当月理赔清单。"),
)


@job("claim_bordereaux.open_month", queue=Queue.BULK, max_attempts=5, time_limit=timedelta(minutes=10))
@dataclass(frozen=True)
class OpenClaimMonth:
    """On the first of a month: opens the claims bordereaux of the month before for every partner that has none."""


@job("claim_bordereaux.generate", queue=Queue.BULK, time_limit=timedelta(minutes=5))
@dataclass(frozen=True)
class GenerateClaimBordereau:
    """Writes the lines of a claims bordereau and compares their totals with the ledger's, once."""

    bordereau_id: UUID
