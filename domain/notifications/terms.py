"""Words of the notifications room."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from domain.kernel.subject import Subject


class Channel(StrEnum):
    """How a notification travels: mail 邮件 or text message 短信."""

    MAIL = "MAIL"
    """邮件."""
    SMS = "SMS"
    """短信."""


class NotificationState(StrEnum):
    """Where a notification stands 通知状态."""

    QUEUED = "QUEUED"
    """Waits to be sent 待发送."""
    SENDING = "SENDING"
    """Being handed to the mail server: from here on nobody sends it a second time 发送中."""
    SENT = "SENT"
    """The mail server took it 已发送."""
    FAILED = "FAILED"
    """The mail server refused it for good, or nobody knows whether it took it 发送失败."""
    DEAD = "DEAD"
    """The mail server was out of reach at every attempt 已放弃."""
    SKIPPED = "SKIPPED"
    """There is no way to send it 已跳过."""


class NotificationAction(StrEnum):
    """What the sending does to a notification."""

    START = "START"
    DELIVER = "DELIVER"
    POSTPONE = "POSTPONE"
    FAIL = "FAIL"
    GIVE_UP = "GIVE_UP"
    SKIP = "SKIP"


class Failure(StrEnum):
    """Why a notification was not sent 失败原因."""

    REJECTED = "REJECTED"
    """The mail server refused it for good."""
    OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN"
    """It may have been sent: the answer, or the worker, was lost on the way."""
    UNAVAILABLE = "UNAVAILABLE"
    """The mail server was out of reach."""
    NO_CHANNEL = "NO_CHANNEL"
    """Nothing sends by this channel."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom to write to, and in which language (`zh` or `en`).

    The address stays sealed for `address_place` and the party's row; only the sending opens it.
    """

    party: Subject
    channel: Channel
    address_sealed: bytes = field(repr=False)
    address_place: str
    language: str
    address_mask: str
