"""Which products fit a customer, and why: the same answers lead to the same advice, and nothing is hidden."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.money import Money
from domain.products.terms import DeviceCategory, DisclosureLevel, Peril
from domain.quotes.offers import Tariffed, Thing, offered
from domain.quotes.suitability import Candidate, judge
from domain.quotes.terms import Advice, ExclusionTold, Judged, ReasonCode, Verdict
from domain.quotes.wording import SENTENCES, in_words
from domain.risk.terms import DeclaredUse
from domain.staff.terms import ProductGrade
from tests.factories.recommendations import needs
from tests.quotes.terms import sale_terms

TODAY = date(2026, 12, 1)
R = ReasonCode


def candidate(
    name: str = "a", *perils: Peril, warranty_until: date | None = None, exclusion: str = "WEAR", **changes: Any
) -> Candidate:
    """A product that insures drops for 180.00 a year, on the device of the tests."""
    options = {key: changes.pop(key) for key in ("grade", "is_sellable") if key in changes}
    tariff = Tariffed(sale_terms(**changes), frozenset(perils or {Peril.DROP}))
    thing = Thing(
        DeviceCategory.PHONE, price=Money.of("3000.00"), purchased_on=TODAY, warranty_until=warranty_until
    )
    told = (ExclusionTold(exclusion, "磨损", "Wear", DisclosureLevel.KEY),)
    grade = options.pop("grade", ProductGrade.P1)
    return Candidate(name, name, name, grade, tariff, told, offered(tariff, thing, TODAY), **options)


def codes(found: Judged) -> set[ReasonCode]:
    return {each.code for each in found.reasons}


def test_what_covers_all_that_is_wanted_within_the_budget_is_recommended_with_its_price_and_exclusions() -> None:
    (found,), advice = judge(needs(), [candidate()])
    assert (found.verdict, advice) == (Verdict.RECOMMENDED, Advice.BUY)
    assert codes(found) == {R.COVERS_WHAT_IS_WANTED, R.WITHIN_BUDGET, R.BEST_MATCH}
    assert found.premium == Money.of("180.00")
    assert [each.code for each in found.exclusions] == ["WEAR"]


@pytest.mark.parametrize(
    ("product", "changes", "reason"),
    [
        (candidate("a", Peril.THEFT), {}, R.COVERS_NOTHING_WANTED),
        (candidate(), {"budget": Money.of("179.99")}, R.OVER_BUDGET),
        (candidate("a", exclusion="COMMERCIAL"), {"declared_use": DeclaredUse.COMMERCIAL}, R.USE_EXCLUDED),
        (candidate(), {"bearable": Money.of("199.99")}, R.DEDUCTIBLE_BEYOND_MEANS),
        (candidate("a", starts_after_warranty=True), {}, R.NOT_INSURABLE),
    ],
)
def test_what_does_not_fit_is_unsuitable_with_the_reason_and_the_advice_is_not_to_buy(
    product: Candidate, changes: dict[str, Any], reason: ReasonCode
) -> None:
    (found,), advice = judge(needs(**changes), [product])
    assert (found.verdict, advice) == (Verdict.UNSUITABLE, Advice.DO_NOT_BUY)
    assert reason in codes(found)


@pytest.mark.parametrize(
    ("product", "changes", "reason"),
    [
        (candidate(), {"perils": frozenset({Peril.DROP, Peril.THEFT})}, R.LEAVES_OPEN),
        (candidate("a", grade=ProductGrade.P3), {"is_owed_care": True}, R.NEEDS_EXPLAINING),
        (candidate("a", is_sellable=False), {}, R.SELLER_NOT_QUALIFIED),
        (
            candidate("a", Peril.DROP, Peril.BREAKDOWN, warranty_until=TODAY + timedelta(days=183)),
            {"perils": frozenset({Peril.DROP, Peril.BREAKDOWN})}, R.WARRANTY_COVERS_MOST,
        ),
    ],
)  # fmt: skip
def test_what_leaves_a_doubt_may_be_bought_and_is_not_recommended(
    product: Candidate, changes: dict[str, Any], reason: ReasonCode
) -> None:
    (found,), advice = judge(needs(**changes), [product])
    assert (found.verdict, advice) == (Verdict.SUITABLE, Advice.CONSIDER)
    assert reason in codes(found)


def test_whoever_could_bear_the_loss_is_advised_not_to_buy() -> None:
    (found,), advice = judge(needs(bearable=Money.of("3000.00")), [candidate()])
    assert (found.verdict, advice) == (Verdict.SUITABLE, Advice.DO_NOT_BUY)
    assert R.LOSS_IS_BEARABLE in codes(found)


def test_a_warranty_that_runs_for_a_while_is_said_and_does_not_stand_in_the_way() -> None:
    product = candidate("a", Peril.DROP, Peril.BREAKDOWN, warranty_until=TODAY + timedelta(days=90))
    (found,), advice = judge(needs(perils=frozenset({Peril.DROP, Peril.BREAKDOWN})), [product])
    assert (found.verdict, advice) == (Verdict.RECOMMENDED, Advice.BUY)
    assert R.WARRANTY_RUNS in codes(found)
    assert found.overlap_rate == Decimal(90) / 365


def test_the_best_match_leaves_least_open_then_adds_least_then_costs_least() -> None:
    wanted = needs(perils=frozenset({Peril.DROP, Peril.SCREEN}))
    both, more = candidate("both", Peril.DROP, Peril.SCREEN), candidate("more", Peril.DROP, Peril.SCREEN, Peril.THEFT)
    dear = candidate("dear", Peril.DROP, Peril.SCREEN, base_rate=Decimal("0.06"))
    one = candidate("one", Peril.DROP)
    found, _ = judge(wanted, [one, more, dear, both])
    assert [each.version_id for each in found] == ["both", "dear", "more", "one"]
    assert [each.verdict for each in found] == [Verdict.RECOMMENDED, *[Verdict.SUITABLE] * 3]
    assert R.COVERS_MORE in codes(found[2])


def test_nothing_on_sale_is_no_reason_to_buy() -> None:
    assert judge(needs(), []) == ([], Advice.DO_NOT_BUY)


PERILS = st.frozensets(st.sampled_from(list(Peril)), min_size=1)


@given(PERILS, st.lists(PERILS, max_size=6), st.integers(0, 60_000), st.integers(0, 400_000), st.randoms())
def test_the_advice_does_not_hang_on_the_order_of_products_and_says_something_of_each(
    wanted: frozenset[Peril], covers: list[frozenset[Peril]], budget: int, bearable: int, dice: random.Random
) -> None:
    asked = needs(perils=wanted, budget=Money(budget), bearable=Money(bearable))
    products = [candidate(f"{number}", *perils) for number, perils in enumerate(covers)]
    shuffled = dice.sample(products, len(products))
    found = judge(asked, products)
    assert found == judge(asked, shuffled)
    assert {each.version_id for each in found[0]} == {each.version_id for each in products}
    assert all(each.reasons and each.exclusions for each in found[0])
    assert sum(each.verdict is Verdict.RECOMMENDED for each in found[0]) == (found[1] is Advice.BUY)


def test_every_reason_has_words_in_both_languages() -> None:
    assert set(SENTENCES) == set(ReasonCode)
    assert in_words("BEST_MATCH", "zh-CN") != in_words("BEST_MATCH", "en")
