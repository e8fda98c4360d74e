"""The arithmetic of inquiries: what stands in a conversation, and until when what may be done."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TypedDict

from domain.inquiries.refusals import ConversationFull
from domain.inquiries.terms import EntryKind

MOST_ENTRIES = 200
"""Parts of one conversation; whoever has more to say opens another inquiry."""
NUMBER = re.compile(r"\bIN(\d{4})(\d{6,})\b")
"""The number for people, as letters quote it: `IN2026000042`."""


class Entry(TypedDict):
    """One part of a conversation as it is stored: `at` as the wire shows it, `by` a member of staff's id or null."""

    kind: str
    text: str
    at: str
    by: str | None


def entry(kind: EntryKind, text: str, at: datetime, by: object | None = None) -> Entry:
    """One part of a conversation."""
    shown = at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return Entry(kind=kind.value, text=text, at=shown, by=str(by) if by else None)


def added(entries: Sequence[Entry], one: Entry) -> list[Entry]:
    """A conversation with one part more.

    Raises: ConversationFull.
    """
    if len(entries) >= MOST_ENTRIES:
        raise ConversationFull(most=MOST_ENTRIES)
    return [*entries, one]


def number_in(subject_line: str) -> str | None:
    """The inquiry that a letter's subject line names."""
    match = NUMBER.search(subject_line)
    return match[0] if match else None


def until(start: datetime, days: int) -> datetime:
    """When a limit ends. Units: calendar days."""
    return start + timedelta(days=days)
