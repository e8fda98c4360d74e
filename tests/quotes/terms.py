"""Terms of sale for tests that need no database."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from domain.kernel.money import Money
from domain.policies.pricing import SaleTerms
from domain.products.terms import VersionState


def sale_terms(**changes: Any) -> SaleTerms:
    """A year of cover for phones and laptops, on sale."""
    usual: dict[str, Any] = {
        "state": VersionState.ON_SALE, "months": 12, "base_rate": Decimal("0.05"),
        "minimum_premium": Money.of("15.00"), "premium_tax_rate": Decimal("0.06"), "aggregate_limit_rate": Decimal(1),
        "deductible": Money.of("200.00"), "waiting_days": 0, "registration_days": 15, "starts_after_warranty": False,
        "relativities": {"category": {"PHONE": Decimal("1.20"), "LAPTOP": Decimal("1.00")}},
    }  # fmt: skip
    return SaleTerms(**{**usual, **changes})
