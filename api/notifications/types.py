"""What notifications show: that somebody was written to, when and about what, never what the letter says."""

from __future__ import annotations

from datetime import datetime

from api.enums import described
from api.node import Node
from api.reading import fields
from domain.kernel.subject import SubjectKind
from domain.notifications.reading import NOTIFICATION
from domain.notifications.terms import Channel, Failure, NotificationState

described(Channel)
described(NotificationState)
described(SubjectKind)
described(Failure, "NotificationFailure")


@fields.entity_type(NOTIFICATION)
class Notification(Node):
    """A letter to a customer or to a member of staff 通知."""

    template: str = fields.bound("Which letter, such as `CLAIM_APPROVED`.")
    channel: Channel = fields.bound("How it travels.")
    party_kind: SubjectKind = fields.bound("The kind of whom it is written to.")
    address: str = fields.bound("Where it goes, as a mask.")
    language: str = fields.bound("The language it is written in, `zh` or `en`.")
    subject_kind: SubjectKind = fields.bound("The kind of the row that it is about.")
    subject: Node | None = fields.bound("The row that it is about; null when that is out of sight.")
    state: NotificationState = fields.bound("Where it stands.")
    failure: Failure | None = fields.bound("Why it was not sent.")
    attempts: int = fields.bound("How often it was handed to the mail server.")
    message_id: str | None = fields.bound("The mail's Message-ID, the same at every attempt.")
    created_at: datetime = fields.bound("When it was caused.")
    sent_at: datetime | None = fields.bound("When the mail server took it.")
    version: int = fields.bound("How often it was changed.")
