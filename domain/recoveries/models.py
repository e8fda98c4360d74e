"""The rows of recoveries. Amounts are minor units of the row's currency."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.kernel import clock, columns
from domain.kernel.money import Currency
from domain.recoveries.terms import ReceiptState, SalvageState, SubrogationState


class Salvage(Model):
    """The old device, or a part of it, of one paid claim 残值.

    `share_rate`, 0 to 1, is the insurer's share in it; `proceeds_minor` is what it was sold for, `insurer_part_minor`
    the insurer's part of that, `customer_part_minor` the rest, which is paid to the customer. `reason` says why it was
    scrapped or left to the customer.
    """

    id: UUID = columns.key()
    claim: Any = columns.belongs_to("Claim")
    claim_id: UUID
    customer_id: UUID = columns.reference()
    state: SalvageState = columns.choice(SalvageState)
    description: str = columns.text(200)
    serial_number: str | None = columns.maybe_text(40)
    share_rate: Decimal = columns.rate()
    currency: Currency = columns.choice(Currency)
    proceeds_minor: int | None = columns.maybe_minor()
    insurer_part_minor: int | None = columns.maybe_minor()
    customer_part_minor: int | None = columns.maybe_minor()
    reason: str | None = columns.maybe_text(2000)
    recorded_by: UUID = columns.reference()
    created_at: datetime = columns.instant(clock.now)
    received_at: datetime | None = columns.maybe_instant()
    ended_at: datetime | None = columns.maybe_instant()
    version: int = columns.version()

    class Meta:
        table = "salvage"
        constraints = (
            UniqueConstraint(fields=("claim_id", "serial_number"), name="salvage_thing_key"),
            CheckConstraint(check="share_rate > 0 AND share_rate <= 1", name="salvage_share"),
            CheckConstraint(
                check="num_nulls(proceeds_minor, insurer_part_minor, customer_part_minor)"
                " = CASE WHEN state = 'SOLD' THEN 0 ELSE 3 END",
                name="salvage_sold_for",
            ),
            CheckConstraint(
                check="insurer_part_minor > 0 AND customer_part_minor >= 0"
                " AND insurer_part_minor + customer_part_minor = proceeds_minor",
                name="salvage_parts",
            ),
            CheckConstraint(
                check="state NOT IN ('SCRAPPED', 'LEFT_TO_CUSTOMER') OR reason IS NOT NULL", name="salvage_why"
            ),
        )
        indexes = (
            Index(fields=("claim_id", "id"), name="salvage_claim"),
            Index(fields=("customer_id", "state", "id"), name="salvage_customer_state"),
            Index(fields=("state", "id"), name="salvage_state"),
        )


class Subrogation(Model):
    """A demand in the insurer's name against a third party 代位求偿, for one paid claim.

    The third party's name is sealed. `demand_minor` is what is asked for, `recovered_minor` what finance confirmed of
    it. `reason` says why it ended.
    """

    id: UUID = columns.key()
    claim: Any = columns.belongs_to("Claim")
    claim_id: UUID
    state: SubrogationState = columns.choice(SubrogationState)
    party_sealed: bytes = columns.sealed()
    party_mask: str = columns.text(8)
    ground: str = columns.text(500)
    currency: Currency = columns.choice(Currency)
    demand_minor: int = columns.minor()
    recovered_minor: int = columns.big(0)
    reason: str | None = columns.maybe_text(2000)
    opened_by: UUID = columns.reference()
    created_at: datetime = columns.instant(clock.now)
    demanded_at: datetime | None = columns.maybe_instant()
    ended_at: datetime | None = columns.maybe_instant()
    version: int = columns.version()

    class Meta:
        table = "subrogation"
        constraints = (
            CheckConstraint(check="demand_minor > 0 AND recovered_minor >= 0", name="subrogation_amounts"),
            CheckConstraint(
                check="(state IN ('CLOSED', 'WAIVED')) = (ended_at IS NOT NULL AND reason IS NOT NULL)",
                name="subrogation_ended_why",
            ),
            CheckConstraint(
                check="state NOT IN ('OPEN', 'WAIVED') OR recovered_minor = 0", name="subrogation_recovered_when"
            ),
        )
        indexes = (
            Index(fields=("claim_id", "id"), name="subrogation_claim"),
            Index(fields=("state", "id"), name="subrogation_state"),
        )


class RecoveryReceipt(Model):
    """Money that came back on a claim 追偿收款: of one sale of salvage, or a part of what a third party pays.

    `reference` is the bank's word for it, which stands once. Whoever wrote it down does not confirm it.
    """

    id: UUID = columns.key()
    claim: Any = columns.belongs_to("Claim")
    claim_id: UUID
    salvage: Any = columns.maybe_belongs_to("Salvage")
    salvage_id: UUID | None
    subrogation: Any = columns.maybe_belongs_to("Subrogation")
    subrogation_id: UUID | None
    state: ReceiptState = columns.choice(ReceiptState)
    currency: Currency = columns.choice(Currency)
    amount_minor: int = columns.minor()
    reference: str = columns.text(64)
    received_on: date = columns.day()
    recorded_by: UUID = columns.reference()
    judged_by: UUID | None = columns.maybe_reference()
    refusal_reason: str | None = columns.maybe_text(2000)
    created_at: datetime = columns.instant(clock.now)
    judged_at: datetime | None = columns.maybe_instant()
    version: int = columns.version()

    class Meta:
        table = "recovery_receipt"
        constraints = (
            UniqueConstraint(
                fields=("reference",), name="recovery_receipt_reference_key", condition="state <> 'REFUSED'"
            ),
            UniqueConstraint(
                fields=("salvage_id",), name="recovery_receipt_sale_key", condition="state <> 'REFUSED'"
            ),
            CheckConstraint(check="num_nonnulls(salvage_id, subrogation_id) = 1", name="recovery_receipt_source"),
            CheckConstraint(check="amount_minor > 0", name="recovery_receipt_amount_positive"),
            CheckConstraint(check="judged_by <> recorded_by", name="recovery_receipt_two_people"),
            CheckConstraint(
                check="num_nulls(judged_by, judged_at) = CASE WHEN state = 'RECORDED' THEN 2 ELSE 0 END",
                name="recovery_receipt_judged",
            ),
            CheckConstraint(
                check="(state = 'REFUSED') = (refusal_reason IS NOT NULL)", name="recovery_receipt_refused_why"
            ),
        )
        indexes = (
            Index(fields=("claim_id", "id"), name="recovery_receipt_claim"),
            Index(fields=("salvage_id", "id"), name="recovery_receipt_salvage"),
            Index(fields=("subrogation_id", "id"), name="recovery_receipt_subrogation"),
            Index(fields=("state", "id"), name="recovery_receipt_state"),
        )
