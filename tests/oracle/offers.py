"""What a version offers for a device, over plainly loaded rows."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from domain.kernel import clock
from domain.kernel.money import Currency, Money
from domain.policies.pricing import SaleTerms
from domain.products.terms import DeviceCategory, DeviceCondition, Peril, VersionState
from domain.quotes.offers import Offer, Tariffed, Thing, offered
from domain.quotes.terms import ReasonCode
from domain.quotes.wording import SENTENCES
from tests.oracle.writing import Values, money

DEVICES = (
    f'{{category: PHONE, price: {{amount: "5999.00"}}, purchasedOn: "{clock.today()}"}}',
    f'{{category: LAPTOP, price: {{amount: "0.10"}}, purchasedOn: "{clock.today()}", condition: USED}}',
    '{category: PHONE, price: {amount: "8.00", currency: USD}, purchasedOn: "2026-01-01", warrantyUntil: "2027-06-01"}',
    '{category: WATCH, price: {amount: "0.00"}, purchasedOn: "2099-01-01"}',
)
"""Devices as a reader names them: insured ones, too small ones, and such as nobody insures."""


def judged_products(row: Values, _: object, language: str) -> list[Values]:
    """What a recommendation says of each product."""
    tongue = "zh" if language.startswith("zh") else "en"
    return [
        {
            "productVersionId": f"pvn_{each['version_id'].replace('-', '')}", "name": each[f"name_{tongue}"],
            "grade": each["grade"], "verdict": each["verdict"], "perils": each["perils"],
            "reasons": [
                {**reason, "message": SENTENCES[ReasonCode(reason["code"])][tongue == "zh"]}
                for reason in each["reasons"]
            ],
            "exclusions": [
                {"code": told["code"], "text": told[f"text_{tongue}"], "disclosure": told["disclosure"]}
                for told in each["exclusions"]
            ],
            "premium": money(each["premium"], each["currency"]), "overlapRate": each["overlap_rate"],
            "sumInsured": money(each["sum_insured"], each["currency"]),
            "deductible": money(each["deductible"], each["currency"]),
        }
        for each in json.loads(row["judged"])
    ]  # fmt: skip


def offer_over(tables: dict[str, list[Values]] | Any) -> Callable[[Values, Values, str], Values]:
    """The offer of a version's row."""

    def offer(row: Values, arguments: Values, language: str) -> Values:
        device = arguments["device"]
        amount, currency = Decimal(device["price"]["amount"]), Currency(device["price"].get("currency") or "CNY")
        until = device.get("warrantyUntil")
        thing = Thing(
            DeviceCategory(device["category"]), Money.of(amount, currency), date.fromisoformat(device["purchasedOn"]),
            DeviceCondition(device.get("condition") or "NEW"), date.fromisoformat(until) if until else None,
        )  # fmt: skip
        return _shown(offered(_tariffed(tables, row), thing, clock.today()), language)

    return offer


def _tariffed(tables: Any, row: Values) -> Tariffed:
    table: dict[str, dict[str, Decimal]] = {}
    for each in tables["product_relativity"]:
        if each["product_version_id"] == row["id"]:
            table.setdefault(each["dimension"], {})[each["key"]] = each["factor"]
    currency = Currency(row["currency"])
    sale = SaleTerms(
        VersionState(row["state"]), row["months"], row["base_rate"], Money(row["minimum_premium_minor"], currency),
        row["premium_tax_rate"], row["aggregate_limit_rate"], Money(row["deductible_minor"], currency),
        row["waiting_days"], row["registration_days"], row["starts_after_warranty"], table,
    )  # fmt: skip
    perils = {Peril(each["peril"]) for each in tables["product_peril"] if each["product_version_id"] == row["id"]}
    return Tariffed(sale, frozenset(perils))


def _shown(found: Offer, language: str) -> Values:
    told = [{"code": each.code, "message": each.message(language)} for each in found.objections]
    priced = found.priced
    shown: Values = {"overlapDays": found.overlap_days, "objections": told}
    if priced is None:
        names = (
            "premium", "net", "tax", "sumInsured", "startsOn", "coveredFrom", "endsOn", "isMinimum", "overlapRate",
        )  # fmt: skip
        return shown | dict.fromkeys(names)
    days = priced.dates.ends_on - priced.dates.covered_from
    return shown | {
        "premium": money(priced.premium.minor, priced.premium.currency),
        "net": money(priced.net.minor, priced.net.currency), "tax": money(priced.tax.minor, priced.tax.currency),
        "sumInsured": money(priced.sum_insured.minor, priced.sum_insured.currency), "isMinimum": priced.is_minimum,
        "startsOn": str(priced.dates.starts_on), "coveredFrom": str(priced.dates.covered_from),
        "endsOn": str(priced.dates.ends_on), "overlapRate": f"{Decimal(found.overlap_days) / days.days:.6f}",
    }  # fmt: skip
