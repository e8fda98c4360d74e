"""The rows of bordereaux. Amounts are minor units of the row's currency."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.bordereaux.terms import BordereauState
from domain.kernel import clock, columns
from domain.kernel.money import Currency


class AnyBordereau(Model):
    """What the rows of all kinds of bordereaux have in common beside their totals; each declares its own columns."""

    id: UUID
    bordereau_number: str
    partner_id: UUID
    month: date
    currency: Currency
    state: BordereauState
    line_count: int
    edition: int
    document_id: UUID | None
    job_id: UUID | None
    rejection_reason: str | None
    generated_at: datetime | None
    validated_at: datetime | None
    submitted_at: datetime | None
    answered_at: datetime | None
    version: int

    class Meta:
        abstract = True


class Bordereau(AnyBordereau):
    """What a partner sold and took back in one month, in one currency 保费清单; `month` is its first day.

    `edition` counts the makings of its file, `document_id` is the last of them. The totals are those of its lines; each
    difference is what they have more than the ledger, null until they were compared.
    """

    id: UUID = columns.key()
    bordereau_number: str = columns.text(24)
    partner: Any = columns.belongs_to("Partner")
    partner_id: UUID
    month: date = columns.day()
    currency: Currency = columns.choice(Currency)
    state: BordereauState = columns.choice(BordereauState)
    line_count: int = columns.whole(0)
    gross_minor: int = columns.big(0)
    net_minor: int = columns.big(0)
    tax_minor: int = columns.big(0)
    commission_minor: int = columns.big(0)
    net_difference_minor: int | None = columns.maybe_minor()
    tax_difference_minor: int | None = columns.maybe_minor()
    commission_difference_minor: int | None = columns.maybe_minor()
    edition: int = columns.whole(0)
    document_id: UUID | None = columns.maybe_reference()
    job_id: UUID | None = columns.maybe_reference()
    rejection_reason: str | None = columns.maybe_text(2000)
    opened_at: datetime = columns.instant(clock.now)
    generated_at: datetime | None = columns.maybe_instant()
    validated_at: datetime | None = columns.maybe_instant()
    submitted_at: datetime | None = columns.maybe_instant()
    answered_at: datetime | None = columns.maybe_instant()
    version: int = columns.version()

    class Meta:
        table = "bordereau"
        constraints = (
            UniqueConstraint(fields=("bordereau_number",), name="bordereau_number_key"),
            UniqueConstraint(
                fields=("partner_id", "month", "currency"), name="bordereau_month_key", condition="state <> 'REJECTED'"
            ),
            CheckConstraint(check="date_trunc('month', month) = month", name="bordereau_month_first_day"),
            CheckConstraint(check="gross_minor = net_minor + tax_minor", name="bordereau_premium_parts"),
            CheckConstraint(
                check="(state = 'OPEN') = (generated_at IS NULL) AND (state = 'OPEN') = (document_id IS NULL)"
                " AND num_nulls(net_difference_minor, tax_difference_minor, commission_difference_minor)"
                " = CASE WHEN state = 'OPEN' THEN 3 ELSE 0 END",
                name="bordereau_generated_whole",
            ),
            CheckConstraint(
                check="state IN ('OPEN', 'GENERATED') OR (validated_at IS NOT NULL AND net_difference_minor = 0"
                " AND tax_difference_minor = 0 AND commission_difference_minor = 0)",
                name="bordereau_validated_equal",
            ),
            CheckConstraint(
                check="(state IN ('SUBMITTED', 'ACKNOWLEDGED', 'REJECTED')) = (submitted_at IS NOT NULL)"
                " AND (state IN ('ACKNOWLEDGED', 'REJECTED')) = (answered_at IS NOT NULL)"
                " AND (state = 'REJECTED') = (rejection_reason IS NOT NULL)",
                name="bordereau_answered_whole",
            ),
        )
        indexes = (
            Index(fields=("partner_id", "id"), name="bordereau_partner"),
            Index(fields=("month", "id"), name="bordereau_of_month"),
            Index(fields=("partner_id", "month", "id"), name="bordereau_partner_month"),
            Index(fields=("state", "id"), name="bordereau_state"),
            Index(fields=("state", "month", "id"), name="bordereau_state_month"),
        )
