"""How mail comes into the house: what a letter is once it is read, and what a mailbox does that letters arrive in.

A letter stays in its mailbox until somebody says what became of it, so that none is lost when a process dies half-way;
whoever takes letters in must therefore know again one that came before, by its `message_id`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a letter, as its sender named it; neither name nor type is to be believed.

    Units: `size` in bytes; `sha256` in hex.
    """

    name: str = field(repr=False)
    content_type: str
    size: int
    sha256: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it can be stored: no text holds a NUL or half a character.

    `sender` is the bare address in lower case, as the letter claims it: nothing proves it. `text` is what its writer
    added, without what is quoted. `in_reply_to` are the message ids it answers, the nearest first. An automatic letter
    (a bounce, an absence note, a list) is never answered.
    """

    message_id: str
    sender: str = field(repr=False)
    sender_name: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    sent_at: datetime | None
    in_reply_to: tuple[str, ...]
    attachments: tuple[Attachment, ...]
    is_automatic: bool


class Fault(StrEnum):
    """Why a mail cannot be made a letter (无法读取的原因)."""

    NO_SENDER = "NO_SENDER"
    """没有发件人."""
    TOO_LARGE = "TOO_LARGE"
    """邮件过大."""
    EMPTY = "EMPTY"
    """没有内容."""


class Unreadable(Exception):
    """A mail that cannot be made a letter; its text names the fault and nothing of the mail."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Arrived:
    """A mail that waits in a mailbox, unread; `uid` is the mailbox's own word for it and means nothing elsewhere.

    `raw` ends one byte after the limit of a letter, so that a larger one is told by its length.
    """

    uid: str
    raw: bytes = field(repr=False)


class MailboxUnavailable(Exception):
    """The mailbox cannot be reached now; nothing is lost, and the same may be tried again."""


class MailboxRefused(Exception):
    """The mailbox does not let us in, or is not the one it should be: of no use to try again before somebody acts."""


class Mailbox(Protocol):
    """A mailbox that letters arrive in."""

    async def fetch(self, limit: int) -> list[Arrived]:
        """The mails that wait, the oldest first, at most `limit`; those not settled or rejected come again.

        Raises: MailboxUnavailable, MailboxRefused.
        """
        ...

    async def settle(self, uid: str) -> None:
        """Puts a mail away that was taken in; one that is gone already stays gone.

        Raises: MailboxUnavailable, MailboxRefused.
        """
        ...

    async def reject(self, uid: str) -> None:
        """Puts a mail aside that nobody can take in, where people may look at it.

        Raises: MailboxUnavailable, MailboxRefused.
        """
        ...


_mailboxes: list[Mailbox] = []


def use_mailbox(mailbox: Mailbox) -> None:
    """Lets this process fetch letters from a mailbox; said once, where the process is put together."""
    _mailboxes[:] = [mailbox]


def mailbox_in_use() -> Mailbox | None:
    """The mailbox of this process, or None where no mail is fetched."""
    return _mailboxes[0] if _mailboxes else None
