"""The tariff of one sale: the version's rate table and the seller's commission, in one statement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.kernel.database import fetch
from domain.partners.models import Partner
from domain.products.commissions import AGREED, earned_rate
from domain.products.models import ProductRelativity, ProductVersion

TARIFF = f"""
SELECT agreed.rate AS agreed, r.dimension, r.key, r.factor
FROM (SELECT ({AGREED}) AS rate) agreed
LEFT JOIN product_relativity r ON r.product_version_id = $4::uuid
"""
"""Every sale reads both, so they come together: one row for each factor, or one without any."""


async def relativities_of(version: ProductVersion) -> Mapping[str, Mapping[str, Decimal]]:
    """The rate table of a version alone: its factors by dimension and key."""
    table: dict[str, dict[str, Decimal]] = {}
    for row in await ProductRelativity.filter(product_version_id=version.id):
        table.setdefault(row.dimension, {})[row.key] = row.factor
    return table


@dataclass(frozen=True, slots=True)
class Tariff:
    """What a version costs and earns its seller on a day: factors by dimension and key; the commission, 0 to 1."""

    relativities: Mapping[str, Mapping[str, Decimal]]
    commission_rate: Decimal


async def tariff_of(version: ProductVersion, partner: Partner, on: date) -> Tariff:
    """The tariff by which a partner sells a version on a day, in the current transaction."""
    rows = await fetch(TARIFF, partner.id, version.product_id, on, version.id)
    table: dict[str, dict[str, Decimal]] = {}
    for row in rows:
        if row["dimension"] is not None:
            table.setdefault(row["dimension"], {})[row["key"]] = row["factor"]
    return Tariff(table, earned_rate(partner, rows[0]["agreed"], on))
