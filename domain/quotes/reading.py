"""What can be read of quotes: what a version would cost, beside the version itself."""

from __future__ import annotations

from domain.kernel.projection.entity import Derived, Expression, extend
from domain.kernel.projection.wire import JSON
from domain.products.reading import PRODUCT_VERSION
from domain.quotes.offers import TARIFF_SQL, offer_of_row

extend(
    PRODUCT_VERSION,
    tariff=Expression(TARIFF_SQL, JSON),
    offer=Derived(("tariff",), offer_of_row, language=True, given=True),
)
