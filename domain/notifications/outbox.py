"""Puts a notification into the transaction of the change that causes it; what it says is sealed before it is stored."""

from __future__ import annotations

import json
from uuid import UUID

from domain.jobs.queue import enqueue
from domain.jobs.terms import Priority
from domain.kernel.actor import Actor
from domain.kernel.database import current
from domain.kernel.ids import new_id
from domain.kernel.sealing import seal
from domain.kernel.subject import Scope, Subject, SubjectKind
from domain.notifications.jobs import SendNotice
from domain.notifications.models import Notification
from domain.notifications.terms import NotificationState, Recipient

PARAMETERS_PLACE = "notification:parameters"
URGENT = frozenset({"SIGN_IN_CODE", "STAFF_PASSWORD_CODE"})
"""Templates that somebody sits and waits for."""


async def notify(
    *,
    template: str,
    recipient: Recipient,
    parameters: dict[str, str],
    subject: Subject,
    scope: Scope,
    actor: Actor,
) -> UUID:
    """Writes to a party about a row: the letter goes out after this transaction has committed. The notification's id.

    Raises: NoTransaction outside of one.
    """
    current()
    row = await _add(template, recipient, parameters, subject, scope)
    await enqueue(
        SendNotice(notification_id=row.id),
        actor=actor,
        subject=Subject(SubjectKind.NOTIFICATION, row.id),
        scope=scope,
        priority=Priority.URGENT if template in URGENT else None,
    )
    return row.id


async def _add(
    template: str, recipient: Recipient, parameters: dict[str, str], subject: Subject, scope: Scope
) -> Notification:
    row_id = new_id()
    text = json.dumps(parameters, ensure_ascii=False)
    return await Notification.create(
        id=row_id,
        template=template,
        party_kind=recipient.party.kind,
        party_id=recipient.party.id,
        channel=recipient.channel,
        address_sealed=recipient.address_sealed,
        address_place=recipient.address_place,
        address_mask=recipient.address_mask,
        language=recipient.language,
        parameters_sealed=seal(PARAMETERS_PLACE, row_id, text),
        subject_kind=subject.kind,
        subject_id=subject.id,
        customer_id=scope.customer_id,
        partner_id=scope.partner_id,
        state=NotificationState.QUEUED,
    )
