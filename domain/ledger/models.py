"""The rows of the ledger. `migrations/sql/ledger.sql` holds the triggers that keep them balanced and unchanged."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.kernel import clock, columns
from domain.kernel.money import Currency
from domain.kernel.subject import SubjectKind
from domain.ledger.terms import Account


class LedgerTransaction(Model):
    """One posting 记账凭证. `key` is its business key; `line_count` closes it, so that no line can be added later."""

    id: UUID = columns.key()
    kind: str = columns.text(64)
    key: str = columns.text(160)
    subject_kind: SubjectKind = columns.choice(SubjectKind)
    subject_id: UUID = columns.reference()
    line_count: int = columns.whole()
    actor: str = columns.text(64)
    posted_at: datetime = columns.instant(clock.now)

    class Meta:
        table = "ledger_transaction"
        constraints = (
            UniqueConstraint(fields=("key",), name="ledger_transaction_key_key"),
            CheckConstraint(check="line_count >= 2", name="ledger_transaction_two_sided"),
        )
        indexes = (
            Index(fields=("subject_id", "id"), name="ledger_transaction_subject"),
            Index(fields=("kind", "id"), name="ledger_transaction_kind"),
        )


class LedgerLine(Model):
    """One side of a posting 分录. Units: minor units, a debit above zero, a credit below."""

    id: UUID = columns.key()
    transaction: Any = columns.belongs_to("LedgerTransaction")
    transaction_id: UUID
    position: int = columns.whole()
    account: Account = columns.choice(Account)
    amount_minor: int = columns.minor()
    currency: Currency = columns.choice(Currency)

    class Meta:
        table = "ledger_line"
        constraints = (
            UniqueConstraint(fields=("transaction_id", "position"), name="ledger_line_position_key"),
            CheckConstraint(check="amount_minor <> 0", name="ledger_line_not_zero"),
        )
        indexes = (
            Index(fields=("transaction_id", "id"), name="ledger_line_transaction"),
            Index(fields=("account", "id"), name="ledger_line_account"),
        )
