"""The jobs of payouts: bringing money to the bank, asking what became of it, and the news that it arrived."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from domain.jobs.kinds import Priority, Queue, job
from domain.jobs.wording import words

words(
    BANK_ANSWER_LOST=("The bank's answer was lost; the bank is being asked.", "银行应答丢失，正在向银行查询。"),
    BANK_PENDING=("The bank has taken it and has not paid yet.", "银行已受理，尚未完成付款。"),
    STATEMENT_ENTRIES=("Booking the entries of the bank statement.", "正在登记银行对账单明细。"),
)


@job("payouts.execute", queue=Queue.MONEY, time_limit=timedelta(seconds=45))
@dataclass(frozen=True)
class ExecutePayout:
    """Brings one attempt of an approved payout to the bank."""

    payout_id: UUID
    attempt: int


@job("payouts.query", queue=Queue.MONEY, priority=Priority.URGENT, max_attempts=1000)
@dataclass(frozen=True)
class QueryPayout:
    """Asks the bank what became of an attempt, until it knows."""

    payout_id: UUID
    attempt: int


@job("payouts.release", queue=Queue.MONEY)
@dataclass(frozen=True)
class ReleaseCooledPayout:
    """Lets a payout go on whose account was changed long enough ago."""

    payout_id: UUID


@job("payouts.sweep", queue=Queue.MONEY, max_attempts=3, one_transaction=True)
@dataclass(frozen=True)
class SweepPayouts:
    """Every minute: sees that a job is under way for every payout that waits for the bank."""


@job("payouts.watch_exceptions", queue=Queue.BULK, max_attempts=5, one_transaction=True)
@dataclass(frozen=True)
class WatchExceptions:
    """Every hour: tells of differences that nobody has explained for a working day."""


@job("payouts.reconcile", queue=Queue.BULK, max_attempts=10, time_limit=timedelta(minutes=5))
@dataclass(frozen=True)
class ReconcilePayouts:
    """Every night: compares the bank's list of a day with the payouts and the ledger; without a day, of yesterday."""

    day: date | None = None


@job("payouts.write_file", queue=Queue.MONEY, max_attempts=100)
@dataclass(frozen=True)
class WritePaymentFile:
    """Writes a payment file, once."""

    file_id: UUID


@job("payouts.book_statement", queue=Queue.MONEY, max_attempts=20, time_limit=timedelta(minutes=10))
@dataclass(frozen=True)
class BookStatement:
    """Books the entries of a bank statement, each once."""

    statement_id: UUID


@job("payouts.settled", queue=Queue.MONEY)
@dataclass(frozen=True)
class PayoutSettled:
    """News: the bank paid a payout."""

    payout_id: UUID


@job("payouts.returned", queue=Queue.NOTIFY, max_attempts=20, one_transaction=True)
@dataclass(frozen=True)
class PayoutReturned:
    """News: what the bank had paid came back."""

    payout_id: UUID
