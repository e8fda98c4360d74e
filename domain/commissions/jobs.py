"""The jobs of commission statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from domain.jobs.kinds import Queue, job


@job("commissions.close", queue=Queue.BULK, max_attempts=10, time_limit=timedelta(minutes=10))
@dataclass(frozen=True)
class CloseMonths:
    """On the first of a month: closes the statements of every month that is over and was not closed."""


@job("commissions.record_paid", queue=Queue.MONEY, max_attempts=20, one_transaction=True)
@dataclass(frozen=True)
class RecordCommissionPaid:
    """Records that the payout of a commission statement was settled."""

    statement_id: UUID
