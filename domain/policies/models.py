"""The rows of policies. Amounts are minor units of the row's currency; each row carries who may see it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.kernel import clock, columns
from domain.kernel.money import Currency
from domain.kernel.subject import SubjectKind
from domain.policies.terms import MAX_REF, PolicyState, RegistrationSource, RegistrationState, RowOutcome
from domain.products.terms import DeviceCategory, DeviceCondition, Peril


class Policy(Model):
    """One policy 保单 on one device.

    Days are the insurer's and half-open: cover runs in [`starts_on`, `ends_on`), the maker's warranty answers before
    `warranty_until`, nothing is covered before `waiting_until`. `cooling_off_until` is the last day on which it may be
    taken back in full, unless `loss_reported`. `sum_insured_minor` is the limit for the whole term; the premium is the
    price with tax inside, its parts stand beside it. `external_ref` is the seller's own name for the sale.
    `document_edition` is which making of its document tells how it stands: another device makes another one.
    """

    id: UUID = columns.key()
    policy_number: str = columns.text(24)
    product_version: Any = columns.belongs_to("ProductVersion")
    product_version_id: UUID
    customer: Any = columns.belongs_to("Customer")
    customer_id: UUID
    partner: Any = columns.belongs_to("Partner")
    partner_id: UUID
    external_ref: str | None = columns.maybe_text(MAX_REF)
    state: PolicyState = columns.choice(PolicyState)
    category: DeviceCategory = columns.choice(DeviceCategory)
    brand: str = columns.text(60)
    model: str = columns.text(60)
    serial_number: str = columns.text(40)
    condition: DeviceCondition = columns.choice(DeviceCondition)
    purchased_on: date = columns.day()
    invoice_number: str | None = columns.maybe_text(40)
    warranty_until: date | None = columns.maybe_day()
    waiting_until: date | None = columns.maybe_day()
    starts_on: date = columns.day()
    ends_on: date = columns.day()
    cooling_off_until: date = columns.day()
    loss_reported: bool = columns.flag()
    currency: Currency = columns.choice(Currency)
    price_minor: int = columns.minor()
    sum_insured_minor: int = columns.minor()
    deductible_minor: int = columns.minor()
    premium_minor: int = columns.minor()
    premium_net_minor: int = columns.minor()
    premium_tax_minor: int = columns.minor()
    commission_minor: int = columns.minor()
    refund_minor: int | None = columns.maybe_minor()
    issued_at: datetime = columns.instant()
    cancelled_at: datetime | None = columns.maybe_instant()
    document_edition: int = columns.whole(1)
    created_at: datetime = columns.instant(clock.now)
    version: int = columns.version()

    class Meta:
        table = "policy"
        constraints = (
            UniqueConstraint(fields=("policy_number",), name="policy_number_key"),
            UniqueConstraint(fields=("partner_id", "external_ref"), name="policy_external_ref_key"),
            CheckConstraint(check="starts_on < ends_on", name="policy_cover_period"),
            CheckConstraint(check="price_minor > 0 AND sum_insured_minor > 0", name="policy_amounts_positive"),
            CheckConstraint(
                check="deductible_minor >= 0 AND commission_minor >= 0", name="policy_amounts_not_negative"
            ),
            CheckConstraint(check="premium_minor = premium_net_minor + premium_tax_minor", name="policy_premium_parts"),
            CheckConstraint(
                check="refund_minor IS NULL OR refund_minor BETWEEN 0 AND premium_minor", name="policy_refund_within"
            ),
            CheckConstraint(check="(state = 'CANCELLED') = (cancelled_at IS NOT NULL)", name="policy_cancelled_when"),
        )
        indexes = (
            Index(fields=("product_version_id", "id"), name="policy_product_version"),
            Index(fields=("customer_id", "id"), name="policy_customer"),
            Index(fields=("partner_id", "id"), name="policy_partner"),
            Index(fields=("issued_at", "id"), name="policy_issued"),
            Index(fields=("customer_id", "issued_at", "id"), name="policy_customer_issued"),
            Index(fields=("partner_id", "issued_at", "id"), name="policy_partner_issued"),
            Index(fields=("partner_id", "cancelled_at", "id"), name="policy_partner_cancelled"),
            Index(fields=("state", "id"), name="policy_state"),
            Index(fields=("state", "issued_at", "id"), name="policy_state_issued"),
            Index(fields=("state", "ends_on", "id"), name="policy_state_ends"),
            Index(fields=("state", "starts_on", "id"), name="policy_state_starts"),
            Index(fields=("serial_number", "id"), name="policy_serial"),
            Index(fields=("invoice_number",), name="policy_invoice"),
        )


class PolicyCover(Model):
    """One peril that a policy insures, as its product version said on the day of the sale.

    `live` is true while the policy can still pay for it: a device has one live cover for each peril, whoever sold it.
    None for limit, deductible or count leaves them to the policy.
    """

    id: UUID = columns.key()
    policy: Any = columns.belongs_to("Policy")
    policy_id: UUID
    customer_id: UUID = columns.reference()
    partner_id: UUID = columns.reference()
    peril: Peril = columns.choice(Peril)
    serial_number: str = columns.text(40)
    live: bool = columns.flag(default=True)
    currency: Currency = columns.choice(Currency)
    limit_minor: int | None = columns.maybe_minor()
    deductible_minor: int | None = columns.maybe_minor()
    max_claims_a_year: int | None = columns.maybe_whole()

    class Meta:
        table = "policy_cover"
        constraints = (
            UniqueConstraint(fields=("policy_id", "peril"), name="policy_cover_peril_key"),
            UniqueConstraint(fields=("serial_number", "peril"), name="policy_cover_live_key", condition="live"),
        )
        indexes = (Index(fields=("policy_id", "id"), name="policy_cover_policy"),)


class CoverHold(Model):
    """A cover of a device that is kept free for somebody who was promised it and has not paid yet 保障预留.

    One for each device and peril; `holder` is the row of another room that it is kept for.
    """

    id: UUID = columns.key()
    serial_number: str = columns.text(40)
    peril: Peril = columns.choice(Peril)
    holder_kind: SubjectKind = columns.choice(SubjectKind)
    holder_id: UUID = columns.reference()
    held_at: datetime = columns.instant(clock.now)

    class Meta:
        table = "cover_hold"
        constraints = (UniqueConstraint(fields=("serial_number", "peril"), name="cover_hold_key"),)
        indexes = (Index(fields=("holder_id", "id"), name="cover_hold_holder"),)


class PolicyLapse(Model):
    """A time in which a policy covered nothing since its premium was not paid 失效期间.

    Days are the insurer's and half-open: [`lapsed_on`, `covered_again_on`), the latter null while it lasts.
    """

    id: UUID = columns.key()
    policy: Any = columns.belongs_to("Policy")
    policy_id: UUID
    customer_id: UUID = columns.reference()
    partner_id: UUID = columns.reference()
    lapsed_on: date = columns.day()
    covered_again_on: date | None = columns.maybe_day()

    class Meta:
        table = "policy_lapse"
        constraints = (
            UniqueConstraint(fields=("policy_id",), name="policy_lapse_open_key", condition="covered_again_on IS NULL"),
            CheckConstraint(
                check="covered_again_on IS NULL OR lapsed_on < covered_again_on", name="policy_lapse_forward"
            ),
        )
        indexes = (Index(fields=("policy_id", "id"), name="policy_lapse_policy"),)


class Registration(Model):
    """Many sales of one partner that were asked for together 批量承保: in one request, or as a file.

    `file_name`, `sha256` and `size` are those of the file as it came; its rows wait in `RegistrationPart` until they
    are judged. The counts say what became of the rows. Units: `size` in bytes.
    """

    id: UUID = columns.key()
    partner: Any = columns.belongs_to("Partner")
    partner_id: UUID
    source: RegistrationSource = columns.choice(RegistrationSource)
    state: RegistrationState = columns.choice(RegistrationState)
    product_version: Any = columns.maybe_belongs_to("ProductVersion")
    product_version_id: UUID | None
    file_name: str | None = columns.maybe_text(100)
    sha256: str | None = columns.maybe_text(64)
    size: int | None = columns.maybe_whole()
    header: str | None = columns.maybe_text(1000)
    row_count: int = columns.whole()
    registered_count: int = columns.whole(0)
    found_count: int = columns.whole(0)
    refused_count: int = columns.whole(0)
    job_id: UUID | None = columns.maybe_reference()
    result_zh_id: UUID | None = columns.maybe_reference()
    result_en_id: UUID | None = columns.maybe_reference()
    received_at: datetime = columns.instant(clock.now)
    finished_at: datetime | None = columns.maybe_instant()
    version: int = columns.version()

    class Meta:
        table = "registration"
        constraints = (
            UniqueConstraint(fields=("partner_id", "sha256", "file_name"), name="registration_file_key"),
            CheckConstraint(
                check="(source = 'UPLOAD') = (num_nulls(file_name, sha256, size, header) = 0)"
                " AND (source = 'REQUEST') = (num_nulls(file_name, sha256, size, header) = 4)",
                name="registration_file_whole",
            ),
            CheckConstraint(check="(state = 'FINISHED') = (finished_at IS NOT NULL)", name="registration_finished"),
            CheckConstraint(
                check="state <> 'FINISHED' OR row_count = registered_count + found_count + refused_count",
                name="registration_all_told",
            ),
        )
        indexes = (
            Index(fields=("partner_id", "id"), name="registration_partner"),
            Index(fields=("product_version_id", "id"), name="registration_product_version"),
        )


class RegistrationPart(Model):
    """A piece of an uploaded file that one job works off. The store keeps its rows sealed, for this row.

    Units: `first_line` is the line of its first row in the file, the header being line 1.
    """

    id: UUID = columns.key()
    registration: Any = columns.belongs_to("Registration")
    registration_id: UUID
    position: int = columns.whole()
    first_line: int = columns.whole()
    row_count: int = columns.whole()
    storage_key: str = columns.text(200)
    finished_at: datetime | None = columns.maybe_instant()

    class Meta:
        table = "registration_part"
        constraints = (
            UniqueConstraint(fields=("registration_id", "position"), name="registration_part_key"),
            CheckConstraint(check="row_count > 0 AND first_line > 0", name="registration_part_counts"),
        )
        indexes = (Index(fields=("registration_id", "id"), name="registration_part_registration"),)


class RegistrationRow(Model):
    """What became of one row: its policy, or why it was refused.

    `line` counts the rows of a request from 1, and is the line of a file, where the header is line 1. `faults` is a
    list of `{"code": str, "path": [str], "zh": str, "en": str}`, without personal data.
    """

    id: UUID = columns.key()
    registration: Any = columns.belongs_to("Registration")
    registration_id: UUID
    partner_id: UUID = columns.reference()
    line: int = columns.whole()
    external_ref: str | None = columns.maybe_text(MAX_REF)
    outcome: RowOutcome = columns.choice(RowOutcome)
    policy: Any = columns.maybe_belongs_to("Policy")
    policy_id: UUID | None
    faults: list[dict[str, Any]] = columns.document(list)

    class Meta:
        table = "registration_row"
        constraints = (
            UniqueConstraint(fields=("registration_id", "line"), name="registration_row_line_key"),
            CheckConstraint(check="(outcome = 'REFUSED') = (policy_id IS NULL)", name="registration_row_sold_or_told"),
        )
        indexes = (
            Index(fields=("registration_id", "id"), name="registration_row_registration"),
            Index(fields=("registration_id", "line", "id"), name="registration_row_line"),
            Index(fields=("registration_id", "outcome", "id"), name="registration_row_outcome"),
            Index(fields=("registration_id", "outcome", "line", "id"), name="registration_row_outcome_line"),
            Index(fields=("policy_id", "id"), name="registration_row_policy"),
        )
