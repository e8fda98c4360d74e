"""Sends one notification at most once: marked before it is handed over, so a second attempt never repeats the first.

A mail server keeps no key by which a doubled letter would be recognised. Between "twice sometimes" and "not at all
sometimes" the house chose the second: a notification that is found marked was handed over by an attempt that did not
live to say how it ended, and becomes FAILED with OUTCOME_UNKNOWN. It is tried again only when the gateway says that
the letter is certainly not out. What a notification went through stands in its own row and in its job's attempts.
"""

from __future__ import annotations

import json
from uuid import UUID

from domain.jobs.queue import enqueue
from domain.jobs.terms import Outcome
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import Run, transaction
from domain.kernel.ids import public_id
from domain.kernel.retries import retrying
from domain.kernel.rows import lock_row, save_changes
from domain.kernel.sealing import unseal
from domain.kernel.settings import settings
from domain.kernel.subject import Scope, Subject, SubjectKind
from domain.notifications.jobs import MAX_ATTEMPTS, NoticeDelivered
from domain.notifications.lifecycle import NOTIFICATION_LIFECYCLE
from domain.notifications.mailing import Letter, Mailer, MailRejected, MailUnavailable, MailUncertain
from domain.notifications.models import Notification
from domain.notifications.outbox import PARAMETERS_PLACE
from domain.notifications.reading import NOTIFICATION
from domain.notifications.rendering import render
from domain.notifications.terms import Channel, Failure, NotificationAction, NotificationState

AWAITED = frozenset({"CLAIM_DOCUMENTS_REQUESTED"})
"""Templates whose delivery is news: a time limit stands still from the day they reached the customer."""


async def send(notification_id: UUID, *, mailer: Mailer, actor: Actor, run: Run | None = None) -> Outcome:
    """Hands one notification to the mail server and records what became of it; what that means for the job.

    One that is out, or that nobody can send, is left as it is. No transaction is open while the server is spoken to.
    """
    letter = await _start(notification_id, actor, run)
    if isinstance(letter, Outcome):
        return letter
    try:
        await mailer.deliver(letter)
    except MailUnavailable:
        return await _try_later(notification_id, actor, run)
    except MailRejected:
        return await _fail(notification_id, Failure.REJECTED, actor, run)
    except MailUncertain:
        return await _fail(notification_id, Failure.OUTCOME_UNKNOWN, actor, run)
    await retrying(lambda: _record_sent(notification_id, actor, run))
    return Outcome.done()


async def _start(notification_id: UUID, actor: Actor, run: Run | None) -> Letter | Outcome:
    """Marks the notification and opens what was sealed; an outcome when there is nothing to send."""
    async with transaction(run):
        row = await lock_row(Notification, notification_id)
        if row is None:
            return Outcome.done()
        if row.state is NotificationState.SENDING:
            return await _end(row, NotificationAction.FAIL, Failure.OUTCOME_UNKNOWN, actor)
        if NOTIFICATION_LIFECYCLE.find(row.state, NotificationAction.START) is None:
            return Outcome.done()
        if row.channel is not Channel.MAIL:
            await _end(row, NotificationAction.SKIP, Failure.NO_CHANNEL, actor)
            return Outcome.done()
        letter = _letter(row)
        row.state = NOTIFICATION_LIFECYCLE.step(row.state, NotificationAction.START, actor)
        row.attempts += 1
        row.failure, row.message_id = None, letter.message_id
        await save_changes(row, "state", "attempts", "failure", "message_id")
        return letter


def _letter(row: Notification) -> Letter:
    parameters = json.loads(unseal(PARAMETERS_PLACE, row.id, row.parameters_sealed))
    text = render(row.template, row.language, parameters)
    house = settings().mail_from.partition("@")[2]
    return Letter(
        message_id=f"<{public_id(NOTIFICATION.prefix, row.id)}@{house}>",
        address=unseal(row.address_place, row.party_id, row.address_sealed),
        subject=text.subject,
        body=text.body,
        language=row.language,
    )


async def _record_sent(notification_id: UUID, actor: Actor, run: Run | None) -> None:
    async with transaction(run, finishing=True) as tx:
        row = await Notification.select_for_update(no_key=True).get(id=notification_id)
        row.state = NOTIFICATION_LIFECYCLE.step(row.state, NotificationAction.DELIVER, actor)
        row.sent_at = clock.now()
        await save_changes(row, "state", "sent_at")
        tx.made = Subject(SubjectKind.NOTIFICATION, row.id)
        if row.template in AWAITED:
            await enqueue(
                NoticeDelivered(row.id, row.template, row.subject_id, row.sent_at),
                actor=actor,
                subject=Subject(row.subject_kind, row.subject_id),
                scope=Scope(row.customer_id, row.partner_id),
            )


async def _try_later(notification_id: UUID, actor: Actor, run: Run | None) -> Outcome:
    async with transaction(run):
        row = await Notification.select_for_update(no_key=True).get(id=notification_id)
        if row.attempts >= MAX_ATTEMPTS:
            return await _end(row, NotificationAction.GIVE_UP, Failure.UNAVAILABLE, actor)
        row.state = NOTIFICATION_LIFECYCLE.step(row.state, NotificationAction.POSTPONE, actor)
        await save_changes(row, "state")
    return Outcome.failed(f"MAIL_{Failure.UNAVAILABLE}")


async def _fail(notification_id: UUID, failure: Failure, actor: Actor, run: Run | None) -> Outcome:
    async with transaction(run):
        row = await Notification.select_for_update(no_key=True).get(id=notification_id)
        return await _end(row, NotificationAction.FAIL, failure, actor)


async def _end(row: Notification, action: NotificationAction, failure: Failure, actor: Actor) -> Outcome:
    row.state = NOTIFICATION_LIFECYCLE.step(row.state, action, actor)
    row.failure = failure
    await save_changes(row, "state", "failure")
    return Outcome.refused(f"MAIL_{failure}")
