"""Identifiers: time-ordered UUIDs inside, a prefixed opaque text outside (`clm_` and 32 hex digits)."""

from __future__ import annotations

import os
import re
import time
from uuid import UUID

_PUBLIC = re.compile(r"([a-z]{3})_([0-9a-f]{32})")


def new_id() -> UUID:
    """A fresh version 7 UUID: 48 bits of milliseconds, then randomness (RFC 9562, 5.7)."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | int.from_bytes(os.urandom(10))
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    return UUID(int=(value & ~(0x3 << 62)) | (0x2 << 62))


def public_id(prefix: str, value: UUID) -> str:
    """The text by which the outside names a row."""
    return f"{prefix}_{value.hex}"


def parse_id(text: str) -> tuple[str, UUID] | None:
    """Prefix and value of a public id, or None when the text is not one."""
    match = _PUBLIC.fullmatch(text)
    return (match[1], UUID(hex=match[2])) if match else None


def own_id(prefix: str, text: str) -> UUID | None:
    """The value of a public id of one kind, or None when it is malformed or of another kind."""
    parsed = parse_id(text)
    return parsed[1] if parsed and parsed[0] == prefix else None


def any_id(text: str) -> UUID | None:
    """The value of a public id of whatever kind, or None when it is malformed."""
    parsed = parse_id(text)
    return parsed[1] if parsed else None
