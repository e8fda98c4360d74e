"""The workshop's database, and a reader that answers documents over it."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import pytest

from api.answering import Answering, Asked
from api.documents import DocumentStore
from api.reading.plans import Planner
from domain.kernel.actor import Actor, Role
from domain.kernel.projection.pool import Reading, open_read_pool
from domain.kernel.settings import Documents
from tests.reading.workshop import LIVE, SCHEMA, TABLES

START = datetime(2026, 1, 1, tzinfo=UTC)
STATES = ("WHOLE", "BROKEN", "HIDDEN")


@dataclass
class Rows:
    """What was put into the workshop."""

    partners: list[UUID] = field(default_factory=list)
    owners: list[UUID] = field(default_factory=list)
    devices: list[UUID] = field(default_factory=list)
    remarks: list[UUID] = field(default_factory=list)
    session: UUID = field(default_factory=lambda: UUID(int=1))


@dataclass
class Workshop:
    """Answers documents as some actor and counts the statements."""

    answering: Answering
    store: DocumentStore
    reading: Reading
    planner: Planner
    connection: asyncpg.Connection
    rows: Rows

    async def body(self, text: str, actor: Actor, language: str = "en", **variables: Any) -> bytes:
        """The response body of a document."""
        operation = self.store.by_text(text).operation(None)
        return await self.answering.answer(operation, Asked(actor, variables, language))

    async def data(self, text: str, actor: Actor, **variables: Any) -> Any:
        """The parsed data of a document."""
        return orjson.loads(await self.body(text, actor, **variables))["data"]

    @property
    def handler(self) -> Actor:
        """A claims handler, who sees everything."""
        return Actor(frozenset({Role.CLAIMS_HANDLER}), staff_id=UUID(int=7), session_id=self.rows.session)

    def partner(self, index: int) -> Actor:
        """One of the two partners."""
        return Actor(
            frozenset({Role.PARTNER}), partner_id=self.rows.partners[index], session_id=self.rows.session
        )

    def customer(self, index: int) -> Actor:
        """One of the owners as a customer."""
        return Actor(frozenset({Role.CUSTOMER}), customer_id=self.rows.owners[index], session_id=self.rows.session)


@pytest.fixture
async def workshop(empty_database: str) -> AsyncIterator[Workshop]:
    """A workshop of six owners with seven devices each, spread over two partners."""
    connection = await asyncpg.connect(empty_database)
    await connection.execute(TABLES)
    rows = await _fill(connection)
    pool = await open_read_pool(empty_database, 4, 5)
    reading = Reading(5, pool)
    schema = SCHEMA._schema
    planner = Planner(schema, lambda _roles: LIVE)
    answering = Answering(schema, planner, reading, None)  # type: ignore[arg-type]  # the workshop has no mutations
    yield Workshop(answering, DocumentStore(schema, Documents.OPEN), reading, planner, connection, rows)
    await pool.close()
    await connection.close()


async def _fill(connection: asyncpg.Connection) -> Rows:
    dice = random.Random(7)
    rows = Rows(partners=[UUID(int=dice.getrandbits(128)) for _ in range(2)])
    await connection.execute("INSERT INTO session VALUES ($1, true)", rows.session)
    for number in range(6):
        owner, partner = UUID(int=dice.getrandbits(128)), rows.partners[number % 2]
        rows.owners.append(owner)
        joined = START + timedelta(days=number)
        await connection.execute("INSERT INTO owner VALUES ($1, $2, $3, $4)", owner, f"Name {number}", partner, joined)
        for index in range(7):
            device = UUID(int=dice.getrandbits(128))
            rows.devices.append(device)
            await connection.execute(
                "INSERT INTO device VALUES ($1, $2, $3, $2, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
                device,
                owner,
                partner,
                f"S-{number}{index}",
                STATES[index % 3],
                12_345 * index,
                None if index % 2 else 100,
                "JPY" if index % 2 else "CNY",
                date(2025, 1, 1) + timedelta(days=index),
                Decimal("1.25"),
                2**53 + index,
                index % 2 == 0,
                None if index % 2 else '"quoted" \\ 字 😀',
                START + timedelta(hours=7 * number + index // 2),
            )
            if index < 2:
                remark = UUID(int=dice.getrandbits(128))
                rows.remarks.append(remark)
                kind, subject = ("PRODUCT", device) if index else ("CUSTOMER", owner)
                await connection.execute("INSERT INTO remark VALUES ($1, $2, $3, $4)", remark, kind, subject, "hm")
    await connection.execute("ANALYZE")
    return rows
