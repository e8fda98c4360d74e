"""What callers say of products."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import strawberry

from api import inputs
from api.scalars import MoneyInput
from domain.products.terms import DisclosureLevel, Peril, ProductKind
from domain.staff.terms import ProductGrade

MAX_DAYS = 3_650


@strawberry.input(description="What a version says of one peril; what is not given is left to the version.")
class PerilInput:
    """What a version says of one peril."""

    peril: Peril = inputs.plain("The peril.")
    limit: strawberry.Maybe[MoneyInput | None] = inputs.plain("The most for one claim.")
    deductible: strawberry.Maybe[MoneyInput | None] = inputs.plain("What the insured bears first.")
    max_claims_a_year: strawberry.Maybe[int | None] = inputs.number("Claims in a year of cover.", 1, 1_000)


@strawberry.input(description="One exclusion with its text in both languages.")
class ExclusionInput:
    """One exclusion."""

    code: str = inputs.text("The code that a refusal names.", 32)
    text_zh: str = inputs.lines("The text in Chinese.", 500)
    text_en: str = inputs.lines("The text in English.", 500)
    disclosure: strawberry.Maybe[DisclosureLevel | None] = inputs.plain(
        "How it is drawn to the buyer's attention; `KEY`."
    )


@strawberry.input(description="One factor of the rate table.")
class RelativityInput:
    """One factor of the rate table."""

    dimension: str = inputs.text("What is told apart, such as `category`.", 32)
    key: str = inputs.text("The case, such as `PHONE`.", 32)
    factor: Decimal = inputs.number("What the premium is multiplied by.", "0.000001", "1000")


@strawberry.input(description="The terms of a version. All amounts are in one currency.")
class VersionTermsInput:
    """The terms of a version."""

    grade: ProductGrade = inputs.plain("How hard it is to understand, which says who may sell it.")
    months: int = inputs.number("Months of cover.", 1, 120)
    base_rate: Decimal = inputs.number("Premium as a share of the price, before factors.", "0.000001", "0.999999")
    minimum_premium: MoneyInput = inputs.plain("The least premium.")
    perils: list[PerilInput] = inputs.many("What is insured, each peril once.", "peril")
    premium_tax_rate: strawberry.Maybe[Decimal | None] = inputs.number("Tax inside the price; 0.06.", "0", "1")
    per_claim_limit: strawberry.Maybe[MoneyInput | None] = inputs.plain("The most for one claim; none.")
    aggregate_limit_rate: strawberry.Maybe[Decimal | None] = inputs.number(
        "The most for the whole term, as a share of the price; 1.", "0.000001", "100"
    )
    deductible: strawberry.Maybe[MoneyInput | None] = inputs.plain("What the insured bears first; nothing.")
    coinsurance_rate: strawberry.Maybe[Decimal | None] = inputs.number(
        "The share of the rest that the insured bears; 0.", "0", "1"
    )
    max_claims_a_year: strawberry.Maybe[int | None] = inputs.number("Claims in a year of cover; no limit.", 1, 1_000)
    waiting_days: strawberry.Maybe[int | None] = inputs.number("Days without cover after the sale; 0.", 0, MAX_DAYS)
    cooling_off_days: strawberry.Maybe[int | None] = inputs.number(
        "Days in which the whole premium is given back; 15.", 0, MAX_DAYS
    )
    registration_days: strawberry.Maybe[int | None] = inputs.number(
        "Days after the purchase in which a device may be registered; 15.", 0, MAX_DAYS
    )
    refund_fee: strawberry.Maybe[MoneyInput | None] = inputs.plain("What is kept of a refund; nothing.")
    depreciation_monthly_rate: strawberry.Maybe[Decimal | None] = inputs.number(
        "Loss of value in a month; 0.015.", "0", "1"
    )
    depreciation_floor_rate: strawberry.Maybe[Decimal | None] = inputs.number(
        "The share of the price below which the value never falls; 0.2.", "0", "1"
    )
    replacement_rate: strawberry.Maybe[Decimal | None] = inputs.number(
        "Repair above this share of the value becomes a replacement; 0.7.", "0", "1"
    )
    starts_after_warranty: strawberry.Maybe[bool | None] = inputs.plain(
        "Whether cover starts when the maker's warranty has ended; false."
    )
    exclusions: strawberry.Maybe[list[ExclusionInput] | None] = inputs.many("What is not insured; nothing.", "code")
    relativities: strawberry.Maybe[list[RelativityInput] | None] = inputs.many(
        "The factors of the rate table; none.", "dimension", "key", most=500
    )


@strawberry.input(description="A new version of a product, which is made if its code is new.")
class ProductDraftInput:
    """A new version of a product."""

    code: str = inputs.text("The product's code; unique.", 32)
    kind: ProductKind = inputs.plain("The kind of cover; counts for a new product only.")
    name_zh: str = inputs.text("The name in Chinese; counts for a new product only.", 100)
    name_en: str = inputs.text("The name in English; counts for a new product only.", 100)
    terms: VersionTermsInput = inputs.plain("The terms; what is not given is as its description ends.")


@strawberry.input(description="Other terms for a draft; they replace all that it has.")
class ProductReviseInput:
    """Other terms for a draft."""

    product_version_id: strawberry.ID = inputs.plain("The version.")
    terms: VersionTermsInput = inputs.plain("The terms; what is not given is as its description ends.")
    expected_version: int = inputs.version()


@strawberry.input(description="A draft to hand to compliance.")
class ProductSubmitInput:
    """A draft to hand to compliance."""

    product_version_id: strawberry.ID = inputs.plain("The version.")
    expected_version: int = inputs.version()


@strawberry.input(description="A version to send back to its drafters.")
class ProductReturnInput:
    """A version to send back."""

    product_version_id: strawberry.ID = inputs.plain("The version.")
    reason: str = inputs.reason("What compliance found; staff read it as `reviewFinding`.")
    expected_version: int = inputs.version()


@strawberry.input(description="A version to release for sale.")
class ProductPutOnSaleInput:
    """A version to release for sale."""

    product_version_id: strawberry.ID = inputs.plain("The version.")
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="A version to take from sale.")
class ProductWithdrawInput:
    """A version to take from sale."""

    product_version_id: strawberry.ID = inputs.plain("The version.")
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="Another commission for a partner from a day on.")
class CommissionSetInput:
    """Another commission."""

    partner_id: strawberry.ID = inputs.plain("The partner.")
    product_id: strawberry.Maybe[strawberry.ID | None] = inputs.plain(
        "The product that it is for; all that have none of their own."
    )
    rate: Decimal = inputs.number("The share of the net premium.", "0", "1")
    starts_on: date = inputs.plain("The day from which on it counts, in the insurer's zone; today or later.")
    reason: str = inputs.reason()
