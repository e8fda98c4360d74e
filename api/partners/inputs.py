"""What callers say of partners."""

from __future__ import annotations

from decimal import Decimal

import strawberry

from api import inputs
from domain.partners.terms import PartnerKind


@strawberry.input(description="A partner to take on.")
class PartnerIntroduceInput:
    """A partner to take on."""

    code: str = inputs.text("The short code by which people know it; unique.", 32)
    name: str = inputs.text("The name.", 200)
    kind: PartnerKind = inputs.plain("What it is.")
    commission_rate: Decimal = inputs.number("Its share of the net premium.", "0", "1")


@strawberry.input(description="A partner that may not sell any more.")
class PartnerSuspendInput:
    """A partner that may not sell any more."""

    partner_id: strawberry.ID = inputs.plain("The partner.")
    reason: str = inputs.reason()
    expected_version: int = inputs.version()
