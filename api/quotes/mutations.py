"""Changes of quotes: each decodes its input and calls the verb of its stage."""

from __future__ import annotations

import strawberry

from api.changes import Changed, change, changed
from api.inputs import row_id, value_of
from api.quotes.inputs import RecommendationChooseInput, RecommendationMakeInput
from api.quotes.recommendations import Recommendation
from domain.access.terms import ApiScope
from domain.customers.reading import CUSTOMER
from domain.kernel.actor import Actor
from domain.products.reading import PRODUCT_VERSION
from domain.quotes import advising
from domain.quotes.advising import ADVISERS
from domain.quotes.offers import Thing
from domain.quotes.reading import RECOMMENDATION
from domain.quotes.terms import Needs


@change(*ADVISERS, scope=ApiScope.SELL, recommendation=Recommendation)
async def recommendation_make(given: RecommendationMakeInput, actor: Actor) -> Changed:
    """Judges every product on sale for a customer's needs and means, says why, and keeps what was said 产品推荐."""
    device, customer = given.device, value_of(given.customer_id)
    thing = Thing(
        device.category,
        device.price.money("input", "device", "price"),
        device.purchased_on,
        device.condition,
        device.warranty_until,
    )
    needs = Needs(
        perils=frozenset(given.perils),
        declared_use=given.declared_use,
        budget=given.budget.money("input", "budget"),
        bearable=given.bearable.money("input", "bearable"),
        is_owed_care=given.is_owed_care,
    )
    customer_id = row_id(CUSTOMER.prefix, customer) if customer is not None else None
    found = await advising.advise(needs, thing, customer_id=customer_id, actor=actor)
    return changed(recommendation=found.id)


@change(*ADVISERS, scope=ApiScope.SELL, recommendation=Recommendation)
async def recommendation_choose(given: RecommendationChooseInput, actor: Actor) -> Changed:
    """Writes down what the customer chose, once; against advice only with the customer's own reason."""
    found = await advising.choose(
        row_id(RECOMMENDATION.prefix, given.recommendation_id),
        version_id=row_id(PRODUCT_VERSION.prefix, given.product_version_id),
        reason=value_of(given.reason),
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(recommendation=found.id)


@strawberry.type
class QuotesMutations:
    """Changes of quotes."""

    recommendation_make = recommendation_make
    recommendation_choose = recommendation_choose
