"""Queries of products."""

from __future__ import annotations

import strawberry

from api.listing import order_of, where_of
from api.lists import COMMISSION_RATE_ORDER, COMMISSION_RATE_WHERE
from api.paging import Connection
from api.products.types import CommissionRate, Product, ProductVersion
from api.reading import fields
from domain.products.reading import PRODUCT, PRODUCT_VERSION
from domain.products.terms import ProductKind


@strawberry.type
class ProductsQueries:
    """Reads of products."""

    product: Product | None = fields.by_id("One product.")
    products: Connection[Product] = fields.connection(
        "Products.",
        order=order_of(PRODUCT),
        where=where_of(PRODUCT, kind=ProductKind),
    )
    product_version: ProductVersion | None = fields.by_id("One version of a product.")
    product_versions: Connection[ProductVersion] = fields.connection(
        "Versions of products.",
        order=order_of(PRODUCT_VERSION),
        where=where_of(PRODUCT_VERSION),
    )
    commission_rates: Connection[CommissionRate] = fields.connection(
        "Commissions agreed with partners.",
        order=COMMISSION_RATE_ORDER,
        where=COMMISSION_RATE_WHERE,
    )
