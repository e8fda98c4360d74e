"""Scalars on the wire: for each, one SQL expression and one Python function that give the same JSON value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.kernel.ids import public_id
from domain.kernel.money import Currency, Money


@dataclass(frozen=True)
class Wire:
    """How values of one kind are written. `parameter` is the PostgreSQL type that a bound value is cast to."""

    name: str
    parameter: str
    sql: Callable[[str], str]
    python: Callable[[Any], object]
    prefix: str | None = None


def _same(expression: str) -> str:
    return expression


def instant_text(value: datetime) -> str:
    """RFC 3339 in UTC with milliseconds and `Z`."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def amount_text(value: Money) -> str:
    """A decimal text at the currency's scale."""
    return f"{value.amount:f}"


TEXT = Wire("String", "text", _same, str)
WHOLE = Wire("Int", "int", _same, int)
TRUTH = Wire("Boolean", "bool", _same, bool)
BIG = Wire("BigInt", "bigint", lambda c: f"{c}::text", str)
RATE = Wire("Decimal", "numeric", lambda c: f"{c}::text", lambda value: f"{Decimal(value):f}")
DAY = Wire("Date", "date", _same, date.isoformat)  # json writes it as ISO 8601; to_char takes four times as long
INSTANT = Wire(
    "DateTime", "timestamptz", lambda c: f"to_char({c}, 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')", instant_text
)
BLIND = Wire("String", "bytea", lambda c: f"encode({c}, 'hex')", lambda value: bytes(value).hex())
JSON = Wire("JSON", "json", lambda c: f"{c}::json", lambda value: value)
TERMS = Wire("[String!]", "text[]", _same, list)  # as `searching.terms` makes them


def id_of(prefix: str) -> Wire:
    """The public id of rows that carry this prefix."""

    def text(value: UUID) -> str:
        return public_id(prefix, value)

    return Wire("ID", "uuid", lambda c: f"'{prefix}_' || encode(uuid_send({c}), 'hex')", text, prefix)


ANY_ID = Wire("ID", "uuid", _same, str, prefix="")


def amount_sql(minor: str, currency: str) -> str:
    """The decimal text of an amount in minor units at its currency's scale."""
    unscaled = ", ".join(f"'{each}'" for each in Currency if each.scale == 0)
    return f"CASE WHEN {currency} IN ({unscaled}) THEN {minor}::text ELSE ({minor} * 0.01)::text END"
