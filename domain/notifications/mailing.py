"""How mail leaves the house: what a mail gateway does, and what it says when it could not.

The three ways to fail differ in one thing that decides everything after: whether the letter may be out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to one address. `message_id` is the same however often it is tried, so that doubles are recognised."""

    message_id: str
    address: str = field(repr=False)
    subject: str = field(repr=False)
    body: str = field(repr=False)
    language: str


class MailUnavailable(Exception):
    """The letter is certainly not out and may be tried again: no connection, or "not now" before it was accepted."""


class MailRejected(Exception):
    """The letter is certainly not out and never will be: the address, or the letter, was refused for good."""


class MailUncertain(Exception):
    """The letter was handed over and the answer was lost: it may be out."""


class Mailer(Protocol):
    """Hands letters to a mail server."""

    async def deliver(self, letter: Letter) -> None:
        """Returns once the server took the letter.

        Raises: MailUnavailable, MailRejected, MailUncertain.
        """


class NoMailer(RuntimeError):
    """The process was put together without a mail gateway."""


_mailers: list[Mailer] = []


def use_mailer(mailer: Mailer) -> None:
    """Lets this process send by a gateway; said once, where the process is put together."""
    _mailers[:] = [mailer]


def mailer_in_use() -> Mailer:
    """The gateway of this process.

    Raises: NoMailer.
    """
    if not _mailers:
        raise NoMailer("no mail gateway was given to this process")
    return _mailers[0]
