"""Identifiers: time-ordered UUIDs inside, a prefixed opaque text outside (`clm_` and 32 hex digits)."""

from __future__ import annotations

import re
import secrets
import threading
import time
from uuid import UUID

_PUBLIC = re.compile(r"([a-z]{3})_([0-9a-f]{32})")


_TAIL = 74  # random bits of an id
_making = threading.Lock()
_last = 0


def new_id() -> UUID:
    """A fresh version 7 UUID: 48 bits of milliseconds, then randomness.

    Ids of one process grow strictly, within a millisecond too, so that sorting rows by id is sorting by creation.
    Source: RFC 9562, 5.7 and 6.2 (method 2).
    """
    global _last  # noqa: PLW0603 - what the next id must exceed
    made = (time.time_ns() // 1_000_000 << _TAIL) | secrets.randbits(_TAIL - 1)
    with _making:
        if made <= _last:
            made = _last + 1 + secrets.randbits(32)
        _last = made
    milliseconds, tail = divmod(made, 1 << _TAIL)
    head, rest = divmod(tail, 1 << 62)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | head << 64 | 0x2 << 62 | rest)


def public_id(prefix: str, value: UUID) -> str:
    """The text by which the outside names a row."""
    return f"{prefix}_{value.hex}"


def parse_id(text: str) -> tuple[str, UUID] | None:
    """Prefix and value of a public id, or None when the text is not one."""
    match = _PUBLIC.fullmatch(text)
    return (match[1], UUID(int=int(match[2], 16))) if match else None


def own_id(prefix: str, text: str) -> UUID | None:
    """The value of a public id of one kind, or None when it is malformed or of another kind."""
    parsed = parse_id(text)
    return parsed[1] if parsed and parsed[0] == prefix else None


def any_id(text: str) -> UUID | None:
    """The value of a public id of whatever kind, or None when it is malformed."""
    parsed = parse_id(text)
    return parsed[1] if parsed else None
