"""First notices of customers and partners: begun, nearly whole, submitted in the green channel, and given up."""

from __future__ import annotations

from datetime import timedelta

from domain.claims import first_notice
from domain.claims.first_notice import Parts
from domain.claims.terms import Emergency
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.money import Money
from domain.policies.models import Policy
from domain.products.terms import Peril
from tests.factories.insured import Insured


def told(days_ago: int, **more: object) -> Parts:
    """All that must be known of a loss."""
    usual = {
        "loss_on": clock.today() - timedelta(days=days_ago), "cause": Peril.DROP, "place": "at home",
        "description": "It slipped.", "claimed": Money.of("900.00"),
    }  # fmt: skip
    return Parts(**{**usual, **more})  # type: ignore[arg-type]


async def seed_first_notices(covered: list[Insured], service: Actor) -> None:
    """Each policy has some of its customer, of customer service and of its partner."""
    for each in covered:
        policy = await Policy.get(id=each.policy_id)
        for reporter in (each.customer, each.partner):
            await first_notice.begin(policy_id=policy.id, serial_number="other", parts=Parts(), actor=reporter)
            whole = await first_notice.begin(policy_id=policy.id, parts=told(1), actor=reporter)
            assert whole.duplicate_of_id is not None
            await first_notice.abandon(whole.id, expected_version=whole.version, actor=reporter)
            days = 21 if reporter is each.partner else 22
            begun = await first_notice.begin(policy_id=policy.id, parts=Parts(place="street"), actor=reporter)
            urgent = told(days, emergency=Emergency.MEDICAL)
            await first_notice.submit(begun.id, parts=urgent, expected_version=begun.version, actor=reporter)
        await first_notice.begin(policy_id=policy.id, parts=told(2), actor=service)
