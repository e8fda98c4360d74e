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


@job("claims.record_repaired", queue=Queue.MONEY, max_attempts=20, one_transaction=True)
@dataclass(frozen=True)
class RecordClaimRepaired:
    """Records that a claim is paid of which everything went to the repairer."""

    claim_id: UUID


@job("claims.paid", queue=Queue.BULK, max_attempts=20, one_transaction=True)
@dataclass(frozen=True)
class ClaimPaid:
    """News: all that was granted of a claim is paid."""

    claim_id: UUID


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


@job("claims.give_up_drafts", queue=Queue.BULK, max_attempts=5, one_transaction=True)
@dataclass(frozen=True)
class GiveUpDrafts:
    """Every day: gives up first notices that nobody has gone on with in time."""


@job("claims.advance_check", queue=Queue.BULK, max_attempts=5, one_transaction=True)
@dataclass(frozen=True)
class CheckAdvances:
    """Every day: looks for claims whose amount is not settled in time, so that an advance is due."""


@job("claims.look_at_advance", queue=Queue.BULK, max_attempts=10, one_transaction=True)
@dataclass(frozen=True)
class LookAtAdvance:
    """Tells those in charge of one claim that an advance will be due, or proposes it."""

    claim_id: UUID


@job("claims.watch_decline_notice", queue=Queue.BULK, max_attempts=10, one_transaction=True)
@dataclass(frozen=True)
class WatchDeclineNotice:
    """Looks whether the notice of a decline reached the customer before its time is over, or once it is."""

    claim_id: UUID
    decision_no: int
    is_over: bool


@job("claims.take_in_paper", queue=Queue.DOCUMENTS)
@dataclass(frozen=True)
class TakeInPaper:
    """Takes a file that was checked into the papers of its claim, or tells the customer why it was refused."""

    claim_id: UUID
    file_id: UUID
