"""A recommendation is made from what is on sale, kept as it was said, and chosen from once."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from tortoise import Tortoise

from domain.audit.models import AuditEntry
from domain.kernel import clock
from domain.kernel.actor import Role
from domain.kernel.money import Currency, Money
from domain.kernel.refusals import Forbidden, NotFound, StaleVersion
from domain.quotes import advising
from domain.quotes.models import Recommendation
from domain.quotes.reading import RECOMMENDATION
from domain.quotes.refusals import AdvisedAgainst, ChosenAlready, NotJudged
from domain.quotes.terms import Advice, Verdict
from domain.staff.models import Staff
from domain.staff.terms import ProductGrade
from tests.face.conftest import Face
from tests.factories.insured import insured, staff, version_drafted, version_in_review, version_on_sale
from tests.factories.readers import plan_of, rows_seen
from tests.factories.recommendations import needs, recommended, thing
from tests.factories.unchanged import refused, refused_together

pytestmark = pytest.mark.usefixtures("database")


def of(found: Recommendation, version_id: UUID) -> dict[str, object]:
    return next(each for each in found.judged if each["version_id"] == str(version_id))


async def test_every_product_on_sale_is_judged_and_nothing_else() -> None:
    covered, other = await insured(), await version_on_sale()
    await version_drafted()
    await version_in_review()
    found = await recommended(covered.customer)
    assert len(found.judged) == 2
    assert of(found, other)["verdict"] in {Verdict.RECOMMENDED, Verdict.SUITABLE}
    assert (found.customer_id, found.partner_id) == (covered.customer_id, covered.partner_id)
    assert await AuditEntry.filter(subject_id=found.id, action="recommendation:make").count() == 1


async def test_an_adviser_recommends_only_what_he_or_she_is_qualified_for() -> None:
    version_id, sales = await version_on_sale(grade=ProductGrade.P3), await staff(Role.SALES)
    found = await recommended(sales)
    assert "SELLER_NOT_QUALIFIED" in {each["code"] for each in of(found, version_id)["reasons"]}  # type: ignore[attr-defined]
    await Staff.filter(id=sales.staff_id).update(sales_grade=ProductGrade.P3, qualified_until=clock.today())
    assert (await recommended(sales)).advice is Advice.BUY


async def test_needs_without_perils_and_amounts_in_several_currencies_are_refused_together() -> None:
    covered = await insured()
    wrong = needs(perils=frozenset(), budget=Money(-1), bearable=Money(1, Currency.USD))
    async with refused_together() as raised:
        await advising.advise(wrong, thing(), actor=covered.customer)
    assert [each.path[-1] for each in raised.value.all] == ["perils", "budget", "bearable"]
    async with refused(NotFound):
        await advising.advise(needs(), thing(), customer_id=uuid4(), actor=covered.partner)
    clerk = await staff(Role.HR)
    async with refused(Forbidden):
        await advising.advise(needs(), thing(), actor=clerk)


async def test_a_choice_is_made_once_and_only_of_what_was_judged() -> None:
    covered = await insured()
    found = await recommended(covered.customer)
    draft, later = await version_drafted(), await version_on_sale()
    async with refused(NotFound):
        await advising.choose(found.id, version_id=draft, expected_version=1, actor=covered.customer)
    async with refused(NotJudged):
        await advising.choose(found.id, version_id=later, expected_version=1, actor=covered.customer)
    best = UUID(found.judged[0]["version_id"])
    async with refused(StaleVersion):
        await advising.choose(found.id, version_id=best, expected_version=2, actor=covered.customer)
    chosen = await advising.choose(found.id, version_id=best, expected_version=1, actor=covered.customer)
    assert (chosen.chosen_id, chosen.override_reason) == (best, None)
    async with refused(ChosenAlready):
        await advising.choose(found.id, version_id=best, expected_version=2, actor=covered.customer)


async def test_what_was_advised_against_is_chosen_only_with_the_customers_reason() -> None:
    covered = await insured()
    found = await recommended(covered.customer, budget=Money.of("1.00"))
    best = UUID(found.judged[0]["version_id"])
    assert found.advice is Advice.DO_NOT_BUY
    async with refused(AdvisedAgainst):
        await advising.choose(found.id, version_id=best, expected_version=1, actor=covered.customer)
    chosen = await advising.choose(
        found.id, version_id=best, reason="It is a gift.", expected_version=1, actor=covered.customer
    )
    assert chosen.override_reason == "It is a gift."


async def test_what_was_said_never_changes() -> None:
    covered = await insured()
    found = await recommended(covered.customer)
    connection = Tortoise.get_connection("default")
    for statement in ("UPDATE recommendation SET advice = 'BUY', judged = '[]'", "DELETE FROM recommendation"):
        with pytest.raises(Exception, match="what was recommended stands"):
            await connection.execute_query(statement)
    assert (await Recommendation.get(id=found.id)).judged == found.judged


async def test_customers_partners_and_sellers_see_their_own_and_the_house_sees_all() -> None:
    covered, stranger, sales = await insured(), await insured(), await staff(Role.SALES)
    await recommended(covered.customer)
    await recommended(sales)
    for actor, number in (
        (covered.customer, 1), (covered.partner, 1), (sales, 1), (await staff(Role.COMPLIANCE), 2),
        (stranger.customer, 0), (stranger.partner, 0), (await staff(Role.SALES), 0), (await staff(Role.FINANCE), 0),
    ):  # fmt: skip
        assert len(await rows_seen(RECOMMENDATION, actor)) == number
    assert "Seq Scan" not in await plan_of(RECOMMENDATION, covered.customer, "RECORDED")


MAKE = """mutation($input: RecommendationMakeInput!) {
  recommendationMake(input: $input) {
    recommendation {
      advice wantedPerils judged {
        name verdict premium {amount} deductible {amount} overlapRate exclusions {code text} reasons {code message}
      }
    }
    errors {code path}
  }
}"""


async def test_advice_over_the_schema_hides_nothing_and_speaks_the_readers_language(face: Face) -> None:
    covered = await insured()
    given = {
        "device": {"category": "PHONE", "price": {"amount": "3000.00"}, "purchasedOn": clock.today().isoformat()},
        "perils": ["DROP"], "declaredUse": "PRIVATE", "budget": {"amount": "500.00"}, "bearable": {"amount": "900.00"},
    }  # fmt: skip
    payload = (await face.data(MAKE, covered.customer, input=given))["recommendationMake"]
    assert payload["errors"] == []
    (judged,) = payload["recommendation"]["judged"]
    assert payload["recommendation"]["wantedPerils"] == ["DROP"]
    assert (judged["premium"], judged["deductible"]) == ({"amount": "180.00"}, {"amount": "200.00"})
    assert judged["exclusions"] and all(each["message"] for each in judged["reasons"])
    wrong = given | {"bearable": {"amount": "1.00", "currency": "USD"}}
    payload = (await face.data(MAKE, covered.customer, input=wrong))["recommendationMake"]
    assert payload["recommendation"] is None
    assert payload["errors"] == [{"code": "VALIDATION", "path": ["input", "bearable"]}]
