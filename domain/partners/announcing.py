"""Lets systems of partners be told of an event: written with the event itself, called by workers later."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.jobs.queue import Queued, enqueue_all
from domain.kernel.actor import Actor
from domain.kernel.database import fetch
from domain.kernel.ids import new_id
from domain.kernel.rows import add_all
from domain.kernel.subject import Scope, Subject, SubjectKind
from domain.partners.jobs import DeliverWebhook
from domain.partners.lifecycle import WEBHOOK_DELIVERY_LIFECYCLE
from domain.partners.models import WebhookDelivery
from domain.partners.terms import WebhookEvent

CALLED = """
SELECT id, partner_id FROM webhook_endpoint
WHERE partner_id = ANY($1::uuid[]) AND active AND events @> to_jsonb($2::text) ORDER BY id
"""
"""Where partners are called for an event."""


@dataclass(frozen=True, slots=True)
class News:
    """What happened to one row, and whose book it is in; `public_id` and `number` are all that is told of it."""

    subject: Subject
    public_id: str
    number: str
    partner_id: UUID | None


async def announce(event: WebhookEvent, news: News, *, actor: Actor) -> None:
    """Lets the partner's system be told of one event, in the transaction that causes it.

    Raises: NoTransaction outside of one.
    """
    await announce_all(event, [news], actor=actor)


async def announce_all(event: WebhookEvent, several: Sequence[News], *, actor: Actor) -> None:
    """Lets systems of partners be told of many events of a kind, in as many statements as one: one if none is called.

    Raises: NoTransaction outside of a transaction.
    """
    partners = sorted({each.partner_id for each in several if each.partner_id is not None})
    if not partners:
        return
    endpoints: dict[UUID | None, list[UUID]] = defaultdict(list)
    for row in await fetch(CALLED, partners, event.value):
        endpoints[UUID(str(row["partner_id"]))].append(UUID(str(row["id"])))
    deliveries = [
        _delivery(event, news, endpoint) for news in several for endpoint in endpoints.get(news.partner_id, ())
    ]
    if deliveries:
        await add_all(deliveries)
        await enqueue_all([_queued(each) for each in deliveries], actor=actor)


def _delivery(event: WebhookEvent, news: News, endpoint_id: UUID) -> WebhookDelivery:
    return WebhookDelivery(
        id=new_id(),
        endpoint_id=endpoint_id,
        partner_id=news.partner_id,
        event=event,
        subject_kind=news.subject.kind,
        subject_id=news.subject.id,
        told_id=news.public_id,
        told_number=news.number,
        state=WEBHOOK_DELIVERY_LIFECYCLE.initial,
    )


def _queued(row: WebhookDelivery) -> Queued:
    about = Subject(SubjectKind.WEBHOOK_DELIVERY, row.id)
    return Queued(DeliverWebhook(row.id), about, Scope(partner_id=row.partner_id))
