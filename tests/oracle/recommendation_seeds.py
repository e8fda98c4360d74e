"""Recommendations for the seeded world: for customers, partners and nobody yet, some of them followed or not."""

from __future__ import annotations

from uuid import UUID

from domain.kernel.actor import Actor
from domain.kernel.money import Money
from domain.quotes import advising
from tests.factories.insured import Insured
from tests.factories.recommendations import needs, recommended, thing


async def seed_recommendations(covered: list[Insured], actors: dict[str, Actor]) -> None:
    """Each customer and partner has one, a seller another, and one was followed against advice."""
    for each in covered:
        await recommended(each.customer)
        found = await recommended(each.partner, budget=Money.of("1.00"))
        against = UUID(found.judged[0]["version_id"])
        await advising.choose(
            found.id, version_id=against, reason="I want it.", expected_version=1, actor=each.partner
        )
    await recommended(actors["SALES"], customer_id=covered[0].customer_id)
    await advising.advise(needs(), thing(), actor=actors["CUSTOMER_SERVICE"])
