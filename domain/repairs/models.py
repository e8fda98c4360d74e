"""The rows of repairs. Amounts are minor units of the row's currency; each row carries who may see it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.claims.terms import DeclineCode
from domain.kernel import clock, columns
from domain.kernel.money import Currency
from domain.products.terms import DeviceCategory
from domain.repairs.terms import LossOutcome, LossProposal, RepairState, WorkKind


class Repairer(Model):
    """A repair shop 维修网点, whose system is a partner's. `cities` and `brands` are lists of what it serves.

    Units: `daily_capacity` in orders a day.
    """

    id: UUID = columns.key()
    partner: Any = columns.belongs_to("Partner")
    partner_id: UUID
    name: str = columns.text(100)
    cities: list[str] = columns.document(list)
    brands: list[str] = columns.document(list)
    daily_capacity: int = columns.whole()
    active: bool = columns.flag(default=True)
    created_at: datetime = columns.instant(clock.now)
    version: int = columns.version()

    class Meta:
        table = "repairer"
        constraints = (
            UniqueConstraint(fields=("partner_id",), name="repairer_partner_key"),
            CheckConstraint(check="daily_capacity BETWEEN 1 AND 10000", name="repairer_capacity"),
        )
        indexes = (Index(fields=("partner_id", "id"), name="repairer_partner"),)


class RateCardLine(Model):
    """One price of a repairer 价目表, from a day on; the one that began last counts. It never changes.

    `repairer_partner_id` is the repairer's partner, who sees it.
    """

    id: UUID = columns.key()
    repairer: Any = columns.belongs_to("Repairer")
    repairer_id: UUID
    repairer_partner_id: UUID = columns.reference()
    kind: WorkKind = columns.choice(WorkKind)
    code: str = columns.text(40)
    description: str = columns.text(200)
    currency: Currency = columns.choice(Currency)
    price_minor: int = columns.minor()
    valid_from: date = columns.day()
    set_by: UUID = columns.reference()
    created_at: datetime = columns.instant(clock.now)

    class Meta:
        table = "rate_card_line"
        constraints = (
            UniqueConstraint(
                fields=("repairer_id", "kind", "code", "currency", "valid_from"), name="rate_card_line_key"
            ),
            CheckConstraint(check="price_minor > 0", name="rate_card_line_price"),
        )
        indexes = (Index(fields=("repairer_id", "id"), name="rate_card_line_repairer"),)


class RepairOrder(Model):
    """One repair 维修工单 of the insured device for one claim.

    `partner_id` is the partner that sold the policy, `repairer_partner_id` the repairer's. `repeat_of_id` is the order
    of the same device that was returned shortly before, `in_parts_warranty` says that its parts were warranted still.
    `estimate_minor` is what the estimate comes to, `covered_minor` what of it the contract covers, `approved_minor`
    what was approved: for the repair, or for another device instead. `payable_minor` is what the insurer pays of it to
    the repairer, as promised with the approval, and as due once it is invoiced; the customer bears the rest there.
    `refusal_reason` is why the repairer did not take it, `rejection_reason` why the latest estimate was sent back,
    or the invoice is not paid.
    `actual_value_minor`, `replacement_rate` (0 to 1), `proposal` and `grounds` are what the total-loss test found, and
    with what. `parts_warranty_until` is the last day.
    """

    id: UUID = columns.key()
    order_number: str = columns.text(24)
    claim: Any = columns.belongs_to("Claim")
    claim_id: UUID
    customer_id: UUID = columns.reference()
    partner_id: UUID = columns.reference()
    repairer: Any = columns.maybe_belongs_to("Repairer")
    repairer_id: UUID | None
    repairer_partner_id: UUID | None = columns.maybe_reference()
    state: RepairState = columns.choice(RepairState)
    category: DeviceCategory = columns.choice(DeviceCategory)
    brand: str = columns.text(60)
    model: str = columns.text(60)
    serial_number: str = columns.text(40)
    replacement_serial_number: str | None = columns.maybe_text(40)
    city: str = columns.text(60)
    instructions: str | None = columns.maybe_text(2000)
    repeat_of: Any = columns.maybe_belongs_to("RepairOrder")
    repeat_of_id: UUID | None
    in_parts_warranty: bool = columns.flag()
    diagnosis: str | None = columns.maybe_text(2000)
    currency: Currency = columns.choice(Currency)
    estimate_minor: int | None = columns.maybe_minor()
    covered_minor: int | None = columns.maybe_minor()
    approved_minor: int | None = columns.maybe_minor()
    approved_by: UUID | None = columns.maybe_reference()
    actual_value_minor: int | None = columns.maybe_minor()
    replacement_rate: Decimal | None = columns.maybe_rate()
    proposal: LossProposal | None = columns.maybe_choice(LossProposal)
    grounds: list[str] = columns.document(list)
    outcome: LossOutcome | None = columns.maybe_choice(LossOutcome)
    outcome_reason: str | None = columns.maybe_text(2000)
    refusal_reason: str | None = columns.maybe_text(2000)
    rejection_reason: str | None = columns.maybe_text(2000)
    invoice_number: str | None = columns.maybe_text(40)
    invoiced_minor: int | None = columns.maybe_minor()
    payable_minor: int | None = columns.maybe_minor()
    parts_warranty_until: date | None = columns.maybe_day()
    created_at: datetime = columns.instant(clock.now)
    dispatched_at: datetime | None = columns.maybe_instant()
    accepted_at: datetime | None = columns.maybe_instant()
    received_at: datetime | None = columns.maybe_instant()
    estimated_at: datetime | None = columns.maybe_instant()
    approved_at: datetime | None = columns.maybe_instant()
    completed_at: datetime | None = columns.maybe_instant()
    returned_at: datetime | None = columns.maybe_instant()
    closed_at: datetime | None = columns.maybe_instant()
    settled_at: datetime | None = columns.maybe_instant()
    version: int = columns.version()

    class Meta:
        table = "repair_order"
        constraints = (
            UniqueConstraint(fields=("order_number",), name="repair_order_number_key"),
            UniqueConstraint(fields=("claim_id",), name="repair_order_open_key", condition="closed_at IS NULL"),
            CheckConstraint(
                check="(repairer_id IS NULL) = (repairer_partner_id IS NULL)", name="repair_order_repairer_whole"
            ),
            CheckConstraint(
                check="(closed_at IS NOT NULL) = (state IN ('INVOICED', 'SETTLED', 'PAYMENT_REFUSED', "
                "'CASH_CHOSEN', 'CANCELLED'))",
                name="repair_order_closed_when",
            ),
            CheckConstraint(
                check="num_nulls(invoice_number, invoiced_minor)"
                " = CASE WHEN state IN ('INVOICED', 'SETTLED', 'PAYMENT_REFUSED') THEN 0 ELSE 2 END",
                name="repair_order_invoiced_what",
            ),
            CheckConstraint(check="invoiced_minor <= approved_minor", name="repair_order_invoiced_within"),
            CheckConstraint(
                check="payable_minor >= 0 AND payable_minor <= coalesce(invoiced_minor, approved_minor)",
                name="repair_order_payable_within",
            ),
            CheckConstraint(check="(state = 'SETTLED') = (settled_at IS NOT NULL)", name="repair_order_settled_when"),
            CheckConstraint(check="covered_minor <= estimate_minor", name="repair_order_covered_within"),
            CheckConstraint(
                check="state NOT IN ('REPLACEMENT_CHOSEN', 'CASH_CHOSEN') OR outcome IS NOT NULL",
                name="repair_order_outcome_chosen",
            ),
        )
        indexes = (
            Index(fields=("claim_id", "id"), name="repair_order_claim"),
            Index(fields=("customer_id", "id"), name="repair_order_customer"),
            Index(fields=("partner_id", "id"), name="repair_order_partner"),
            Index(fields=("repairer_partner_id", "id"), name="repair_order_repairer_partner"),
            Index(fields=("repairer_id", "id"), name="repair_order_repairer"),
            Index(fields=("repeat_of_id", "id"), name="repair_order_repeat_of"),
            Index(fields=("serial_number", "id"), name="repair_order_serial"),
            Index(fields=("repairer_id", "dispatched_at", "id"), name="repair_order_dispatched"),
            Index(fields=("state", "id"), name="repair_order_state"),
        )


class EstimateLine(Model):
    """One line of an estimate 报价明细. `price_minor` is for one, `card_price_minor` what the rate card said that day.

    `bill_minor` is the price times the quantity. A part that was replaced has its old and its new serial number.
    """

    id: UUID = columns.key()
    order: Any = columns.belongs_to("RepairOrder")
    order_id: UUID
    customer_id: UUID = columns.reference()
    partner_id: UUID = columns.reference()
    repairer_partner_id: UUID = columns.reference()
    position: int = columns.whole()
    kind: WorkKind = columns.choice(WorkKind)
    code: str | None = columns.maybe_text(40)
    description: str = columns.text(200)
    quantity: int = columns.whole()
    currency: Currency = columns.choice(Currency)
    price_minor: int = columns.minor()
    bill_minor: int = columns.minor()
    card_price_minor: int | None = columns.maybe_minor()
    off_card_reason: str | None = columns.maybe_text(500)
    covered: bool = columns.flag()
    exclusion: DeclineCode | None = columns.maybe_choice(DeclineCode)
    old_serial_number: str | None = columns.maybe_text(40)
    new_serial_number: str | None = columns.maybe_text(40)

    class Meta:
        table = "estimate_line"
        constraints = (
            UniqueConstraint(fields=("order_id", "position"), name="estimate_line_position_key"),
            CheckConstraint(
                check="price_minor > 0 AND quantity BETWEEN 1 AND 99 AND bill_minor = price_minor * quantity",
                name="estimate_line_bill",
            ),
            CheckConstraint(check="covered = (exclusion IS NULL)", name="estimate_line_exclusion_named"),
            CheckConstraint(
                check="off_card_reason IS NOT NULL"
                " OR (card_price_minor IS NOT NULL AND price_minor <= card_price_minor)",
                name="estimate_line_within_card",
            ),
            CheckConstraint(
                check="(old_serial_number IS NULL) = (new_serial_number IS NULL)"
                " AND (new_serial_number IS NULL OR kind = 'PART')",
                name="estimate_line_serials",
            ),
        )
        indexes = (
            Index(fields=("order_id", "id"), name="estimate_line_order"),
            Index(fields=("code", "kind", "id"), name="estimate_line_code"),
        )
