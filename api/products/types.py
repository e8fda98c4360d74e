"""What products show."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import strawberry

import domain.quotes.reading  # noqa: F401 - which adds what it costs to a version
from api.enums import described
from api.lists import POLICY_ORDER, POLICY_WHERE
from api.node import Node
from api.paging import Connection
from api.products.offers import ProductOffer, QuotedDeviceInput
from api.reading import fields
from api.scalars import MoneyType
from domain.kernel.actor import STAFF_ROLES, Role
from domain.kernel.money import Currency
from domain.products.reading import (
    COMMISSION_RATE,
    PRODUCT,
    PRODUCT_EXCLUSION,
    PRODUCT_PERIL,
    PRODUCT_RELATIVITY,
    PRODUCT_VERSION,
)
from domain.products.terms import DisclosureLevel, Peril, ProductKind, VersionAction, VersionState
from domain.staff.terms import ProductGrade

if TYPE_CHECKING:
    from api.partners.types import Partner
    from api.policies.types import Policy
    from api.staff.types import Staff

for _kind in (DisclosureLevel, Peril, ProductGrade, ProductKind, VersionAction, VersionState):
    described(_kind)
TARIFF_READERS = STAFF_ROLES | {Role.PARTNER}


@fields.entity_type(PRODUCT)
class Product(Node):
    """A product 产品 under its code; its terms stand in versions."""

    code: str = fields.bound("The code by which people know it; unique.")
    kind: ProductKind = fields.bound("The kind of cover.")
    name: str = fields.bound("The name in the reader's language.")
    name_zh: str = fields.bound("The name in Chinese.")
    name_en: str = fields.bound("The name in English.")
    created_at: datetime = fields.bound("When it was first drafted.")
    versions: list[Annotated[ProductVersion, strawberry.lazy("api.products.types")]] = fields.bound(
        "Its versions in sight, newest first.", descending=True
    )


@fields.entity_type(PRODUCT_VERSION)
class ProductVersion(Node):
    """The terms of a product as sold from some day on; they stand from its review on."""

    number: int = fields.bound("Its number within the product, from 1.")
    state: VersionState = fields.bound("Where it stands.")
    available_actions: list[VersionAction] = fields.bound("What you may do with it now.")
    grade: ProductGrade = fields.bound("How hard it is to understand, which says who may sell it 产品分级.")
    currency: Currency = fields.bound("The currency of its amounts.")
    months: int = fields.bound("Months of cover.")
    waiting_days: int = fields.bound("Days after the sale in which nothing is covered 等待期.")
    cooling_off_days: int = fields.bound("Days in which the whole premium is given back 犹豫期.")
    registration_days: int = fields.bound("Days after the purchase in which a device may be registered.")
    starts_after_warranty: bool = fields.bound("Whether cover starts when the maker's warranty has ended.")
    minimum_premium: MoneyType = fields.bound("The least premium.")
    base_rate: Decimal = fields.bound("Premium as a share of the price, before factors.", roles=TARIFF_READERS)
    premium_tax_rate: Decimal = fields.bound("The tax inside the price, 0 to 1.")
    per_claim_limit: MoneyType | None = fields.bound("The most for one claim; null for no such limit.")
    aggregate_limit_rate: Decimal = fields.bound("The most for the whole term, as a share of the price.")
    deductible: MoneyType = fields.bound("What the insured bears first 免赔额.")
    coinsurance_rate: Decimal = fields.bound("The share of the rest that the insured bears, 0 to 1.")
    max_claims_a_year: int | None = fields.bound("Claims in a year of cover; null for no limit.")
    refund_fee: MoneyType = fields.bound("What is kept when a policy is taken back.")
    depreciation_monthly_rate: Decimal = fields.bound("What the device loses of its value in a month, 0 to 1.")
    depreciation_floor_rate: Decimal = fields.bound("The share of the price below which its value never falls.")
    replacement_rate: Decimal = fields.bound("Repair above this share of the value becomes a replacement.")
    version: int = fields.bound("How often it was changed.")
    submitted_at: datetime | None = fields.bound(
        "When it was handed to compliance last; null before the first time.", roles=STAFF_ROLES
    )
    released_at: datetime | None = fields.bound("When it was put on sale; null before.")
    review_finding: str | None = fields.bound("Why compliance sent it back last, if it did.", roles=STAFF_ROLES)
    drafter: Annotated[Staff, strawberry.lazy("api.staff.types")] | None = fields.bound(
        "Who wrote the terms as they stand; for staff."
    )
    submitter: Annotated[Staff, strawberry.lazy("api.staff.types")] | None = fields.bound(
        "Who handed it to compliance last; for staff."
    )
    releaser: Annotated[Staff, strawberry.lazy("api.staff.types")] | None = fields.bound(
        "Who put it on sale, neither its drafter nor its submitter; for staff."
    )
    offer: ProductOffer = fields.derived(
        "What it would cost to insure a device today, and why it would not be insured; nothing is written down.",
        device=(QuotedDeviceInput, "The device."),
    )
    product: Product = fields.bound("The product.")
    policies: Connection[Annotated[Policy, strawberry.lazy("api.policies.types")]] = fields.connection(
        "Policies in sight that were sold on it.", order=POLICY_ORDER, where=POLICY_WHERE
    )
    perils: list[Annotated[ProductPeril, strawberry.lazy("api.products.types")]] = fields.bound(
        "What is insured 保险责任."
    )
    exclusions: list[Annotated[ProductExclusion, strawberry.lazy("api.products.types")]] = fields.bound(
        "What is not insured 责任免除."
    )
    relativities: list[Annotated[ProductRelativity, strawberry.lazy("api.products.types")]] = fields.bound(
        "The factors of the rate table; for staff."
    )


@fields.entity_type(PRODUCT_PERIL)
class ProductPeril(Node):
    """A peril that a version insures."""

    peril: Peril = fields.bound("The peril.")
    limit: MoneyType | None = fields.bound("The most for one claim; null leaves it to the version.")
    deductible: MoneyType | None = fields.bound("What the insured bears first; null leaves it to the version.")
    max_claims_a_year: int | None = fields.bound("Claims in a year of cover; null leaves it to the version.")
    currency: Currency = fields.bound("The currency of its amounts.")
    product_version: ProductVersion | None = fields.bound("The version.")


@fields.entity_type(PRODUCT_EXCLUSION)
class ProductExclusion(Node):
    """What a version does not insure, with the text that is shown before the sale."""

    code: str = fields.bound("The code that a refusal names.")
    text: str = fields.bound("The text in the reader's language.")
    text_zh: str = fields.bound("The text in Chinese.")
    text_en: str = fields.bound("The text in English.")
    disclosure: DisclosureLevel = fields.bound("How it is drawn to the buyer's attention before the sale.")
    product_version: ProductVersion | None = fields.bound("The version.")


@fields.entity_type(PRODUCT_RELATIVITY)
class ProductRelativity(Node):
    """One factor of the rate table: for a key of a dimension (`category`, `PHONE`: 1.20)."""

    dimension: str = fields.bound("What is told apart.")
    key: str = fields.bound("The case.")
    factor: Decimal = fields.bound("What the premium is multiplied by.")
    product_version: ProductVersion | None = fields.bound("The version.")


@fields.entity_type(COMMISSION_RATE)
class CommissionRate(Node):
    """What share of the net premium a partner earns 佣金比例, from a day on; the one that began last counts.

    One for the product goes before one for all products, and both before the partner's own `commissionRate`.
    """

    rate: Decimal = fields.bound("The share of the net premium, 0 to 1.")
    starts_on: date = fields.bound("The day from which on it counts, in the insurer's zone.")
    reason: str = fields.bound("Why it was agreed.", roles=STAFF_ROLES)
    created_at: datetime = fields.bound("When it was set.")
    partner: Annotated[Partner, strawberry.lazy("api.partners.types")] | None = fields.bound("The partner.")
    product: Product | None = fields.bound("The product; null for all products.")
    setter: Annotated[Staff, strawberry.lazy("api.staff.types")] | None = fields.bound("Who set it; for staff.")
