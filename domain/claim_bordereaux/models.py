"""The rows of claims bordereaux. Amounts are minor units of the row's currency."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from domain.bordereaux.models import AnyBordereau
from domain.bordereaux.terms import BordereauState
from domain.kernel import clock, columns
from domain.kernel.money import Currency


class ClaimBordereau(AnyBordereau):
    """What was paid and came back on a partner's claims in a month, in one currency 理赔清单; `month` is its first day.

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
    paid_minor: int = columns.big(0)
    recovered_minor: int = columns.big(0)
    paid_difference_minor: int | None = columns.maybe_minor()
    recovered_difference_minor: int | None = columns.maybe_minor()
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
        table = "claim_bordereau"
        constraints = (
            UniqueConstraint(fields=("bordereau_number",), name="claim_bordereau_number_key"),
            UniqueConstraint(
                fields=("partner_id", "month", "currency"),
                name="claim_bordereau_month_key",
                condition="state <> 'REJECTED'",
            ),
            CheckConstraint(check="date_trunc('month', month) = month", name="claim_bordereau_month_first_day"),
            CheckConstraint(
                check="(state = 'OPEN') = (generated_at IS NULL) AND (state = 'OPEN') = (document_id IS NULL)"
                " AND num_nulls(paid_difference_minor, recovered_difference_minor)"
                " = CASE WHEN state = 'OPEN' THEN 2 ELSE 0 END",
                name="claim_bordereau_generated_whole",
            ),
            CheckConstraint(
                check="state IN ('OPEN', 'GENERATED') OR (validated_at IS NOT NULL AND paid_difference_minor = 0"
                " AND recovered_difference_minor = 0)",
                name="claim_bordereau_validated_equal",
            ),
            CheckConstraint(
                check="(state IN ('SUBMITTED', 'ACKNOWLEDGED', 'REJECTED')) = (submitted_at IS NOT NULL)"
                " AND (state IN ('ACKNOWLEDGED', 'REJECTED')) = (answered_at IS NOT NULL)"
                " AND (state = 'REJECTED') = (rejection_reason IS NOT NULL)",
                name="claim_bordereau_answered_whole",
            ),
        )
        indexes = (
            Index(fields=("partner_id", "id"), name="claim_bordereau_partner"),
            Index(fields=("month", "id"), name="claim_bordereau_of_month"),
            Index(fields=("partner_id", "month", "id"), name="claim_bordereau_partner_month"),
            Index(fields=("state", "id"), name="claim_bordereau_state"),
            Index(fields=("state", "month", "id"), name="claim_bordereau_state_month"),
        )
