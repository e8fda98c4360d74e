"""What a version offers for a device, beside the version itself."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import strawberry

from api.scalars import MoneyInput, MoneyType
from domain.products.terms import DeviceCategory, DeviceCondition


@strawberry.input(description="A device that somebody asks about.")
class QuotedDeviceInput:
    """A device that somebody asks about."""

    category: DeviceCategory = strawberry.field(description="What kind of device it is.")
    price: MoneyInput = strawberry.field(description="What it cost.")
    purchased_on: date = strawberry.field(description="The day on which it was bought, in the insurer's zone.")
    condition: DeviceCondition = strawberry.field(
        default=DeviceCondition.NEW, description="What it was when it was bought."
    )
    warranty_until: date | None = strawberry.field(
        default=None, description="The day after the maker's warranty ends, where there is one."
    )


@strawberry.type(description="Why a version does not insure a device.")
class OfferObjection:
    """Why a version does not insure a device."""

    code: str = strawberry.field(description="The stable code: that of the refusal a sale would meet.")
    message: str = strawberry.field(description="A sentence in the reader's language.")


@strawberry.type(
    description="What a version offers for a device today 报价: a price that nothing is added to, or why there is none."
)
class ProductOffer:
    """What a version offers for a device today."""

    premium: MoneyType | None = strawberry.field(description="What the cover costs in all 保费; null without an offer.")
    net: MoneyType | None = strawberry.field(description="The premium without tax.")
    tax: MoneyType | None = strawberry.field(description="The tax inside the premium 增值税.")
    is_minimum: bool | None = strawberry.field(description="Whether the tariff alone would cost less than the minimum.")
    sum_insured: MoneyType | None = strawberry.field(description="The most that is paid over the whole term 保险金额.")
    starts_on: date | None = strawberry.field(description="The first day of the cover.")
    covered_from: date | None = strawberry.field(
        description="The first day on which a loss is covered: after the waiting period, where there is one."
    )
    ends_on: date | None = strawberry.field(description="The day after the last day of the cover.")
    overlap_days: int = strawberry.field(
        description="Days of the cover on which the maker's warranty still answers for breakdowns."
    )
    overlap_rate: Decimal | None = strawberry.field(
        description="The same as a share of the cover's days, 0 to 1: so far it is not needed for breakdowns."
    )
    objections: list[OfferObjection] = strawberry.field(
        description="Why the device is not insured; empty exactly when there is a premium."
    )
