"""What callers say of claims bordereaux."""

from __future__ import annotations

from datetime import date

import strawberry

from api import inputs
from domain.kernel.money import Currency


@strawberry.input(description="A claims bordereau to make.")
class ClaimBordereauGenerateInput:
    """A claims bordereau to make."""

    partner_id: strawberry.ID = inputs.plain("The partner.")
    month: date = inputs.plain("The first day of its month, which is over.")
    currency: strawberry.Maybe[Currency | None] = inputs.plain("The currency of the claims; CNY when left out.")


@strawberry.input(description="A claims bordereau to hand over to its partner.")
class ClaimBordereauSubmitInput:
    """A claims bordereau to hand over."""

    claim_bordereau_id: strawberry.ID = inputs.plain("The claims bordereau.")
    expected_version: int = inputs.version()


@strawberry.input(description="A claims bordereau that its partner agrees to.")
class ClaimBordereauAcknowledgeInput:
    """A claims bordereau that its partner agrees to."""

    claim_bordereau_id: strawberry.ID = inputs.plain("The claims bordereau.")
    expected_version: int = inputs.version()


@strawberry.input(description="A claims bordereau that its partner does not agree to.")
class ClaimBordereauRejectInput:
    """A claims bordereau that its partner does not agree to."""

    claim_bordereau_id: strawberry.ID = inputs.plain("The claims bordereau.")
    reason: str = inputs.reason("What is wrong with it, as finance and the audit read it.")
    expected_version: int = inputs.version()
