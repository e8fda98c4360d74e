"""The rows of products. A version's terms stand from its review on; perils and the like are its children."""

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
from domain.products.terms import DisclosureLevel, Peril, ProductKind, VersionState
from domain.staff.terms import ProductGrade


class Product(Model):
    """A product under its code; `sold` once a version of it was put on sale."""

    id: UUID = columns.key()
    code: str = columns.text(32)
    kind: ProductKind = columns.choice(ProductKind)
    name_zh: str = columns.text(100)
    name_en: str = columns.text(100)
    sold: bool = columns.flag()
    created_at: datetime = columns.instant(clock.now)

    class Meta:
        table = "product"
        constraints = (UniqueConstraint(fields=("code",), name="product_code_key"),)
        indexes = (Index(fields=("kind", "id"), name="product_kind"),)


class ProductVersion(Model):
    """The terms of a product as sold from some day on.

    Units: `months` of cover; days for waiting, cooling-off and registration; rates 0 to 1; `premium_tax_rate` is
    inside the price. `per_claim_limit_minor` and `deductible_minor` hold for every peril without its own.
    `drafted_by` wrote the terms as they stand, nobody where the system did; `submitted_by` handed them to the review
    last; `released_by` put them on sale. `review_finding` is why compliance sent them back last.
    """

    id: UUID = columns.key()
    product: Any = columns.belongs_to("Product")
    product_id: UUID
    number: int = columns.whole()
    state: VersionState = columns.choice(VersionState)
    grade: ProductGrade = columns.choice(ProductGrade)
    currency: Currency = columns.choice(Currency)
    months: int = columns.whole()
    base_rate: Decimal = columns.rate()
    minimum_premium_minor: int = columns.minor()
    premium_tax_rate: Decimal = columns.rate()
    per_claim_limit_minor: int | None = columns.maybe_minor()
    aggregate_limit_rate: Decimal = columns.rate()
    deductible_minor: int = columns.minor()
    coinsurance_rate: Decimal = columns.rate()
    max_claims_a_year: int | None = columns.maybe_whole()
    waiting_days: int = columns.whole()
    cooling_off_days: int = columns.whole()
    registration_days: int = columns.whole()
    refund_fee_minor: int = columns.minor()
    depreciation_monthly_rate: Decimal = columns.rate()
    depreciation_floor_rate: Decimal = columns.rate()
    replacement_rate: Decimal = columns.rate()
    starts_after_warranty: bool = columns.flag()
    drafted_by: UUID | None = columns.maybe_reference()
    submitted_by: UUID | None = columns.maybe_reference()
    submitted_at: datetime | None = columns.maybe_instant()
    released_by: UUID | None = columns.maybe_reference()
    released_at: datetime | None = columns.maybe_instant()
    review_finding: str | None = columns.maybe_text(2000)
    version: int = columns.version()

    class Meta:
        table = "product_version"
        constraints = (
            UniqueConstraint(fields=("product_id", "number"), name="product_version_number_key"),
            CheckConstraint(check="months > 0 AND months <= 120", name="product_version_months"),
            CheckConstraint(check="base_rate > 0 AND base_rate < 1", name="product_version_base_rate"),
            CheckConstraint(check="minimum_premium_minor >= 0", name="product_version_minimum_premium"),
            CheckConstraint(
                check="(submitted_by IS NULL) = (submitted_at IS NULL)"
                " AND (state = 'DRAFT' OR submitted_at IS NOT NULL)",
                name="product_version_submitted",
            ),
            CheckConstraint(
                check="(state IN ('ON_SALE', 'WITHDRAWN')) = (released_at IS NOT NULL)"
                " AND (released_at IS NULL) = (released_by IS NULL)",
                name="product_version_released",
            ),
            CheckConstraint(
                check="released_by IS NULL"
                " OR (released_by <> submitted_by AND released_by IS DISTINCT FROM drafted_by)",
                name="product_version_other_reviewer",
            ),
        )
        indexes = (Index(fields=("product_id", "id"), name="product_version_product"),)


class ProductPeril(Model):
    """A peril that a version insures; `sold` once the version was put on sale."""

    id: UUID = columns.key()
    product_version: Any = columns.belongs_to("ProductVersion")
    product_version_id: UUID
    peril: Peril = columns.choice(Peril)
    limit_minor: int | None = columns.maybe_minor()
    deductible_minor: int | None = columns.maybe_minor()
    currency: Currency = columns.choice(Currency)
    max_claims_a_year: int | None = columns.maybe_whole()
    sold: bool = columns.flag()

    class Meta:
        table = "product_peril"
        constraints = (UniqueConstraint(fields=("product_version_id", "peril"), name="product_peril_key"),)
        indexes = (Index(fields=("product_version_id", "id"), name="product_peril_version"),)


class ProductExclusion(Model):
    """What a version does not insure 责任免除, with the text that is shown before the sale.

    `sold` once the version was put on sale.
    """

    id: UUID = columns.key()
    product_version: Any = columns.belongs_to("ProductVersion")
    product_version_id: UUID
    code: str = columns.text(32)
    text_zh: str = columns.text(500)
    text_en: str = columns.text(500)
    disclosure: DisclosureLevel = columns.choice(DisclosureLevel)
    sold: bool = columns.flag()

    class Meta:
        table = "product_exclusion"
        constraints = (UniqueConstraint(fields=("product_version_id", "code"), name="product_exclusion_key"),)
        indexes = (Index(fields=("product_version_id", "id"), name="product_exclusion_version"),)


class ProductRelativity(Model):
    """One factor of the rate table: for a key of a dimension (`category` → `PHONE` → 1.20)."""

    id: UUID = columns.key()
    product_version: Any = columns.belongs_to("ProductVersion")
    product_version_id: UUID
    dimension: str = columns.text(32)
    key: str = columns.text(32)
    factor: Decimal = columns.rate()

    class Meta:
        table = "product_relativity"
        constraints = (
            UniqueConstraint(fields=("product_version_id", "dimension", "key"), name="product_relativity_key"),
            CheckConstraint(check="factor > 0", name="product_relativity_positive"),
        )
        indexes = (Index(fields=("product_version_id", "id"), name="product_relativity_version"),)


class CommissionRate(Model):
    """What share of the net premium a partner earns 佣金比例, from a day on, for one product or for all.

    The one that began last is in force; no product is all products, which a product's own go before.
    `migrations/sql/products.sql` holds the unique key. Units: `rate` 0 to 1.
    """

    id: UUID = columns.key()
    partner: Any = columns.belongs_to("Partner")
    partner_id: UUID
    product: Any = columns.maybe_belongs_to("Product")
    product_id: UUID | None
    rate: Decimal = columns.rate()
    starts_on: date = columns.day()
    set_by: UUID = columns.reference()
    reason: str = columns.text(2000)
    created_at: datetime = columns.instant(clock.now)

    class Meta:
        table = "commission_rate"
        constraints = (CheckConstraint(check="rate >= 0 AND rate <= 1", name="commission_rate_share"),)
        indexes = (
            Index(fields=("partner_id", "id"), name="commission_rate_partner"),
            Index(fields=("product_id", "id"), name="commission_rate_product"),
        )
