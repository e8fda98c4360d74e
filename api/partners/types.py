"""What partners show."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.enums import described
from api.lists import (
    CLAIM_ORDER,
    CLAIM_WHERE,
    COMMISSION_RATE_ORDER,
    COMMISSION_RATE_WHERE,
    POLICY_ORDER,
    POLICY_WHERE,
)
from api.node import Node
from api.paging import Connection
from api.reading import fields
from domain.partners.reading import PARTNER
from domain.partners.terms import PartnerKind

if TYPE_CHECKING:
    from api.claims.types import Claim
    from api.policies.types import Policy
    from api.products.types import CommissionRate

described(PartnerKind)


@fields.entity_type(PARTNER)
class Partner(Node):
    """A retailer, maker or repairer 合作伙伴 that sells, registers and claims through its own system."""

    code: str = fields.bound("The short code by which people know it; unique.")
    name: str = fields.bound("The name.")
    kind: PartnerKind = fields.bound("What it is.")
    active: bool = fields.bound("Whether it may sell.")
    commission_rate: Decimal = fields.bound(
        "Its usual share of the net premium, 0 to 1, for days without one of `commissionRates`; earned with a licence."
    )
    license_number: str | None = fields.bound("The number of its licence as an agent or broker 保险中介许可证.")
    licensed_until: date | None = fields.bound("The last day of its licence; it earns no commission after it.")
    version: int = fields.bound("How often it was changed.")
    policies: Connection[Annotated[Policy, strawberry.lazy("api.policies.types")]] = fields.connection(
        "Policies that it sold.", order=POLICY_ORDER, where=POLICY_WHERE
    )
    claims: Connection[Annotated[Claim, strawberry.lazy("api.claims.types")]] = fields.connection(
        "Claims under policies that it sold.", order=CLAIM_ORDER, where=CLAIM_WHERE
    )
    commission_rates: Connection[Annotated[CommissionRate, strawberry.lazy("api.products.types")]] = fields.connection(
        "What was agreed with it for products and days.", order=COMMISSION_RATE_ORDER, where=COMMISSION_RATE_WHERE
    )
