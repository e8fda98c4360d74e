"""What callers say when they ask for advice."""

from __future__ import annotations

import strawberry

from api import inputs
from api.products.offers import QuotedDeviceInput
from api.scalars import MoneyInput
from domain.products.terms import Peril
from domain.risk.terms import DeclaredUse


@strawberry.input(description="What a customer needs and can bear, and the device that it is about.")
class RecommendationMakeInput:
    """What a customer needs and can bear."""

    device: QuotedDeviceInput = inputs.plain("The device.")
    perils: list[Peril] = inputs.many("What it should be insured against.")
    declared_use: DeclaredUse = inputs.plain("What it is used for.")
    budget: MoneyInput = inputs.plain("The most to spend on the premium.")
    bearable: MoneyInput = inputs.plain("The largest loss that could be borne without insurance.")
    is_owed_care: bool = strawberry.field(
        default=False, description="Whether the customer is 65 or older, or asks for extra care."
    )
    customer_id: strawberry.Maybe[strawberry.ID | None] = inputs.plain(
        "The customer who is advised; yourself, or nobody we know yet, if none is given."
    )


@strawberry.input(description="What a customer chose of what was recommended or not.")
class RecommendationChooseInput:
    """What a customer chose."""

    recommendation_id: strawberry.ID = inputs.plain("The recommendation.")
    product_version_id: strawberry.ID = inputs.plain("The product that was chosen.")
    reason: strawberry.Maybe[str | None] = inputs.lines(
        "Why the customer wants it although he or she was advised against it, in his or her words.", 2_000
    )
    expected_version: int = inputs.version()
