"""The jobs of billing: the daily look at what is due, and news for the rooms whose matters are paid for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from domain.jobs.kinds import Queue, job
from domain.jobs.wording import words

words(
    INSTALMENTS_REMINDED=(
        "Reminding of instalments, and lapsing what was not paid in time.", "正在提醒到期保费并处理逾期账单。",
    ),
)  # fmt: skip


@job("billing.watch_due", queue=Queue.BULK, max_attempts=5, time_limit=timedelta(minutes=10))
@dataclass(frozen=True)
class WatchDueInstalments:
    """Every day: reminds of instalments, and lapses invoices whose days of grace are over."""


@job("billing.instalment_paid", queue=Queue.MONEY)
@dataclass(frozen=True)
class InstalmentPaid:
    """News: an instalment of an invoice was paid."""

    invoice_id: UUID
    number: int


@job("billing.invoice_lapsed", queue=Queue.MONEY)
@dataclass(frozen=True)
class InvoiceLapsed:
    """News: an instalment of an invoice was not paid within the days of grace."""

    invoice_id: UUID
