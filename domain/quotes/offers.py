"""What a version offers for a device: its price and days, or why there is none, and how far it is not needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from domain.kernel import clock
from domain.kernel.money import Currency, Money
from domain.kernel.refusals import Invalid, Refusal
from domain.policies.pricing import DEVICE, Priced, SaleTerms, objections, price, price_faults
from domain.products.terms import DeviceCategory, DeviceCondition, Peril, VersionState

TARIFF_SQL = """json_build_object(
  'state', {row}.state, 'months', {row}.months, 'base_rate', {row}.base_rate::text,
  'minimum', {row}.minimum_premium_minor, 'tax_rate', {row}.premium_tax_rate::text,
  'limit_rate', {row}.aggregate_limit_rate::text, 'deductible', {row}.deductible_minor, 'currency', {row}.currency,
  'waiting_days', {row}.waiting_days, 'registration_days', {row}.registration_days,
  'after_warranty', {row}.starts_after_warranty,
  'perils', (SELECT coalesce(json_agg(p.peril), '[]'::json) FROM product_peril p
             WHERE p.product_version_id = {row}.id),
  'factors', (SELECT coalesce(json_agg(json_build_array(r.dimension, r.key, r.factor::text)), '[]'::json)
              FROM product_relativity r WHERE r.product_version_id = {row}.id))"""
"""All that the price of a version hangs on, in one JSON object; never shown as it is."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A device as it is asked about. `warranty_until` is the day after the maker's warranty ends."""

    category: DeviceCategory
    price: Money
    purchased_on: date
    condition: DeviceCondition = DeviceCondition.NEW
    warranty_until: date | None = None


@dataclass(frozen=True, slots=True)
class Tariffed:
    """A version's terms of sale and the perils that it insures."""

    sale: SaleTerms
    perils: frozenset[Peril]


def tariffed(stored: Mapping[str, Any]) -> Tariffed:
    """The terms of sale out of what `TARIFF_SQL` reads."""
    currency = Currency(stored["currency"])
    table: dict[str, dict[str, Decimal]] = {}
    for dimension, key, factor in stored["factors"]:
        table.setdefault(dimension, {})[key] = Decimal(factor)
    sale = SaleTerms(
        state=VersionState(stored["state"]),
        months=stored["months"],
        base_rate=Decimal(stored["base_rate"]),
        minimum_premium=Money(stored["minimum"], currency),
        premium_tax_rate=Decimal(stored["tax_rate"]),
        aggregate_limit_rate=Decimal(stored["limit_rate"]),
        deductible=Money(stored["deductible"], currency),
        waiting_days=stored["waiting_days"],
        registration_days=stored["registration_days"],
        starts_after_warranty=stored["after_warranty"],
        relativities=table,
    )
    return Tariffed(sale, frozenset(map(Peril, stored["perils"])))


@dataclass(frozen=True, slots=True)
class Offer:
    """What a version offers: a price, or the objections to insuring the device.

    `overlap_days` are days of the cover on which the maker still answers for breakdowns.
    """

    priced: Priced | None
    objections: tuple[Refusal, ...] = ()
    overlap_days: int = 0

    @property
    def overlap_rate(self) -> Decimal | None:
        """These days as a share of the cover's, 0 to 1; None without an offer."""
        if self.priced is None:
            return None
        return Decimal(self.overlap_days) / (self.priced.dates.ends_on - self.priced.dates.covered_from).days


def offered(tariff: Tariffed, thing: Thing, today: date) -> Offer:
    """What a version offers for a device today; every objection is told, not the first alone."""
    found = [*price_faults(thing.price), *objections(tariff.sale, thing, today)]
    if found:
        return Offer(None, tuple(found))
    try:
        priced = price(tariff.sale, thing, today)
    except Refusal as objection:
        return Offer(None, (objection,))
    return Offer(priced, overlap_days=overlap(tariff.perils, priced, thing.warranty_until))


def overlap(perils: frozenset[Peril], priced: Priced, warranty_until: date | None) -> int:
    """Days of the cover on which the maker's warranty still runs; none where the cover is against no breakdowns."""
    if warranty_until is None or Peril.BREAKDOWN not in perils:
        return 0
    return max(0, (min(warranty_until, priced.dates.ends_on) - priced.dates.covered_from).days)


def offer_of_row(stored: Mapping[str, Any], language: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The offer of a version's row for the device of a field's arguments. Shape: see `ProductVersion.offer`."""
    try:
        thing = _thing(given["device"])
    except Invalid as objection:
        return _shown(Offer(None, (objection,)), language)
    return _shown(offered(tariffed(stored), thing, clock.today()), language)


def _thing(given: Mapping[str, Any]) -> Thing:
    amount = given["price"]
    try:
        found = Money.of(amount["amount"], Currency(amount.get("currency", Currency.CNY)))
    except ValueError:
        raise Invalid("scale", "2", path=(*DEVICE, "price", "amount")) from None
    return Thing(
        category=DeviceCategory(given["category"]),
        price=found,
        purchased_on=given["purchasedOn"],
        condition=DeviceCondition(given.get("condition") or DeviceCondition.NEW),
        warranty_until=given.get("warrantyUntil"),
    )


def _shown(offer: Offer, language: str) -> dict[str, Any]:
    priced = offer.priced
    told = [{"code": each.code, "message": each.message(language)} for each in offer.objections]
    if priced is None:
        blank = ("premium", "net", "tax", "sumInsured", "startsOn", "coveredFrom", "endsOn", "isMinimum")
        return {**dict.fromkeys(blank), "overlapDays": 0, "overlapRate": None, "objections": told}
    return {
        "premium": money_shown(priced.premium),
        "net": money_shown(priced.net),
        "tax": money_shown(priced.tax),
        "sumInsured": money_shown(priced.sum_insured),
        "startsOn": priced.dates.starts_on.isoformat(),
        "coveredFrom": priced.dates.covered_from.isoformat(),
        "endsOn": priced.dates.ends_on.isoformat(),
        "isMinimum": priced.is_minimum,
        "overlapDays": offer.overlap_days,
        "overlapRate": f"{offer.overlap_rate:.6f}",
        "objections": told,
    }


def money_shown(amount: Money) -> dict[str, str]:
    """An amount as the wire shows it, inside a derived object."""
    return {"amount": f"{amount.amount:.{amount.currency.scale}f}", "currency": amount.currency.value}
