"""Bordereaux in every state for the seeded world, two partners' each."""

from __future__ import annotations

from collections.abc import Sequence

from domain.bordereaux import answering
from domain.bordereaux.premiums import PREMIUMS
from domain.kernel.actor import Actor
from domain.policies.models import Policy
from tests.factories.bordereaux import (
    bordereau_open,
    bordereau_submitted,
    bordereau_written,
    month_ago,
    on_day,
    posted_wrongly,
)
from tests.factories.insured import sold


async def seed_bordereaux(partners: Sequence[Actor]) -> None:
    """For each partner one that is open, and others that differ, are equal, were handed over, and were answered."""
    for turn, partner in enumerate(partners):
        await _wrong(partner, 7 + turn)
        await bordereau_open(partner, month_ago(6))
        await bordereau_written(partner, month_ago())
        await bordereau_submitted(partner, month_ago(2))
        agreed, other = [await bordereau_submitted(partner, month_ago(months)) for months in (3, 4)]
        await answering.acknowledge(PREMIUMS, agreed.id, expected_version=agreed.version, actor=partner)
        await answering.reject(
            PREMIUMS, other.id, reason="one is missing", expected_version=other.version, actor=partner
        )


async def _wrong(partner: Actor, months: int) -> None:
    """A month whose premium was posted twice."""
    with on_day(month_ago(months)):
        policy: Policy = await sold(partner=partner)
    await posted_wrongly(policy.id, 100 * months)
    await bordereau_written(partner, month_ago(months))
