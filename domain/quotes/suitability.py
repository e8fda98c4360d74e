"""Which products fit a customer: graded, matched, and explained. The same answers always lead to the same advice.

Pure. Source: NFRA Order 2025-7 arts. 32-35; Measures 二(二) (suitable, objective, nothing exaggerated).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from domain.quotes.offers import Offer, Tariffed
from domain.quotes.terms import Advice, ExclusionTold, Judged, Needs, Reason, ReasonCode, Verdict
from domain.risk.terms import DeclaredUse
from domain.staff.terms import ProductGrade

MOSTLY = Decimal("0.5")
"""From this share of the cover's days on, the maker's warranty makes it hardly needed for breakdowns."""
COMMERCIAL = "COMMERCIAL"
"""The code under which products exclude commercial use."""
AGAINST = frozenset(
    {
        ReasonCode.NOT_INSURABLE,
        ReasonCode.COVERS_NOTHING_WANTED,
        ReasonCode.OVER_BUDGET,
        ReasonCode.USE_EXCLUDED,
        ReasonCode.DEDUCTIBLE_BEYOND_MEANS,
    }
)
"""Reasons for which a product is unsuitable."""
DOUBTS = frozenset(
    {
        ReasonCode.LEAVES_OPEN,
        ReasonCode.WARRANTY_COVERS_MOST,
        ReasonCode.LOSS_IS_BEARABLE,
        ReasonCode.NEEDS_EXPLAINING,
        ReasonCode.SELLER_NOT_QUALIFIED,
    }
)
"""Reasons for which a product is not recommended, though it may be bought."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A product as it is judged: what it is, what it offers for the device, and whether this adviser may sell it."""

    version_id: str
    name_zh: str
    name_en: str
    grade: ProductGrade
    tariff: Tariffed
    exclusions: tuple[ExclusionTold, ...]
    offer: Offer
    is_sellable: bool = True


def judge(needs: Needs, candidates: Iterable[Candidate]) -> tuple[list[Judged], Advice]:
    """What is said of each product, the best match first, and the advice that comes of it.

    The order is: fewest wanted perils left open, fewest unwanted ones added, lowest premium, then the version's id.
    """
    judged = sorted((_judged(needs, each) for each in candidates), key=lambda each: _rank(needs, each))
    if judged and judged[0].verdict is Verdict.SUITABLE and not DOUBTS & _codes(judged[0].reasons):
        best = (*judged[0].reasons, Reason(ReasonCode.BEST_MATCH))
        judged[0] = replace(judged[0], verdict=Verdict.RECOMMENDED, reasons=best)
    return judged, _advice(judged)


def _advice(judged: Sequence[Judged]) -> Advice:
    if any(each.verdict is Verdict.RECOMMENDED for each in judged):
        return Advice.BUY
    buyable = [each for each in judged if each.verdict is Verdict.SUITABLE]
    if not buyable or all(ReasonCode.LOSS_IS_BEARABLE in _codes(each.reasons) for each in buyable):
        return Advice.DO_NOT_BUY
    return Advice.CONSIDER


def _rank(needs: Needs, each: Judged) -> tuple[bool, int, int, int, str]:
    covered = frozenset(each.perils)
    premium = each.premium.minor if each.premium else 0
    unsuitable = each.verdict is Verdict.UNSUITABLE
    return unsuitable, len(needs.perils - covered), len(covered - needs.perils), premium, each.version_id


def _judged(needs: Needs, each: Candidate) -> Judged:
    reasons = tuple(_reasons(needs, each))
    priced = each.offer.priced
    return Judged(
        version_id=each.version_id,
        name_zh=each.name_zh,
        name_en=each.name_en,
        grade=each.grade,
        verdict=Verdict.UNSUITABLE if AGAINST & _codes(reasons) else Verdict.SUITABLE,
        reasons=reasons,
        perils=tuple(sorted(each.tariff.perils)),
        exclusions=each.exclusions,
        premium=priced.premium if priced else None,
        sum_insured=priced.sum_insured if priced else None,
        deductible=each.tariff.sale.deductible,
        overlap_rate=each.offer.overlap_rate,
    )


def _reasons(needs: Needs, each: Candidate) -> Iterable[Reason]:
    """Everything that speaks for and against a product, always in the same order."""
    yield from _of_cover(needs, each)
    yield from _of_price(needs, each)
    yield from _of_use(needs, each)


def _of_cover(needs: Needs, each: Candidate) -> Iterable[Reason]:
    covered = each.tariff.perils
    left_open, added = tuple(sorted(needs.perils - covered)), tuple(sorted(covered - needs.perils))
    if each.offer.priced is None:
        yield Reason(ReasonCode.NOT_INSURABLE, objections=tuple(found.code for found in each.offer.objections))
    if not needs.perils & covered:
        yield Reason(ReasonCode.COVERS_NOTHING_WANTED)
    elif left_open:
        yield Reason(ReasonCode.LEAVES_OPEN, left_open)
    else:
        yield Reason(ReasonCode.COVERS_WHAT_IS_WANTED)
    if added:
        yield Reason(ReasonCode.COVERS_MORE, added)


def _of_price(needs: Needs, each: Candidate) -> Iterable[Reason]:
    priced, deductible = each.offer.priced, each.tariff.sale.deductible
    if priced is not None:
        is_over = priced.premium.minor > needs.budget.minor
        yield Reason(ReasonCode.OVER_BUDGET if is_over else ReasonCode.WITHIN_BUDGET)
        if needs.bearable.minor >= priced.sum_insured.minor:
            yield Reason(ReasonCode.LOSS_IS_BEARABLE)
    if deductible.minor > needs.bearable.minor:
        yield Reason(ReasonCode.DEDUCTIBLE_BEYOND_MEANS)


def _of_use(needs: Needs, each: Candidate) -> Iterable[Reason]:
    rate = each.offer.overlap_rate
    if needs.declared_use is DeclaredUse.COMMERCIAL and COMMERCIAL in {found.code for found in each.exclusions}:
        yield Reason(ReasonCode.USE_EXCLUDED)
    if rate:
        yield Reason(ReasonCode.WARRANTY_COVERS_MOST if rate >= MOSTLY else ReasonCode.WARRANTY_RUNS)
    if needs.is_owed_care and each.grade is ProductGrade.P3:
        yield Reason(ReasonCode.NEEDS_EXPLAINING)
    if not each.is_sellable:
        yield Reason(ReasonCode.SELLER_NOT_QUALIFIED)


def _codes(reasons: Iterable[Reason]) -> frozenset[ReasonCode]:
    return frozenset(each.code for each in reasons)
