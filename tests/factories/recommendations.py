"""Needs, devices and recommendations that tests start from."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.money import Money
from domain.products.terms import DeviceCategory, Peril
from domain.quotes import advising
from domain.quotes.models import Recommendation
from domain.quotes.offers import Thing
from domain.quotes.terms import Needs
from domain.risk.terms import DeclaredUse


def needs(**changes: Any) -> Needs:
    """Wants drops insured, spends 500.00 at most, and could bear a loss of 1,000.00."""
    usual: dict[str, Any] = {
        "perils": frozenset({Peril.DROP}), "declared_use": DeclaredUse.PRIVATE, "budget": Money.of("500.00"),
        "bearable": Money.of("1000.00"),
    }  # fmt: skip
    return Needs(**{**usual, **changes})


def thing(**changes: Any) -> Thing:
    """A new phone of 3,000.00, bought today."""
    usual: dict[str, Any] = {
        "category": DeviceCategory.PHONE, "price": Money.of("3000.00"), "purchased_on": clock.today(),
    }  # fmt: skip
    return Thing(**{**usual, **changes})


async def recommended(actor: Actor, customer_id: UUID | None = None, **changes: Any) -> Recommendation:
    """A recommendation to somebody; `changes` are of the needs."""
    return await advising.advise(needs(**changes), thing(), customer_id=customer_id, actor=actor)
