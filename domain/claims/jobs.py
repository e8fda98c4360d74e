"""The jobs of claims: news that others act on, and work that waits for its time."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain.jobs.kinds import Queue, job


@job("claims.record_paid", queue=Queue.MONEY, max_attempts=20, one_transaction=True)
@dataclass(frozen=True)
class RecordClaimPaid:
    """Records that the payout of a claim was settled."""

    claim_id: UUID
    payout_id: UUID


@job("claims.screen", queue=Queue.BULK, max_attempts=10, one_transaction=True)
@dataclass(frozen=True)
class ScreenClaim:
    """Looks at a claim for signals of fraud."""

    claim_id: UUID


@job("claims.close_stale", queue=Queue.BULK, max_attempts=5, one_transaction=True)
@dataclass(frozen=True)
class CloseStaleClaims:
    """Every day: looks for answered claims that nothing has happened to for long."""


@job("claims.close", queue=Queue.BULK, max_attempts=10, one_transaction=True)
@dataclass(frozen=True)
class CloseClaim:
    """Closes one answered claim."""

    claim_id: UUID


@job("claims.take_in_paper", queue=Queue.DOCUMENTS)
@dataclass(frozen=True)
class TakeInPaper:
    """Takes a file that was checked into the papers of its claim, or tells the customer why it was refused."""

    claim_id: UUID
    file_id: UUID
