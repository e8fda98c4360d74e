"""What terms must have before compliance reviews them, and which commission counts on a day."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from domain.kernel.refusals import Refusal
from domain.products.refusals import (
    ExclusionsMissing,
    ExclusionTextUnfit,
    LimitMissing,
    OwnRateMissing,
    RateUnfit,
)
from domain.products.terms import DeviceCategory, DeviceCondition, RatingFactor, VersionTerms

MAX_TEXT = 500
"""Characters of an exclusion's text in one language."""
MAX_MONTHS = 120
NOTHING = Decimal(0)
DIMENSIONS = frozenset(RatingFactor)


def faults(terms: VersionTerms) -> list[Refusal]:
    """Everything for which these terms cannot be reviewed, all at once; empty when they can.

    Source: Insurance Law Art. 17 (exclusions are shown to the buyer before the sale, so each has its text).
    """
    return [*_exclusion_faults(terms), *_limit_faults(terms), *_rate_faults(terms)]


def _exclusion_faults(terms: VersionTerms) -> Iterator[Refusal]:
    if not terms.exclusions:
        yield ExclusionsMissing()
    for each in terms.exclusions:
        for language, text in (("zh", each.text_zh), ("en", each.text_en)):
            if not 0 < len(text.strip()) <= MAX_TEXT:
                yield ExclusionTextUnfit(each.code, language, MAX_TEXT)


def _limit_faults(terms: VersionTerms) -> Iterator[Refusal]:
    for peril, each in terms.perils.items():
        limit = terms.per_claim_limit if each.limit is None else each.limit
        if limit is None or limit.minor <= 0:
            yield LimitMissing(peril.value)


def _rate_faults(terms: VersionTerms) -> Iterator[Refusal]:
    own = {
        RatingFactor.MONTHS: str(terms.months),
        RatingFactor.DEDUCTIBLE: f"{int(terms.deductible.amount)}",
    }
    for dimension, table in terms.relativities.items():
        yield from (
            RateUnfit(dimension, key)
            for key, factor in table.items()
            if factor <= 0 or not is_key_of(dimension, key)
        )
        needed = next((key for each, key in own.items() if each == dimension), None)
        if needed is not None and needed not in table:
            yield OwnRateMissing(dimension, needed)


def is_key_of(dimension: str, key: str) -> bool:
    """Whether a key of the rate table names something that its dimension weighs."""
    if dimension not in DIMENSIONS:
        return False
    match RatingFactor(dimension):
        case RatingFactor.CATEGORY:
            return key in frozenset(DeviceCategory)
        case RatingFactor.CONDITION:
            return key in frozenset(DeviceCondition)
        case RatingFactor.MONTHS:
            return _is_whole(key) and 1 <= int(key) <= MAX_MONTHS
        case RatingFactor.DEDUCTIBLE:
            return _is_whole(key)


def _is_whole(key: str) -> bool:
    """Whether a key is a number as sales are keyed: plain digits, without zeros in front."""
    return key.isascii() and key.isdigit() and key == str(int(key))


def commission_rate(agreed: Decimal | None, usual: Decimal, *, licensed: bool) -> Decimal:
    """The share of the net premium that a sale earns its partner: what was agreed, else the partner's usual one.

    Without a licence it is nothing. Units: rates 0 to 1. Source: Insurance Law Art. 130.
    """
    if not licensed:
        return NOTHING
    return usual if agreed is None else agreed
