"""What terms must have before a review, and which commission counts, as pure rules."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain.kernel.money import Money
from domain.products import rules
from domain.products.refusals import (
    ExclusionsMissing,
    ExclusionTextUnfit,
    LimitMissing,
    OwnRateMissing,
    RateUnfit,
)
from domain.products.terms import DeviceCategory, DeviceCondition, Peril, PerilTerms, RatingFactor
from tests.factories.insured import WEAR, terms

FACTORS = some.decimals("0.000001", 1000, places=6)
ROOM = Money.of("100.00")


def told(**changes: Any) -> list[tuple[object, ...]]:
    """The faults of otherwise good terms: their kinds with what they name."""
    found = rules.faults(terms(**changes))
    unsaid = {"path", "most"}
    return [(type(each), *(value for name, value in vars(each).items() if name not in unsaid)) for each in found]


def test_good_terms_have_no_fault() -> None:
    assert told() == []
    assert told(relativities={}) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"exclusions": ()}, (ExclusionsMissing,)),
        ({"exclusions": (replace(WEAR, text_zh=" \n\u3000"),)}, (ExclusionTextUnfit, "WEAR", "zh")),
        ({"exclusions": (WEAR, replace(WEAR, code="B", text_en=""))}, (ExclusionTextUnfit, "B", "en")),
        ({"exclusions": (replace(WEAR, text_en="x" * 501),)}, (ExclusionTextUnfit, "WEAR", "en")),
        ({"per_claim_limit": None, "perils": {Peril.DROP: PerilTerms()}}, (LimitMissing, "DROP")),
        ({"perils": {Peril.DROP: PerilTerms(limit=Money(0))}}, (LimitMissing, "DROP")),
        ({"per_claim_limit": Money(0), "perils": {Peril.DROP: PerilTerms()}}, (LimitMissing, "DROP")),
        ({"relativities": {"category": {"phone": Decimal(1)}}}, (RateUnfit, "category", "phone")),
        ({"relativities": {"CATEGORY": {"PHONE": Decimal(1)}}}, (RateUnfit, "CATEGORY", "PHONE")),
        ({"relativities": {"condition": {"NEW": Decimal(0)}}}, (RateUnfit, "condition", "NEW")),
        ({"relativities": {"condition": {"NEW": Decimal("-0.1")}}}, (RateUnfit, "condition", "NEW")),
        ({"relativities": {"months": {"12": Decimal(1), "012": Decimal(1)}}}, (RateUnfit, "months", "012")),
        ({"relativities": {"months": {"12": Decimal(1), "121": Decimal(1)}}}, (RateUnfit, "months", "121")),
        ({"relativities": {"months": {"24": Decimal(1)}}}, (OwnRateMissing, "months", "12")),
        ({"relativities": {"deductible": {"100": Decimal(1)}}}, (OwnRateMissing, "deductible", "200")),
    ],
)
def test_each_fault_is_found(changes: dict[str, Any], fault: tuple[object, ...]) -> None:
    assert told(**changes) == [fault]


def test_a_limit_of_a_perils_own_or_of_the_version_is_enough() -> None:
    own = {Peril.DROP: PerilTerms(limit=ROOM)}
    assert told(per_claim_limit=None, perils=own) == []
    assert told(per_claim_limit=ROOM, perils={Peril.DROP: PerilTerms()}) == []


@pytest.mark.parametrize(
    ("dimension", "good", "bad"),
    [
        (RatingFactor.CATEGORY, tuple(DeviceCategory), ("BOAT", "", "phone", "NEW")),
        (RatingFactor.CONDITION, tuple(DeviceCondition), ("BROKEN", "PHONE")),
        (RatingFactor.MONTHS, ("1", "12", "120"), ("0", "121", "1.5", "-1", " 1", "01", "\uff11\uff12", "x", "")),
        (RatingFactor.DEDUCTIBLE, ("0", "200", "5000"), ("-1", "00", "200.00", "²", "")),
        ("moon", (), ("FULL",)),
    ],
)
def test_keys_are_those_of_their_dimension(dimension: str, good: tuple[str, ...], bad: tuple[str, ...]) -> None:
    assert [key for key in good if not rules.is_key_of(dimension, key)] == []
    assert [key for key in bad if rules.is_key_of(dimension, key)] == []


@given(table=some.dictionaries(some.sampled_from([*DeviceCategory, "BOAT", "X"]), FACTORS | some.just(Decimal(0))))
def test_a_table_has_as_many_faults_as_unfit_entries(table: dict[str, Decimal]) -> None:
    unfit = {key for key, factor in table.items() if key in {"BOAT", "X"} or factor <= 0}
    assert {fault[2] for fault in told(relativities={"category": table})} == unfit


@pytest.mark.parametrize(
    ("agreed", "licensed", "rate"),
    [(None, True, "0.15"), ("0.2", True, "0.2"), ("0", True, "0"), ("0.2", False, "0"), (None, False, "0")],
)
def test_commission_is_what_was_agreed_else_the_usual_and_nothing_without_a_licence(
    agreed: str | None, licensed: bool, rate: str
) -> None:
    found = rules.commission_rate(Decimal(agreed) if agreed else None, Decimal("0.15"), licensed=licensed)
    assert found == Decimal(rate)
