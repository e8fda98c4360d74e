"""The jobs of applications."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain.jobs.kinds import Queue, job
from domain.jobs.wording import words

words(
    APPLICATIONS_EXPIRED=("Ending applications whose time is over.", "正在处理已过期的投保申请。"),
)


@job("applications.underwrite", queue=Queue.MONEY, one_transaction=True)
@dataclass(frozen=True)
class UnderwriteApplication:
    """Underwrites an application: accepts it, offers other terms, or refers it to a person. It declines nothing."""

    application_id: UUID


@job("applications.bill", queue=Queue.MONEY, one_transaction=True)
@dataclass(frozen=True)
class BillApplication:
    """Issues the invoice of an application that was accepted."""

    application_id: UUID


@job("applications.issue", queue=Queue.MONEY, one_transaction=True)
@dataclass(frozen=True)
class IssuePolicy:
    """Issues the policy of an application whose first premium was paid, and gives the invoice over to it."""

    application_id: UUID
    invoice_id: UUID


@job("applications.find_expired", queue=Queue.BULK, max_attempts=3)
@dataclass(frozen=True)
class FindExpiredApplications:
    """Every day: ends what ran out, reminds of what was asked for, and takes up what stands still."""


@job("applications.expire", queue=Queue.MONEY, one_transaction=True)
@dataclass(frozen=True)
class ExpireApplication:
    """Ends one application whose time is over, or whose first premium was not paid."""

    application_id: UUID
