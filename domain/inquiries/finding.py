"""What an inquiry is found by when somebody searches."""

from __future__ import annotations

from collections.abc import Sequence

from domain.inquiries.rules import Entry
from domain.kernel.searching import terms


def found_by(subject_line: str, entries: Sequence[Entry]) -> list[str]:
    """The terms of an inquiry's subject line and of every part of the conversation; not those of notes."""
    return sorted(terms("\n".join([subject_line, *(each["text"] for each in entries)])))
