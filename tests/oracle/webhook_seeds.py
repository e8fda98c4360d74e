"""Systems of partners for the oracle's database: called, not answering, and gone."""

from __future__ import annotations

from collections.abc import Sequence

from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.partners import delivering, webhooks
from domain.partners.announcing import announce_all
from domain.partners.models import WebhookDelivery
from domain.partners.terms import WebhookEvent
from domain.policies.models import Policy
from domain.policies.notices import news_of
from tests.factories.insured import OFFICE, Insured
from tests.factories.webhooks import URL, Answers, called_at

STATUSES = (204, 500, None, 410)


async def seed_webhooks(partners: Sequence[Actor], books: Sequence[Sequence[Insured]]) -> None:
    """Each partner has an endpoint for everything, one that is gone and one that was removed."""
    for number, (partner, book) in enumerate(zip(partners, books, strict=True)):
        await called_at(partner, f"{URL}/{number}")
        for status in STATUSES:
            told = await called_at(partner, f"{URL}/{number}/{status}", [WebhookEvent.POLICY_ISSUED])
            await _issued(book[:2])
            for row in await WebhookDelivery.filter(endpoint_id=told.endpoint_id):
                await delivering.deliver(row.id, sender=Answers(status), actor=OFFICE)
            if status != 410:
                await webhooks.remove(told.endpoint_id, reason="moved", expected_version=1, actor=partner)


async def _issued(book: Sequence[Insured]) -> None:
    policies = [await Policy.get(id=each.policy_id) for each in book]
    async with transaction():
        await announce_all(WebhookEvent.POLICY_ISSUED, [news_of(each) for each in policies], actor=OFFICE)
