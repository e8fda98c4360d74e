"""The rows of commission statements. Amounts are minor units of the row's currency."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.commissions.terms import StatementState
from domain.kernel import clock, columns
from domain.kernel.money import Currency


class CommissionStatement(Model):
    """What a partner earned in one month, in one currency; `month` is its first day.

    `accrued_minor` is what the ledger's commission account got for the partner in the month, less what was clawed back;
    `carried_minor` is what the statement before had below zero, and `payable_minor` the sum of both. They are null
    while the month runs. What is not above zero is not paid, and goes over to the next.
    """

    id: UUID = columns.key()
    partner: Any = columns.belongs_to("Partner")
    partner_id: UUID
    month: date = columns.day()
    currency: Currency = columns.choice(Currency)
    state: StatementState = columns.choice(StatementState)
    accrued_minor: int | None = columns.maybe_minor()
    carried_minor: int | None = columns.maybe_minor()
    payable_minor: int | None = columns.maybe_minor()
    approver: Any = columns.maybe_belongs_to("Staff")
    approver_id: UUID | None
    opened_at: datetime = columns.instant(clock.now)
    closed_at: datetime | None = columns.maybe_instant()
    approved_at: datetime | None = columns.maybe_instant()
    paid_at: datetime | None = columns.maybe_instant()
    version: int = columns.version()

    class Meta:
        table = "commission_statement"
        constraints = (
            UniqueConstraint(fields=("partner_id", "currency", "month"), name="commission_statement_month_key"),
            CheckConstraint(check="date_trunc('month', month) = month", name="commission_statement_first_day"),
            CheckConstraint(
                check="num_nulls(accrued_minor, carried_minor, payable_minor, closed_at)"
                " = CASE WHEN state = 'ACCRUING' THEN 4 ELSE 0 END",
                name="commission_statement_closed_whole",
            ),
            CheckConstraint(
                check="payable_minor = accrued_minor + carried_minor AND carried_minor <= 0",
                name="commission_statement_sum",
            ),
            CheckConstraint(
                check="(state IN ('APPROVED', 'PAID')) = (approved_at IS NOT NULL)"
                " AND (state IN ('APPROVED', 'PAID')) = (approver_id IS NOT NULL)"
                " AND (state = 'PAID') = (paid_at IS NOT NULL)"
                " AND (state NOT IN ('APPROVED', 'PAID') OR payable_minor > 0)",
                name="commission_statement_approved_whole",
            ),
        )
        indexes = (
            Index(fields=("partner_id", "id"), name="commission_statement_partner"),
            Index(fields=("month", "id"), name="commission_statement_of_month"),
            Index(fields=("partner_id", "month", "id"), name="commission_statement_partner_month"),
            Index(fields=("state", "id"), name="commission_statement_state"),
            Index(fields=("state", "month", "id"), name="commission_statement_state_month"),
            Index(fields=("approver_id",), name="commission_statement_approver"),
        )
