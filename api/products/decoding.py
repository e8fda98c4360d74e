"""From the terms that a caller names to the room's own value."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any

from strawberry.types.maybe import Some

from api.inputs import money, value_of
from api.products.inputs import PerilInput, RelativityInput, VersionTermsInput
from api.scalars import MoneyInput
from domain.products.terms import DisclosureLevel, Exclusion, PerilTerms, VersionTerms

LISTS = frozenset({"perils", "exclusions", "relativities"})


def version_terms(given: VersionTermsInput) -> VersionTerms:
    """The terms of a version; what was not given has the room's own default."""
    plain: dict[str, Any] = {
        field.name: _plain(value)
        for field in dataclasses.fields(given)
        if field.name not in LISTS and (value := getattr(given, field.name)) is not None
    }
    return VersionTerms(
        **{name: value for name, value in plain.items() if value is not None},
        perils={each.peril: _peril(each) for each in given.perils},
        exclusions=tuple(
            Exclusion(each.code, each.text_zh, each.text_en, value_of(each.disclosure) or DisclosureLevel.KEY)
            for each in value_of(given.exclusions) or ()
        ),
        relativities=_relativities(value_of(given.relativities) or []),
    )


def _plain(value: object) -> object:
    inner = value.value if isinstance(value, Some) else value
    return inner.money() if isinstance(inner, MoneyInput) else inner


def _peril(given: PerilInput) -> PerilTerms:
    return PerilTerms(money(given.limit), money(given.deductible), value_of(given.max_claims_a_year))


def _relativities(given: list[RelativityInput]) -> dict[str, dict[str, Decimal]]:
    found: dict[str, dict[str, Decimal]] = {}
    for each in given:
        found.setdefault(each.dimension, {})[each.key] = each.factor
    return found
