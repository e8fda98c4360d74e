"""Every scalar has one form on the wire, whether the database or Python writes it."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from domain import rooms
from domain.kernel import masks
from domain.kernel.money import Currency, Money
from domain.kernel.projection.entity import Entity, Masked
from domain.kernel.projection.pool import SERVER_SETTINGS
from domain.kernel.projection.wire import (
    BIG,
    DAY,
    INSTANT,
    JSON,
    RATE,
    TERMS,
    TEXT,
    TRUTH,
    WHOLE,
    Wire,
    amount_sql,
    amount_text,
    id_of,
)

DICE = random.Random(20261124)
MANY = 400
LETTERS = "aZ09 \t\n\r\"'\\/<>&%_\x01\x1f\x7fäß中文張😀\u2028\ufeff\u200d"
FIRST, LAST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999000, tzinfo=UTC)


def text() -> str:
    return "".join(DICE.choices(LETTERS, k=DICE.randrange(30)))


def instant() -> datetime:
    return FIRST + timedelta(milliseconds=DICE.randrange(int((LAST - FIRST) / timedelta(milliseconds=1))))


def document(depth: int = 2) -> Any:
    leaves = [None, True, DICE.randrange(-(2**40), 2**40), text()]
    if depth == 0:
        return DICE.choice(leaves)
    return DICE.choice([*leaves, [document(depth - 1)] * 2, {text(): document(depth - 1)}])


def many(make: Callable[[], Any], *extremes: Any) -> list[Any]:
    return [*extremes, *(make() for _ in range(MANY))]


VALUES: dict[str, tuple[Wire, str, list[Any]]] = {
    "text": (TEXT, "text", many(text, "", " ", "\\u0000", "null", '"')),
    "whole": (WHOLE, "int", many(lambda: DICE.randrange(-(2**31), 2**31), -(2**31), 2**31 - 1, 0, -1)),
    "truth": (TRUTH, "bool", [True, False]),
    "big": (BIG, "bigint", many(lambda: DICE.randrange(-(2**63), 2**63), -(2**63), 2**63 - 1, 2**53 + 1, 0)),
    "rate": (
        RATE,
        "numeric(12, 6)",
        many(
            lambda: Decimal(DICE.randrange(-(10**12) + 1, 10**12)).scaleb(-6),
            Decimal("0.000000"),
            Decimal("0.000001"),
            Decimal("-0.000001"),
            Decimal("999999.999999"),
            Decimal("100.000000"),
        ),
    ),
    "day": (DAY, "date", many(lambda: instant().date(), date(1, 1, 2), date(9999, 12, 30), date(2000, 2, 29))),
    "instant": (INSTANT, "timestamptz(3)", many(instant, FIRST, LAST, datetime(1970, 1, 1, tzinfo=UTC))),
    "id": (id_of("clm"), "uuid", many(lambda: UUID(int=DICE.getrandbits(128)), UUID(int=0), UUID(int=2**128 - 1))),
}


@pytest.fixture
async def reader(server_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection as the read pool opens it."""
    connection = await asyncpg.connect(server_url, server_settings=SERVER_SETTINGS)
    yield connection
    await connection.close()


async def written(reader: asyncpg.Connection, expression: str, kind: str, values: Sequence[Any]) -> list[Any]:
    """What the database writes for each value, read back as a client would."""
    array = f"{kind.partition('(')[0]}[]"
    rows = await reader.fetch(
        f"SELECT to_json({expression})::text AS json FROM unnest($1::{array}) WITH ORDINALITY AS r(raw, n) "
        f"CROSS JOIN LATERAL (SELECT raw::{kind} AS v) AS t ORDER BY n",
        values,
    )
    return [json.loads(row["json"]) for row in rows]


@pytest.mark.parametrize("name", VALUES)
async def test_the_database_and_python_write_the_same(reader: asyncpg.Connection, name: str) -> None:
    wire, kind, values = VALUES[name]
    assert await written(reader, wire.sql("t.v"), kind, values) == [wire.python(each) for each in values]


async def test_documents_go_out_as_they_were_stored(reader: asyncpg.Connection) -> None:
    values = many(document, None, {}, [], {"a": {"b": [1, 2]}})
    stored = [json.dumps(each) for each in values]
    found = await written(reader, JSON.sql("t.v"), "jsonb", stored)
    assert found == [JSON.python(each) for each in values]


async def test_lists_of_terms_are_written_alike(reader: asyncpg.Connection) -> None:
    for each in many(lambda: [text() for _ in range(DICE.randrange(4))], [], [""], ["NULL", "{}", '"']):
        found = await reader.fetchval(f"SELECT to_json({TERMS.sql('$1::text[]')})::text", each)
        assert json.loads(found) == TERMS.python(each)


@pytest.mark.parametrize("currency", Currency)
async def test_amounts_are_written_alike_in_every_currency(reader: asyncpg.Connection, currency: Currency) -> None:
    extremes = (0, 1, -1, 9, 10, 99, 100, -99, -100, 10**15, -(10**15), 2**63 - 1, -(2**63))
    values = many(lambda: DICE.randrange(-(10**15), 10**15), *extremes)
    found = await written(reader, amount_sql("t.v", f"'{currency}'"), "bigint", values)
    assert found == [amount_text(Money(each, currency)) for each in values]


async def test_an_instant_is_in_utc_wherever_it_was_said(reader: asyncpg.Connection) -> None:
    said = datetime.fromisoformat("2026-02-28T23:30:00.5+08:00")
    assert INSTANT.python(said) == "2026-02-28T15:30:00.500Z"
    assert await written(reader, INSTANT.sql("t.v"), "timestamptz(3)", [said]) == ["2026-02-28T15:30:00.500Z"]


MASKS = {"full_name": masks.mask_name, "serial_number": masks.mask_serial}


def masked() -> list[tuple[str, Masked]]:
    entities = {
        each.name: each for room in rooms.parts("reading") for each in vars(room).values() if isinstance(each, Entity)
    }
    return [
        (f"{name}.{part}", readable)
        for name, entity in entities.items() for part, readable in entity.columns.items()
        if isinstance(readable, Masked) and readable.column in MASKS
    ]  # fmt: skip


async def test_masks_of_the_database_hide_what_pythons_hide(reader: asyncpg.Connection) -> None:
    found = masked()
    assert found
    values = many(text, "", "a", "ab", "abc", "abcd", "abcde", "张", "张三丰", "😀" * 6)
    for name, readable in found:
        expression = readable.masked.format(row="t").replace(f"t.{readable.column}", "t.v")
        expression = expression.replace("t.closed_at", "now()")  # what hides only at its end is at its end
        shown = await written(reader, expression, "text", values)
        assert shown == [MASKS[readable.column](each) for each in values], name
