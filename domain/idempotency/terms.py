"""What names a request and what is kept of its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class RequestKey:
    """What makes a request the same as one before: who asks, which operation, by which key, with which input.

    `payload_hash` is an HMAC-SHA-256 over operation and input; `for_ever` is for operations that move money.
    """

    actor: str
    operation: str
    text: str
    payload_hash: bytes
    for_ever: bool = False


@dataclass(frozen=True)
class Outcome:
    """What is kept of an answer: ids of the rows that it showed, by their fields, or why it was refused.

    `refusals` are values of the face, each once for every language that it speaks.
    """

    ids: Mapping[str, UUID | None] = field(default_factory=dict)
    refusals: tuple[Mapping[str, Any], ...] = ()
