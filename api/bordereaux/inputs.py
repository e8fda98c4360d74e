"""What callers say of bordereaux."""

from __future__ import annotations

from datetime import date

import strawberry

from api import inputs
from domain.kernel.money import Currency


@strawberry.input(description="A bordereau to make.")
class BordereauGenerateInput:
    """A bordereau to make."""

    partner_id: strawberry.ID = inputs.plain("The partner.")
    month: date = inputs.plain("The first day of its month, which is over.")
    currency: strawberry.Maybe[Currency | None] = inputs.plain("The currency of what was sold; CNY when left out.")


@strawberry.input(description="A bordereau to hand over to its partner.")
class BordereauSubmitInput:
    """A bordereau to hand over."""

    bordereau_id: strawberry.ID = inputs.plain("The bordereau.")
    expected_version: int = inputs.version()


@strawberry.input(description="A bordereau that its partner agrees to.")
class BordereauAcknowledgeInput:
    """A bordereau that its partner agrees to."""

    bordereau_id: strawberry.ID = inputs.plain("The bordereau.")
    expected_version: int = inputs.version()


@strawberry.input(description="A bordereau that its partner does not agree to.")
class BordereauRejectInput:
    """A bordereau that its partner does not agree to."""

    bordereau_id: strawberry.ID = inputs.plain("The bordereau.")
    reason: str = inputs.reason("What is wrong with it, as finance and the audit read it.")
    expected_version: int = inputs.version()
