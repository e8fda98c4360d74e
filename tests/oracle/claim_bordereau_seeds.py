"""Claims bordereaux in every state for the seeded world, two partners' each."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from domain.bordereaux import answering
from domain.claim_bordereaux.claims import CLAIMS
from domain.kernel.actor import Actor
from tests.factories.bordereaux import month_ago
from tests.factories.claim_bordereaux import claims_open, claims_submitted, claims_written


async def seed_claim_bordereaux(partners: Sequence[Actor]) -> None:
    """For each partner one that is open, and others that are equal, were handed over, and were answered."""
    for partner in partners:
        partner_id = partner.partner_id or UUID(int=0)
        await claims_open(partner_id, month_ago(6))
        await claims_written(partner_id, month_ago())
        await claims_submitted(partner_id, month_ago(2))
        agreed, other = [await claims_submitted(partner_id, month_ago(months)) for months in (3, 4)]
        await answering.acknowledge(CLAIMS, agreed.id, expected_version=agreed.version, actor=partner)
        await answering.reject(CLAIMS, other.id, reason="one is missing", expected_version=other.version, actor=partner)
