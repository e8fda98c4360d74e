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
from domain.policies.terms import PolicyState
from domain.products.terms import DeviceCategory, DeviceCondition, Peril


class Policy(Model):
    """One policy 保单 on one device.

    Days are the insurer's and half-open: cover runs in [`starts_on`, `ends_on`), the maker's warranty answers before
    `warranty_until`, nothing is covered before `waiting_until`. `cooling_off_until` is the last day on which it may be
    taken back in full, unless `loss_reported`. `sum_insured_minor` is the limit for the whole term; the premium is the
    price with tax inside, its parts stand beside it.
    """

    id: UUID = columns.key()
    policy_number: str = columns.text(24)
    product_version: Any = columns.belongs_to("ProductVersion")
    product_version_id: UUID
    customer: Any = columns.belongs_to("Customer")
    customer_id: UUID
    partner: Any = columns.belongs_to("Partner")
    partner_id: UUID
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
    created_at: datetime = columns.instant(clock.now)
    version: int = columns.version()

    class Meta:
        table = "policy"
        constraints = (
            UniqueConstraint(fields=("policy_number",), name="policy_number_key"),
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
            Index(fields=("state", "id"), name="policy_state"),
            Index(fields=("state", "issued_at", "id"), name="policy_state_issued"),
            Index(fields=("state", "ends_on", "id"), name="policy_state_ends"),
            Index(fields=("state", "starts_on", "id"), name="policy_state_starts"),
            Index(fields=("serial_number", "id"), name="policy_serial"),
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
