"""What recommendations show: everything that was asked and said, in the reader's language."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import strawberry

from api.customers.types import Customer
from api.enums import described
from api.node import Node
from api.partners.types import Partner
from api.products.types import ProductVersion
from api.reading import fields
from api.scalars import MoneyType
from api.staff.types import Staff
from domain.kernel.money import Currency
from domain.products.terms import DeviceCategory, DeviceCondition, DisclosureLevel, Peril
from domain.quotes.reading import RECOMMENDATION
from domain.quotes.terms import Advice, ReasonCode, Verdict
from domain.risk.terms import DeclaredUse
from domain.staff.terms import ProductGrade

for _kind in (Advice, DeclaredUse, ReasonCode, Verdict):
    described(_kind)


@strawberry.type(description="One reason that speaks for a product or against it.")
class SuitabilityReason:
    """One reason that speaks for a product or against it."""

    code: ReasonCode = strawberry.field(description="The stable code.")
    message: str = strawberry.field(description="A sentence in the reader's language.")
    perils: list[Peril] = strawberry.field(description="The perils that it names.")
    objections: list[str] = strawberry.field(description="Codes of what speaks against insuring the device.")


@strawberry.type(description="An exclusion as it was told.")
class ToldExclusion:
    """An exclusion as it was told."""

    code: str = strawberry.field(description="The code that a refusal names.")
    text: str = strawberry.field(description="The text in the reader's language.")
    disclosure: DisclosureLevel = strawberry.field(description="How it is drawn to the buyer's attention.")


@strawberry.type(description="What was said of one product for one customer; nothing of it is hidden.")
class JudgedProduct:
    """What was said of one product."""

    product_version_id: strawberry.ID = strawberry.field(description="The version that was judged.")
    name: str = strawberry.field(description="Its name, in the reader's language.")
    grade: ProductGrade = strawberry.field(description="How hard it is to understand 产品分级.")
    verdict: Verdict = strawberry.field(description="What was said of it.")
    reasons: list[SuitabilityReason] = strawberry.field(description="Why, what speaks for it and what against it.")
    perils: list[Peril] = strawberry.field(description="What it insures.")
    exclusions: list[ToldExclusion] = strawberry.field(description="What it does not insure.")
    premium: MoneyType | None = strawberry.field(description="What it would cost; null where it is not offered.")
    sum_insured: MoneyType | None = strawberry.field(description="The most that it pays over the whole term.")
    deductible: MoneyType = strawberry.field(description="What the insured bears first of a claim.")
    overlap_rate: Decimal | None = strawberry.field(
        description="The share of its days, 0 to 1, on which the maker's warranty answers for breakdowns anyway."
    )


@fields.entity_type(RECOMMENDATION)
class Recommendation(Node):
    """What a customer was asked, what was said of each product, and what he or she chose 产品推荐记录."""

    advice: Advice = fields.bound("What comes of it all.")
    judged: list[JudgedProduct] = fields.bound("Every product on sale, the best match first, as it was judged then.")
    category: DeviceCategory = fields.bound("What kind of device it is about.")
    condition: DeviceCondition = fields.bound("What it was when it was bought.")
    purchased_on: date = fields.bound("The day on which it was bought.")
    warranty_until: date | None = fields.bound("The day after the maker's warranty ends, where there is one.")
    price: MoneyType = fields.bound("What it cost.")
    currency: Currency = fields.bound("The currency of its amounts.")
    wanted_perils: list[Peril] = fields.bound("What the customer wants it insured against.")
    declared_use: DeclaredUse = fields.bound("What it is used for.")
    budget: MoneyType = fields.bound("The most that the customer wants to spend on the premium.")
    bearable: MoneyType = fields.bound("The largest loss that the customer could bear without insurance.")
    is_owed_care: bool = fields.bound("Whether the customer is 65 or older, or asks for extra care.")
    made_at: datetime = fields.bound("When it was made.")
    chosen_at: datetime | None = fields.bound("When the customer chose.")
    override_reason: str | None = fields.bound("Why the customer chose what he or she was advised against.")
    version: int = fields.bound("How often it was changed: what `expectedVersion` is compared with.")
    customer: Customer | None = fields.bound("The customer who was advised.")
    partner: Partner | None = fields.bound("The partner that advised, or in whose book the customer stands.")
    adviser: Staff | None = fields.bound("Who advised; for staff.")
    chosen: ProductVersion | None = fields.bound("What the customer chose.")
