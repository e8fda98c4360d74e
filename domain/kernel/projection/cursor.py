"""Reads back the cursors that the statements make, strictly: visibility is applied anyway, so they are not signed."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

import orjson

from domain.kernel.projection.entity import Order
from domain.kernel.projection.pages import CURSOR_VERSION

MAX_LENGTH = 1_000
MAX_DIGITS = 40
_ALPHABET = re.compile(r"[A-Za-z0-9_-]+")


class BadCursor(ValueError):
    """A cursor that this list did not make: malformed, of another order, or of another filter."""


def _instant(text: str) -> datetime:
    value = datetime.fromisoformat(text)
    if value.tzinfo is None:
        raise ValueError(text)
    return value.astimezone(UTC)  # raises where the instant is beyond the calendar


def _number(text: str) -> Decimal:
    value = Decimal(text)
    if not value.is_finite() or abs(value.adjusted()) > MAX_DIGITS:
        raise ValueError(text)
    return value


def _whole(bits: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        value = int(text)
        if not -(2 ** (bits - 1)) <= value < 2 ** (bits - 1):
            raise ValueError(text)
        return value

    return read


_READ: Mapping[str, Callable[[str], Any]] = {
    "timestamptz": _instant,
    "date": date.fromisoformat,
    "uuid": UUID,
    "text": str,
    "int": _whole(32),
    "bigint": _whole(64),
    "numeric": _number,
}


def filter_hash(values: object) -> str:
    """A short name for one choice of filters; a cursor made under another choice is refused."""
    canonical = orjson.dumps(values, default=str, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(canonical).hexdigest()[:12]


def read_cursor(text: str, order_name: str, order: Order, expected_hash: str) -> tuple[Any, ...]:
    """The key values of a cursor, typed for binding.

    Raises: BadCursor.
    """
    try:
        if len(text) > MAX_LENGTH or not _ALPHABET.fullmatch(text):
            raise BadCursor
        version, name, found_hash, *keys = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if (version, name, found_hash) != (CURSOR_VERSION, order_name, expected_hash) or len(keys) != len(order.types):
            raise BadCursor
        values = tuple(_READ[kind](key) for kind, key in zip(order.types, keys, strict=True))
    except (ValueError, TypeError, AttributeError, InvalidOperation, OverflowError) as error:
        raise BadCursor("is not a cursor of this list") from error
    if any(isinstance(value, str) and "\0" in value for value in values):
        raise BadCursor("is not a cursor of this list")
    return values
