"""Puts a notification into the transaction of the change that causes it; what it says is sealed before it is stored."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.jobs.queue import Queued, enqueue, enqueue_all
from domain.jobs.terms import Priority
from domain.kernel.actor import Actor
from domain.kernel.database import current
from domain.kernel.ids import new_id
from domain.kernel.rows import add_all
from domain.kernel.sealing import seal
from domain.kernel.subject import Scope, Subject, SubjectKind
from domain.notifications.jobs import SendNotice
from domain.notifications.models import Notification
from domain.notifications.terms import NotificationState, Recipient

PARAMETERS_PLACE = "notification:parameters"
URGENT = frozenset({"SIGN_IN_CODE", "STAFF_PASSWORD_CODE"})
"""Templates that somebody sits and waits for."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is written to a party about a row; `scope` says whom it concerns."""

    template: str
    recipient: Recipient
    parameters: dict[str, str]
    subject: Subject
    scope: Scope


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
    row = _row(Letter(template, recipient, parameters, subject, scope))
    await add_all([row])
    await enqueue(
        SendNotice(notification_id=row.id),
        actor=actor,
        subject=Subject(SubjectKind.NOTIFICATION, row.id),
        scope=scope,
        priority=Priority.URGENT if template in URGENT else None,
    )
    return row.id


async def notify_all(letters: Sequence[Letter], *, actor: Actor) -> None:
    """Writes many letters that nobody sits and waits for, in two statements.

    Raises: NoTransaction outside of a transaction.
    """
    current()
    rows = [_row(each) for each in letters]
    await add_all(rows)
    await enqueue_all(
        [
            Queued(SendNotice(notification_id=row.id), Subject(SubjectKind.NOTIFICATION, row.id), each.scope)
            for row, each in zip(rows, letters, strict=True)
        ],
        actor=actor,
    )


def _row(letter: Letter) -> Notification:
    row_id = new_id()
    text = json.dumps(letter.parameters, ensure_ascii=False)
    return Notification(
        id=row_id,
        template=letter.template,
        party_kind=letter.recipient.party.kind,
        party_id=letter.recipient.party.id,
        channel=letter.recipient.channel,
        address_sealed=letter.recipient.address_sealed,
        address_place=letter.recipient.address_place,
        address_mask=letter.recipient.address_mask,
        language=letter.recipient.language,
        parameters_sealed=seal(PARAMETERS_PLACE, row_id, text),
        subject_kind=letter.subject.kind,
        subject_id=letter.subject.id,
        customer_id=letter.scope.customer_id,
        partner_id=letter.scope.partner_id,
        state=NotificationState.QUEUED,
    )
