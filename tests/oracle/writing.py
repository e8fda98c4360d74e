"""How the wire writes values, by hand and in Python: names, ids, instants, amounts, cursors."""

from __future__ import annotations

import base64
import json
import re
import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

Values = dict[str, Any]
PAIRED = "\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3"
STRETCHES = re.compile(rf"[{PAIRED}]+|[^\W_{PAIRED}]+")


def snake(name: str) -> str:
    """The column of a camel-case name."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def wire(value: Any) -> Any:
    """A stored value as the wire shows it."""
    match value:
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"
        case date():
            return value.strftime("%Y-%m-%d")
        case Decimal():
            return format(value, "f")
    return value


def money(minor: int | None, currency: str) -> Values | None:
    """An amount as the wire shows it."""
    if minor is None:
        return None
    places = 0 if currency == "JPY" else 2
    return {"amount": format(Decimal(minor).scaleb(-places), "f"), "currency": currency}


def read_id(text: str) -> tuple[str, UUID] | None:
    """Prefix and value of a public id."""
    prefix, _, digits = text.partition("_")
    if len(prefix) != 3 or len(digits) != 32 or set(digits) - set("0123456789abcdef"):
        return None
    return prefix, UUID(digits)


def cursor_id(cursor: str) -> str:
    """The row that a cursor stands on."""
    return str(json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))[-1])


def pieces(text: str) -> set[str]:
    """What a row must hold to be found by a text: words, and each two neighbours of Chinese, Japanese or Korean."""
    found: set[str] = set()
    for each in STRETCHES.findall(unicodedata.normalize("NFKC", text).casefold()):
        paired = len(each) > 1 and re.match(f"[{PAIRED}]", each)
        found |= {one + other for one, other in pairwise(each)} if paired else {each[:64]}
    return found
