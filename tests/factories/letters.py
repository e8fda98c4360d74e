"""Mails as they arrive, and a room that takes them in as the real one does."""

from __future__ import annotations

from collections.abc import Sequence

from domain.inquiries.letters import Arrived, Mailbox, Unreadable
from domain.inquiries.parsing import letter_in
from tests.factories.imap_server import LIMIT


def mail(words: str, size: int = 0) -> bytes:
    return f"From: zhang@example.com\r\nSubject: {words}\r\n\r\n{words}\r\n".encode() + b"x" * size


async def take_in_all(mailbox: Mailbox, batch: int = 10, taken: list[str] | None = None) -> list[str]:
    """What the room does: each letter is taken in and settled, what is none is rejected. The subjects, in order."""
    taken = [] if taken is None else taken
    while arrived := await mailbox.fetch(batch):
        for each in arrived:
            try:
                taken.append(letter_in(each, most=LIMIT).subject)
            except Unreadable:
                await mailbox.reject(each.uid)
            else:
                await mailbox.settle(each.uid)
    return taken


def subjects(arrived: Sequence[Arrived]) -> list[str]:
    return [letter_in(each, most=LIMIT).subject for each in arrived]
