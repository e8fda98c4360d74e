"""Customers in every grade for the seeded world, and a scorecard of days to come."""

from __future__ import annotations

from datetime import timedelta
from itertools import cycle
from typing import Any

from domain.customers.models import Customer
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.subject import Subject, SubjectKind
from domain.policies.models import Policy
from domain.risk import assessing, scorecards
from domain.risk.terms import DeclaredUse, IdentityStatus
from tests.factories.credit import card, facts

GRADES: tuple[dict[str, Any], ...] = (
    {},
    {"tenure_months": 3, "payment_defaults": 0},
    {"claims_reported": 1, "tenure_months": 0},
    {"claims_reported": 2, "declared_use": DeclaredUse.COMMERCIAL},
    {"claims_reported": 5, "payment_defaults": 2, "identity": IdentityStatus.UNVERIFIED},
)


async def seed_credit(risk: Actor, underwriter: Actor) -> None:
    """Every customer scored twice, half of them for a policy; some scores are old."""
    turns, policies = cycle(GRADES), {each.customer_id: each.id for each in await Policy.all().order_by("id")}
    for number, customer in enumerate(await Customer.all().order_by("id")):
        policy_id = policies.get(customer.id)
        subject = Subject(SubjectKind.POLICY, policy_id) if policy_id and number % 2 else None
        for days, actor in ((200, underwriter), (10 * number, Actor.system("underwriting.auto"))):
            with clock.at(clock.now() - timedelta(days=days)):
                async with transaction():
                    await assessing.assess_credit(customer, facts(**next(turns)), subject=subject, actor=actor)
    for days in (1, 30):
        day = clock.today() + timedelta(days=days)
        await scorecards.set_scorecard(card(), applies_from=day, reason="counts of this year", actor=risk)
