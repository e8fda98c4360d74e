"""The seeded world: filled once for each worker, read by the whole application over a stopped clock."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest
from httpx import ASGITransport, AsyncClient
from pydantic import SecretStr

from api.app import create_app
from api.documents import DocumentStore
from api.schema import SCHEMA
from domain.connections import database
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.settings import Documents, Environment, Settings
from tests.conftest import TEMPLATE, with_database
from tests.face.conftest import Face
from tests.oracle.comparing import Judge
from tests.oracle.drawing import Draws
from tests.oracle.oracle import Oracle
from tests.oracle.rooms import world_of
from tests.oracle.seeds import People, seed
from tests.oracle.writing import Values


@dataclass(frozen=True)
class Seeded:
    """A database that was filled: who is in it, what it holds, and when that was."""

    people: People
    oracle: Oracle
    instant: datetime


_seeded: dict[str, Seeded] = {}


@dataclass
class Rooms:
    """The application, the oracle over the same rows, who may ask, and what is worth asking for."""

    face: Face
    oracle: Oracle
    judge: Judge
    people: People
    draws: Draws
    url: str

    @property
    def actors(self) -> dict[str, Actor]:
        """Who may ask."""
        return self.people.actors


async def _fill(server_url: str) -> str:
    """The address of this worker's seeded database."""
    name = f"test_rooms_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    url = with_database(server_url, name)
    if url not in _seeded:
        admin = await asyncpg.connect(server_url)
        await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await admin.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        await admin.close()
        async with database(url, pool=4):
            people = await seed()
        connection = await asyncpg.connect(url)
        await connection.execute("ANALYZE")
        await connection.close()
        tables = await load(url)
        _seeded[url] = Seeded(people, Oracle(SCHEMA._schema, world_of(tables), tables), clock.now())
    return url


async def load(url: str) -> dict[str, list[Values]]:
    """Every row of every table and view, by one plain SELECT for each."""
    connection = await asyncpg.connect(url)
    names = await connection.fetch(
        "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' "
        "UNION SELECT viewname FROM pg_views WHERE schemaname = 'public'"
    )
    found = {
        row["name"]: [dict(each) for each in await connection.fetch(f'SELECT * FROM "{row["name"]}"')] for row in names
    }
    await connection.close()
    return found


@asynccontextmanager
async def rooms_over(url: str, seeded: Seeded) -> AsyncIterator[Rooms]:
    """The application over a seeded database, or over a copy of it."""
    oracle = seeded.oracle
    settings = Settings(  # type: ignore[call-arg]  # the rest has its defaults
        env=Environment.TEST,
        DATABASE_URL=url,
        REDIS_URL="redis://127.0.0.1:1",
        secret_key=SecretStr("x" * 32),
        documents=Documents.OPEN,
    )
    app = create_app(settings)
    client = AsyncClient(transport=ASGITransport(app), base_url="http://face")
    async with app.router.lifespan_context(app), client:
        face = Face(app, client, DocumentStore(SCHEMA._schema, Documents.OPEN))
        judge = Judge(face.answering, face.store, oracle)
        yield Rooms(face, oracle, judge, seeded.people, Draws(oracle), url)


@pytest.fixture
async def rooms(server_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Rooms]:
    """The application over the seeded database; time stands still, so that nothing falls due between two answers."""
    url = await _fill(server_url)
    seeded = _seeded[url]
    monkeypatch.setattr(clock, "now", lambda: seeded.instant)
    async with rooms_over(url, seeded) as found:
        yield found


@asynccontextmanager
async def rooms_over_a_copy(server_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Rooms]:
    """The same over a copy that lives as long as the block; time stands still to the end of the test."""
    original = await _fill(server_url)
    seeded = _seeded[original]
    monkeypatch.setattr(clock, "now", lambda: seeded.instant)
    name = f"test_{uuid4().hex}"
    admin = await asyncpg.connect(server_url)
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE {urlsplit(original).path[1:]}")
    try:
        async with rooms_over(with_database(server_url, name), seeded) as found:
            yield found
    finally:
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.close()


@pytest.fixture
async def rooms_to_spoil(server_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Rooms]:
    """The same over a copy that lives as long as one test, for what changes rows."""
    async with rooms_over_a_copy(server_url, monkeypatch) as found:
        yield found
