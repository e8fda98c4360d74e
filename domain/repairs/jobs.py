"""The jobs of repairs: the news that a repairer has its money."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain.jobs.kinds import Queue, job


@job("repairs.record_paid", queue=Queue.MONEY, max_attempts=20, one_transaction=True)
@dataclass(frozen=True)
class RecordRepairPaid:
    """Records that the payout to the repairer of an order was settled."""

    order_id: UUID
