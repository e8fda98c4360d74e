"""Calls a partner's system: marked, then sent with no transaction open, then what became of it is recorded.

A call may arrive twice: its id is the same at every attempt, and by it the partner's system knows the second one.
"""

from __future__ import annotations

import json
from uuid import UUID

from domain.jobs.rules import backoff, jittered
from domain.jobs.terms import Outcome
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import Run, transaction
from domain.kernel.ids import public_id
from domain.kernel.projection.wire import instant_text
from domain.kernel.rows import lock_row, save_changes
from domain.kernel.subject import Subject, SubjectKind
from domain.partners.calling import WebhookCall, WebhookSender, WebhookUnanswered
from domain.partners.lifecycle import WEBHOOK_DELIVERY_LIFECYCLE
from domain.partners.models import WebhookDelivery, WebhookEndpoint
from domain.partners.reading import WEBHOOK_DELIVERY
from domain.partners.rules import event_type, is_given_up, signature
from domain.partners.terms import WebhookDeliveryAction, WebhookDeliveryState, WebhookFault
from domain.partners.webhooks import deactivate, secrets_of

GONE = 410
UNANSWERED = "WEBHOOK_UNANSWERED"


async def deliver(delivery_id: UUID, *, sender: WebhookSender, actor: Actor, run: Run | None = None) -> Outcome:
    """Makes one attempt at a call; 2xx ends it, 410 ends its endpoint, anything else is tried again for a day."""
    call = await _start(delivery_id, actor, run)
    if isinstance(call, Outcome):
        return call
    try:
        status = await sender.send(call)
    except WebhookUnanswered as unanswered:
        return await _try_later(delivery_id, None, unanswered.fault, actor, run)
    if status == GONE:
        return await _end_endpoint(delivery_id, actor, run)
    if not 200 <= status < 300:
        return await _try_later(delivery_id, status, WebhookFault.STATUS, actor, run)
    return await _record_delivered(delivery_id, status, actor, run)


async def _start(delivery_id: UUID, actor: Actor, run: Run | None) -> WebhookCall | Outcome:
    """Counts the attempt and says what to send; an outcome when there is nothing to send."""
    async with transaction(run):
        row = await lock_row(WebhookDelivery, delivery_id)
        if row is None or row.state is not WebhookDeliveryState.QUEUED:
            return Outcome.done()
        endpoint = await WebhookEndpoint.get(id=row.endpoint_id)
        if not endpoint.active:
            await _give_up(row, None, WebhookFault.REMOVED, actor)
            return Outcome.done(_subject(row))
        row.attempts, row.next_attempt_at = row.attempts + 1, None
        await save_changes(row, "attempts", "next_attempt_at")
        return _call(row, endpoint)


def _call(row: WebhookDelivery, endpoint: WebhookEndpoint) -> WebhookCall:
    """Ids and numbers alone: what else there is to know, the partner's system asks for as itself."""
    message_id, timestamp = public_id(WEBHOOK_DELIVERY.prefix, row.id), int(clock.now().timestamp())
    told = {
        "type": event_type(row.event),
        "timestamp": instant_text(row.created_at),
        "data": {"id": row.told_id, "number": row.told_number},
    }
    body = json.dumps(told, separators=(",", ":")).encode()
    signatures = tuple(signature(each, message_id, timestamp, body) for each in secrets_of(endpoint))
    return WebhookCall(endpoint.url, message_id, timestamp, body, signatures)


async def _record_delivered(delivery_id: UUID, status: int, actor: Actor, run: Run | None) -> Outcome:
    async with transaction(run, finishing=True) as tx:
        row = await WebhookDelivery.select_for_update(no_key=True).get(id=delivery_id)
        tx.made = _subject(row)
        if row.state is WebhookDeliveryState.QUEUED:
            row.state = WEBHOOK_DELIVERY_LIFECYCLE.step(row.state, WebhookDeliveryAction.DELIVER, actor)
            row.delivered_at, row.last_status, row.last_fault = clock.now(), status, None
            await save_changes(row, "state", "delivered_at", "last_status", "last_fault")
    return Outcome.done(_subject(row))


async def _try_later(
    delivery_id: UUID, status: int | None, fault: WebhookFault, actor: Actor, run: Run | None
) -> Outcome:
    """Makes it wait, longer each time; given up after a day. When the next attempt is due, its reader is told."""
    async with transaction(run):
        row = await WebhookDelivery.select_for_update(no_key=True).get(id=delivery_id)
        if row.state is not WebhookDeliveryState.QUEUED:
            return Outcome.done(_subject(row))
        due = clock.now() + jittered(backoff(row.attempts))
        if is_given_up(row.created_at, due):
            await _give_up(row, status, fault, actor)
            return Outcome.refused(UNANSWERED, fault)
        row.last_status, row.last_fault, row.next_attempt_at = status, fault, due
        await save_changes(row, "last_status", "last_fault", "next_attempt_at")
    return Outcome.later(due, fault)


async def _end_endpoint(delivery_id: UUID, actor: Actor, run: Run | None) -> Outcome:
    """The partner's system wants no more calls there."""
    async with transaction(run, finishing=True) as tx:
        row = await WebhookDelivery.select_for_update(no_key=True).get(id=delivery_id)
        tx.made = _subject(row)
        endpoint = await WebhookEndpoint.select_for_update(no_key=True).get(id=row.endpoint_id)
        if endpoint.active:
            await deactivate(endpoint, actor, reason=f"HTTP {GONE}")
        if row.state is WebhookDeliveryState.QUEUED:
            await _give_up(row, GONE, WebhookFault.GONE, actor)
    return Outcome.done(_subject(row))


async def _give_up(row: WebhookDelivery, status: int | None, fault: WebhookFault, actor: Actor) -> None:
    row.state = WEBHOOK_DELIVERY_LIFECYCLE.step(row.state, WebhookDeliveryAction.GIVE_UP, actor)
    row.last_status, row.last_fault, row.next_attempt_at = status, fault, None
    await save_changes(row, "state", "last_status", "last_fault", "next_attempt_at")


def _subject(row: WebhookDelivery) -> Subject:
    return Subject(SubjectKind.WEBHOOK_DELIVERY, row.id)
