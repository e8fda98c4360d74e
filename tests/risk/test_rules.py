"""The arithmetic of credit, held to the worked examples of the field."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.kernel.refusals import Invalid, Refusal
from domain.risk import rules
from domain.risk.refusals import BandsOutOfOrder, BinsIncomplete, CountsDiffer, EmptyBin
from domain.risk.rules import NoOdds
from domain.risk.terms import (
    Band,
    Bin,
    CreditAction,
    CreditCharacteristic,
    CreditGrade,
    DeclaredUse,
    IdentityStatus,
    Rating,
    Scale,
    ScorecardTerms,
)
from tests.factories.credit import BANDS, CLAIM_BINS, CLAIMS, SCALE, USE, USE_BINS, card, facts

D = Decimal
TENURE, IDENTITY = CreditCharacteristic.TENURE_MONTHS, CreditCharacteristic.IDENTITY
odds = st.decimals("0.000001", "1000000", places=6)
counts = st.integers(1, 10**6)
scales = st.builds(
    Scale, st.decimals("1", "200", places=2), st.decimals("0", "1000", places=2), st.decimals("0.01", "1000", places=2)
)


def to(places: int, exact: Decimal) -> Decimal:
    return round(exact, places)


def test_the_scale_of_the_field() -> None:
    assert to(4, rules.factor(SCALE)) == D("28.8539")
    assert to(4, rules.offset(SCALE)) == D("487.1229")
    assert rules.score(SCALE, D(50)) == D("600.00")
    assert rules.score(SCALE, D(100)) == D("620.00")


@pytest.mark.parametrize(
    ("default", "expected"),
    [("0.01", "619.71"), ("0.02", "599.42"), ("0.05", "572.08"), ("0.10", "550.52"), ("0.20", "527.12")],
)
def test_a_probability_of_default_is_a_score_and_back(default: str, expected: str) -> None:
    assert rules.score_of_default(SCALE, D(default)) == D(expected)
    assert abs(rules.default_of(SCALE, D(expected)) - D(default)) < D("0.0001")


def test_weights_of_evidence_and_the_information_value_of_the_field() -> None:
    weights = [to(6, rules.woe(each, CLAIM_BINS)) for each in CLAIM_BINS]
    assert weights == [D("0.559616"), D("-0.405465"), D("-1.098612")]
    assert to(6, rules.information_value(CLAIM_BINS)) == D("0.428154")


@pytest.mark.parametrize("wrong", ["0", "-1"])
def test_there_is_no_score_without_odds(wrong: str) -> None:
    flat, endless = replace(SCALE, pdo=D(wrong)), replace(SCALE, base_odds=D(wrong))
    asked = (
        partial(rules.score, SCALE, D(wrong)),
        partial(rules.score_of_default, SCALE, D(wrong)),
        partial(rules.score_of_default, SCALE, 1 - D(wrong)),
        partial(rules.factor, flat),
        partial(rules.odds_of, flat, D(600)),
        partial(rules.offset, endless),
    )
    for each in asked:
        with pytest.raises(NoOdds):
            each()


@given(scale=scales, one=odds, other=odds)
def test_more_odds_are_never_less_score(scale: Scale, one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    assert rules.score(scale, low) <= rules.score(scale, high)
    assert abs(rules.score(scale, low * 2) - rules.score(scale, low) - scale.pdo) <= D("0.01")


@given(scale=scales, found=odds)
def test_a_score_stands_for_its_odds(scale: Scale, found: Decimal) -> None:
    shown = rules.score(scale, found)
    assert rules.score(scale, rules.odds_of(scale, shown)) == shown
    assert 0 < rules.default_of(scale, shown) < 1


@given(pairs=st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=6))
def test_a_bin_on_one_side_only_is_refused_and_never_divides_by_zero(pairs: list[tuple[int, int]]) -> None:
    bins = [Bin(CLAIMS, goods, bads, place, place + 1) for place, (goods, bads) in enumerate(pairs)]
    if all(goods and bads for goods, bads in pairs):
        assert rules.information_value(bins) >= 0
        return
    with pytest.raises(EmptyBin):
        rules.information_value(bins)
    empty = [each for each in bins if not each.goods or not each.bads]
    for each in empty:
        with pytest.raises(EmptyBin):
            rules.woe(each, bins)


def test_counts_are_not_smoothed() -> None:
    bins = (Bin(CLAIMS, 700, 40, 0, 1), Bin(CLAIMS, 200, 0, 1, 2), Bin(CLAIMS, 100, 30, 2))
    with pytest.raises(EmptyBin) as raised:
        rules.woe(bins[1], bins)
    assert (raised.value.characteristic, raised.value.bin) == (CLAIMS, "[1, 2)")


def rating(claims: int = 0, use: DeclaredUse = DeclaredUse.PRIVATE, **changes: Any) -> Rating:
    return rules.rate(card(**changes), facts(claims_reported=claims, declared_use=use).values())


def test_a_score_is_the_offset_the_prior_odds_and_the_weights_of_its_bins() -> None:
    # 487.1229 + 28.8539 * (ln 10 + 0.559616 + 0.251314) = 576.96; + 28.8539 * (ln 10 - 1.098612 - 1.098612) = 490.16
    best, worst = rating(), rating(7, DeclaredUse.COMMERCIAL)
    assert (best.score, best.band.grade) == (D("576.96"), CreditGrade.C)
    assert (worst.score, worst.band.grade) == (D("490.16"), CreditGrade.E)
    assert [(each.bin, each.points) for each in best.points] == [("[0, 1)", D("16.15")), ("PRIVATE", D("7.25"))]


def test_reasons_are_what_costs_most_and_equals_stand_in_a_fixed_order() -> None:
    worst = rating(2, DeclaredUse.COMMERCIAL)
    assert [(each.characteristic, each.cost) for each in worst.points] == [(CLAIMS, D("47.85")), (USE, D("38.95"))]
    private = rating(0, DeclaredUse.COMMERCIAL)
    assert [(each.characteristic, each.cost) for each in private.points] == [(USE, D("38.95")), (CLAIMS, D("0.00"))]
    assert [each.characteristic for each in rating(bins=USE_BINS + CLAIM_BINS).points] == [CLAIMS, USE]


@st.composite
def scorecards(draw: st.DrawFn) -> ScorecardTerms:
    """Sound scorecards over claims, tenure and identity, of any counts."""
    cut, step = draw(st.integers(1, 5)), draw(st.integers(1, 30))
    numbers = draw(st.lists(st.tuples(counts, counts), min_size=2, max_size=2))
    goods, bads = (sum(each[side] for each in numbers) for side in (0, 1))
    assume(goods > 2 and bads > 2)
    first, last = draw(st.integers(1, goods - 1)), draw(st.integers(1, bads - 1))
    bins = (
        Bin(CLAIMS, *numbers[0], 0, cut), Bin(CLAIMS, *numbers[1], cut),
        Bin(TENURE, first, last, 0, step), Bin(TENURE, goods - first, bads - last, step),
        Bin(IDENTITY, goods - first, last, value=IdentityStatus.VERIFIED),
        Bin(IDENTITY, first, bads - last, value=IdentityStatus.UNVERIFIED),
    )  # fmt: skip
    return card(scale=draw(scales), bins=bins)


@given(
    terms=scorecards(), claims=st.integers(0, 9), tenure=st.integers(0, 60), identity=st.sampled_from(IdentityStatus)
)
def test_points_add_up_to_the_score(
    terms: ScorecardTerms, claims: int, tenure: int, identity: IdentityStatus
) -> None:
    assert rules.faults_of(terms) == []
    known = facts(claims_reported=claims, tenure_months=tenure, identity=identity).values()
    found = rules.rate(terms, known)
    assert found.base_points + sum(each.points for each in found.points) == found.score
    assert all(each.cost >= 0 for each in found.points)
    assert sorted((each.cost for each in found.points), reverse=True) == [each.cost for each in found.points]
    exact = rules.offset(terms.scale) + rules.factor(terms.scale) * (
        (D(rules.counted(terms.bins)[0]) / rules.counted(terms.bins)[1]).ln()
        + sum(
            rules.woe(each, bins) for key, bins in rules.by_characteristic(terms.bins).items()
            for each in bins if each.holds(known[key])
        )
    )  # fmt: skip
    assert abs(found.score - exact) <= D("0.005001")


@given(one=st.decimals("0", "1000", places=2), other=st.decimals("0", "1000", places=2))
def test_a_better_score_never_has_a_worse_grade_or_factor(one: Decimal, other: Decimal) -> None:
    low, high = (rules.band_of(each, BANDS) for each in sorted((one, other)))
    assert high.grade <= low.grade
    assert (high.premium_factor or 99) <= (low.premium_factor or 99)


@pytest.mark.parametrize(
    ("score", "grade"),
    [
        ("900.00", "A"), ("620.00", "A"), ("619.99", "B"), ("590.00", "B"), ("589.99", "C"), ("560.00", "C"),
        ("559.99", "D"), ("530.00", "D"), ("529.99", "E"), ("-50.00", "E"),
    ],
)  # fmt: skip
def test_a_grade_begins_at_its_least_score(score: str, grade: str) -> None:
    assert rules.band_of(D(score), reversed(BANDS)).grade == grade


def test_no_action_refuses_a_customer() -> None:
    assert set(CreditAction) == {"ACCEPT", "SURCHARGE", "SURCHARGE_OR_GUARANTEE", "REFER"}
    assert rules.band_of(D("-99999.99"), BANDS).credit_action is CreditAction.REFER


RANGES: dict[str, tuple[Bin, ...]] = {
    "a gap": (CLAIM_BINS[0], Bin(CLAIMS, 300, 60, 2)),
    "an overlap": (Bin(CLAIMS, 700, 40, 0, 2), CLAIM_BINS[1], CLAIM_BINS[2]),
    "no beginning": (Bin(CLAIMS, 700, 40, 1, 2), Bin(CLAIMS, 300, 60, 2)),
    "a closed end": (Bin(CLAIMS, 700, 40, 0, 2), Bin(CLAIMS, 300, 60, 2, 9)),
    "an empty range": (Bin(CLAIMS, 500, 20, 0, 0), Bin(CLAIMS, 500, 80, 0)),
    "a range twice": (CLAIM_BINS[0], CLAIM_BINS[1], CLAIM_BINS[1], CLAIM_BINS[2]),
    "a value among ranges": (*CLAIM_BINS, Bin(CLAIMS, 1, 1, value="3")),
    "a value missing": (USE_BINS[0],),
    "a value twice": (*USE_BINS, USE_BINS[1]),
    "an unknown value": (*USE_BINS, Bin(USE, 1, 1, value="LENT")),
    "a range among values": (*USE_BINS, Bin(USE, 1, 1, 0)),
}


@pytest.mark.parametrize("fault", RANGES)
def test_bins_hold_every_value_once(fault: str) -> None:
    assert [type(each) for each in rules.faults_of(card(bins=RANGES[fault]))] == [BinsIncomplete]


def band(grade: str, least: str | None, factor: str | None, action: str) -> Band:
    """A band."""
    least_score, premium_factor = (None if each is None else D(each) for each in (least, factor))
    return Band(CreditGrade(grade), least_score, premium_factor, CreditAction(action))


A, E = band("A", "600", "1.0", "ACCEPT"), band("E", None, None, "REFER")
ORDERS: dict[str, tuple[Band, ...]] = {
    "no bands": (),
    "no end": (A,),
    "two ends": (A, band("D", None, "1.2", "SURCHARGE"), E),
    "a grade twice": (A, band("A", "500", "1.1", "SURCHARGE"), E),
    "scores that rise": (A, band("B", "600", "1.1", "SURCHARGE"), E),
    "factors that fall": (band("A", "600", "1.2", "SURCHARGE"), band("B", "500", "1.1", "SURCHARGE"), E),
    "a factor behind a referral": (band("A", "600", None, "REFER"), band("B", None, "1.1", "SURCHARGE")),
    "a referral with a factor": (A, band("E", None, "1.1", "REFER")),
    "no factor without a referral": (A, band("E", None, None, "SURCHARGE")),
    "a surcharge that is accepted": (band("A", "600", "1.01", "ACCEPT"), E),
    "a surcharge of nothing": (band("A", "600", "1", "SURCHARGE"), E),
    "a factor of nothing": (band("A", "600", "0", "ACCEPT"), E),
}


@pytest.mark.parametrize("fault", ORDERS)
def test_bands_say_for_every_score_what_it_is(fault: str) -> None:
    assert [type(each) for each in rules.faults_of(card(bands=ORDERS[fault]))] == [BandsOutOfOrder]


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ({}, []),
        ({"bands": (E, A)}, []),
        ({"bins": ()}, [Invalid]),
        ({"valid_days": 0}, [Invalid]),
        ({"scale": Scale(D(0), D(600), D(0))}, [Invalid, Invalid]),
        ({"bins": (*CLAIM_BINS, *(replace(each, goods=each.goods + 1) for each in USE_BINS))}, [CountsDiffer]),
        ({"bins": (Bin(CLAIMS, 1000, 0, 0, 1), Bin(CLAIMS, 0, 100, 1))}, [EmptyBin, EmptyBin]),
        ({"bins": (Bin(CLAIMS, 1000, 0, 0, 1), *USE_BINS)}, [EmptyBin, BinsIncomplete, CountsDiffer]),
    ],
)
def test_everything_that_is_wrong_with_a_scorecard_is_told_at_once(
    changes: dict[str, Any], kinds: list[type[Refusal]]
) -> None:
    assert [type(each) for each in rules.faults_of(card(**changes))] == kinds


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2026, 1, 31), date(2026, 2, 28), 0), (date(2026, 1, 15), date(2026, 2, 15), 1),
        (date(2026, 1, 15), date(2026, 2, 14), 0), (date(2024, 2, 29), date(2025, 2, 28), 11),
        (date(2024, 2, 29), date(2025, 3, 1), 12), (date(2026, 5, 1), date(2026, 4, 1), 0),
    ],
)  # fmt: skip
def test_months_count_once_they_are_whole(start: date, end: date, months: int) -> None:
    assert rules.whole_months(start, end) == months


@pytest.mark.parametrize(
    ("day", "since"), [(date(2026, 11, 28), date(2023, 11, 28)), (date(2024, 2, 29), date(2021, 3, 1))]
)
def test_three_years_back(day: date, since: date) -> None:
    assert rules.years_back(day) == since
