"""The arithmetic of credit: odds and scores, weights of evidence, and the rating of a customer. All exact decimals.

Source: Siddiqi, Credit Risk Scorecards (2006), chapter 6: score = offset + factor * ln(odds); weight of evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from itertools import pairwise

from domain.kernel.refusals import Invalid, Refusal
from domain.risk.refusals import BandsOutOfOrder, BinsIncomplete, CountsDiffer, EmptyBin
from domain.risk.terms import (
    BEST_FIRST,
    CATEGORIES,
    Band,
    Bin,
    CreditAction,
    CreditCharacteristic,
    Points,
    Rating,
    Scale,
    ScorecardTerms,
)

EXACT = Context(prec=34, rounding=ROUND_HALF_UP)
HUNDREDTH, ONE = Decimal("0.01"), Decimal(1)
YEARS_BACK = 3
"""How far CLAIMS_3Y and PAYMENT_DEFAULTS look back; part of what these facts are."""


class NoOdds(ValueError):
    """Odds are above 0, and a probability of default lies between 0 and 1: at the ends there is no score."""


def factor(scale: Scale) -> Decimal:
    """Points for each unit of log-odds: PDO / ln 2.

    Raises: NoOdds for a scale on which more odds are no more points.
    """
    if scale.pdo <= 0:
        raise NoOdds("points that double the odds are above 0")
    with localcontext(EXACT):
        return scale.pdo / Decimal(2).ln()


def offset(scale: Scale) -> Decimal:
    """The score of even odds: base score - factor * ln(base odds).

    Raises: NoOdds.
    """
    with localcontext(EXACT):
        return scale.base_score - factor(scale) * _log(scale.base_odds)


def score(scale: Scale, odds: Decimal) -> Decimal:
    """The score of odds good to bad, to two places.

    Raises: NoOdds.
    """
    with localcontext(EXACT):
        return rounded(offset(scale) + factor(scale) * _log(odds))


def score_of_default(scale: Scale, probability: Decimal) -> Decimal:
    """The score of a probability of default.

    Raises: NoOdds for one that is not between 0 and 1.
    """
    if not 0 < probability < 1:
        raise NoOdds("a probability of default lies between 0 and 1")
    with localcontext(EXACT):
        return score(scale, (1 - probability) / probability)


def odds_of(scale: Scale, points: Decimal) -> Decimal:
    """The odds good to bad that a score stands for.

    Raises: NoOdds.
    """
    with localcontext(EXACT):
        return ((points - offset(scale)) / factor(scale)).exp()


def default_of(scale: Scale, points: Decimal) -> Decimal:
    """The probability of default that a score stands for.

    Raises: NoOdds.
    """
    with localcontext(EXACT):
        return 1 / (1 + odds_of(scale, points))


def woe(found: Bin, among: Sequence[Bin]) -> Decimal:
    """The weight of evidence 证据权重 of a bin among those of its characteristic: ln(share of goods / share of bads).

    Raises: EmptyBin where a share is 0; counts are not smoothed.
    """
    goods, bads = counted(among)
    if min(found.goods, found.bads, goods, bads) <= 0:
        raise EmptyBin(found.characteristic, found.label)
    with localcontext(EXACT):
        return (Decimal(found.goods) * bads / (Decimal(found.bads) * goods)).ln()


def information_value(among: Sequence[Bin]) -> Decimal:
    """How well a characteristic tells goods from bads 信息值: the sum of (share of goods - share of bads) * WOE.

    Raises: EmptyBin.
    """
    goods, bads = counted(among)
    with localcontext(EXACT):
        weighed = [(each, woe(each, among)) for each in among]
        parts = [(Decimal(each.goods) / goods - Decimal(each.bads) / bads) * weight for each, weight in weighed]
        return sum(parts, Decimal(0))


def rate(card: ScorecardTerms, facts: Mapping[CreditCharacteristic, int | str]) -> Rating:
    """Scores a customer: offset + factor * (ln(prior odds) + the WOE of each bin that the facts fall into).

    The score is rounded once. What rounding leaves of the points of the characteristics stands in the base points.
    Raises: EmptyBin, NoOdds, LookupError for a scorecard that `faults_of` finds fault with, or a fact it lacks.
    """
    grouped = by_characteristic(card.bins)
    with localcontext(EXACT):
        exact, points = Decimal(0), list[Points]()
        for characteristic, bins in grouped.items():
            worth = {each: factor(card.scale) * woe(each, bins) for each in bins}
            found = _bin_of(facts[characteristic], bins)
            exact += worth[found]
            own = rounded(worth[found])
            points.append(Points(characteristic, found.label, own, rounded(max(worth.values())) - own))
        goods, bads = counted(next(iter(grouped.values())))  # the same of every characteristic
        total = rounded(exact + offset(card.scale) + factor(card.scale) * _log(Decimal(goods) / bads))
        base = total - sum((each.points for each in points), Decimal(0))
    return Rating(total, band_of(total, card.bands), base, tuple(sorted(points, key=lambda each: -each.cost)))


def band_of(total: Decimal, bands: Iterable[Band]) -> Band:
    """The band of a score: the best grade whose least score it reaches.

    Raises: LookupError where no band takes what is left.
    """
    for each in best_first(bands):
        if each.least_score is None or total >= each.least_score:
            return each
    raise LookupError(f"no band takes the score {total}")


def faults_of(card: ScorecardTerms) -> list[Refusal]:
    """Everything that keeps a scorecard from rating every customer, all at once."""
    grouped, bins = by_characteristic(card.bins), ("input", "bins")
    above_zero: dict[str, Decimal | int] = {
        "pdo": card.scale.pdo, "baseOdds": card.scale.base_odds, "validDays": card.valid_days,
    }
    found: list[Refusal] = [Invalid("min", path=("input", name)) for name, each in above_zero.items() if each <= 0]
    if not grouped:
        found.append(Invalid("required", path=bins))
    found += [
        EmptyBin(each.characteristic, each.label, path=bins) for each in card.bins if min(each.goods, each.bads) <= 0
    ]
    found += [BinsIncomplete(each, path=bins) for each, of_it in grouped.items() if not _is_complete(each, of_it)]
    totals = {each: counted(of_it) for each, of_it in grouped.items()}
    found += [CountsDiffer(each, path=bins) for each in totals if totals[each] != next(iter(totals.values()))]
    if not _are_in_order(card.bands):
        found.append(BandsOutOfOrder(path=("input", "bands")))
    return found


def by_characteristic(bins: Iterable[Bin]) -> dict[CreditCharacteristic, list[Bin]]:
    """Bins by what they tell apart, in the order of the characteristics."""
    all_bins = list(bins)
    grouped = {each: [found for found in all_bins if found.characteristic is each] for each in CreditCharacteristic}
    return {each: found for each, found in grouped.items() if found}


def best_first(bands: Iterable[Band]) -> list[Band]:
    """Bands from the best grade down."""
    return sorted(bands, key=lambda each: BEST_FIRST.index(each.grade))


def counted(bins: Iterable[Bin]) -> tuple[int, int]:
    """How many customers turned out well and badly in all."""
    all_bins = list(bins)
    return sum(each.goods for each in all_bins), sum(each.bads for each in all_bins)


def whole_months(start: date, end: date) -> int:
    """How many whole months have passed between two days; none before the first."""
    months = (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
    return max(0, months)


def years_back(day: date) -> date:
    """The day from which on claims and lapses count; that of a leap day is the first of March."""
    if (day.month, day.day) == (2, 29):
        return date(day.year - YEARS_BACK, 3, 1)
    return day.replace(year=day.year - YEARS_BACK)


def rounded(exact: Decimal) -> Decimal:
    """To two places, half up."""
    return exact.quantize(HUNDREDTH, ROUND_HALF_UP)


def _log(odds: Decimal) -> Decimal:
    if odds <= 0:
        raise NoOdds("odds are above 0")
    return odds.ln()


def _bin_of(value: int | str, bins: Iterable[Bin]) -> Bin:
    for each in bins:
        if each.holds(value):
            return each
    raise LookupError("no bin holds the fact")


def _is_complete(characteristic: CreditCharacteristic, bins: Sequence[Bin]) -> bool:
    """Whether every value falls into exactly one of the bins."""
    if kind := CATEGORIES.get(characteristic):
        names = sorted(each.value or "" for each in bins)
        return names == sorted(kind) and all(each.lower is each.upper is None for each in bins)
    ranges = [(each.lower, each.upper) for each in bins if each.lower is not None and each.value is None]
    ranges.sort(key=lambda each: each[0])
    if len(ranges) < len(bins) or ranges[0][0] != 0 or ranges[-1][1] is not None:
        return False
    return all(upper == following and lower < following for (lower, upper), (following, _) in pairwise(ranges))


def _are_in_order(bands: Sequence[Band]) -> bool:
    """Whether every score has one grade, and a better score never a worse factor."""
    ordered = best_first(bands)
    if len({each.grade for each in bands}) < len(bands) or not ordered or ordered[-1].least_score is not None:
        return False
    return all(map(_is_sound, ordered)) and all(_is_better(one, other) for one, other in pairwise(ordered))


def _is_sound(band: Band) -> bool:
    if band.premium_factor is None or band.credit_action is CreditAction.REFER:
        return band.premium_factor is None and band.credit_action is CreditAction.REFER
    is_surcharge = band.credit_action is not CreditAction.ACCEPT
    return band.premium_factor > 0 and is_surcharge == (band.premium_factor > ONE)


def _is_better(one: Band, other: Band) -> bool:
    """Whether the first of two bands takes higher scores and asks for no more than the second."""
    if one.least_score is None or (other.least_score is not None and one.least_score <= other.least_score):
        return False
    if one.premium_factor is None:
        return other.premium_factor is None
    return other.premium_factor is None or one.premium_factor <= other.premium_factor
