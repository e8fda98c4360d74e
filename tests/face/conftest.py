"""The whole application in process: asked as an actor, or over HTTP with tokens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import orjson
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from tortoise import Tortoise

from api.answering import Answering, Asked
from api.app import create_app
from api.documents import DocumentStore
from api.errors import RequestError
from domain.access.models import Session
from domain.access.terms import ApiScope, Principal
from domain.access.tokens import issue_token
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.projection.pool import Reading
from domain.kernel.settings import Documents, Environment, Settings

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"


@dataclass
class Face:
    """The running application."""

    app: Starlette
    client: httpx.AsyncClient
    store: DocumentStore

    @property
    def answering(self) -> Answering:
        found: Answering = self.app.state.answering
        return found

    @property
    def reading(self) -> Reading:
        found: Reading = self.app.state.reading
        return found

    async def answer(self, text: str, actor: Actor, language: str = "en", /, **variables: Any) -> Any:
        """The whole answer to a document of one operation."""
        operation = self.store.by_text(text).operation(None)
        return orjson.loads(await self.answering.answer(operation, Asked(actor, variables, language)))

    async def data(self, text: str, actor: Actor, /, **variables: Any) -> Any:
        """The data of an answer without errors."""
        found = await self.answer(text, actor, **variables)
        assert "errors" not in found, found
        return found["data"]

    async def codes(self, text: str, actor: Actor, /, **variables: Any) -> list[str]:
        """The codes of a request that is not answered."""
        with pytest.raises(RequestError) as refused:
            await self.answer(text, actor, **variables)
        return [error["extensions"]["code"] for error in refused.value.errors]

    async def statements(self, text: str, actor: Actor, /, **variables: Any) -> int:
        """How many statements an answer costs."""
        before = self.reading.statements
        await self.data(text, actor, **variables)
        return self.reading.statements - before

    async def post(self, body: object, token: str | None = None, accept: str = GRAPHQL) -> httpx.Response:
        """A POST of a JSON body."""
        headers = {"accept": accept} | ({"authorization": f"Bearer {token}"} if token else {})
        return await self.client.post("/graphql", json=body, headers=headers)

    async def raw(self, content: bytes, **headers: str) -> httpx.Response:
        """A POST of any bytes."""
        texts = {"content-type": JSON, "accept": GRAPHQL} | {key.replace("_", "-"): to for key, to in headers.items()}
        sent = [(key.encode(), text.encode("latin-1")) for key, text in texts.items()]
        return await self.client.post("/graphql", content=content, headers=sent)


async def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table."""
    connection = Tortoise.get_connection("default")
    tables = await connection.execute_query_dict("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return {
        name: await connection.execute_query_dict(f"SELECT * FROM {name} ORDER BY 1")
        for name in sorted(row["tablename"] for row in tables)
    }


@asynccontextmanager
async def untouched() -> AsyncIterator[None]:
    """The block changes nothing, whatever it is answered."""
    before = await everything()
    yield
    assert await everything() == before


async def signed_in(actor: Actor) -> str:
    """An access token of a live session for an actor."""
    principal = next(
        kind
        for kind, found in (
            (Principal.STAFF, actor.staff_id),
            (Principal.CUSTOMER, actor.customer_id),
            (Principal.API_KEY, actor.partner_id),
        )
        if found
    )
    session = await Session.create(
        principal=principal,
        staff_id=actor.staff_id,
        customer_id=actor.customer_id,
        partner_id=actor.partner_id,
        roles=sorted(actor.roles),
        scopes=sorted(ApiScope) if principal is Principal.API_KEY else [],
        expires_at=clock.now() + timedelta(hours=1),
    )
    return issue_token(session, at=clock.now())[0]


@asynccontextmanager
async def running(database_url: str, **changes: Any) -> AsyncIterator[Face]:
    """The application over a database; `changes` are of its settings."""
    usual: dict[str, Any] = {
        "env": Environment.TEST,
        "DATABASE_URL": database_url,
        "REDIS_URL": "redis://127.0.0.1:1",
        "secret_key": SecretStr("x" * 32),
        "documents": Documents.OPEN,
    }
    app = create_app(Settings(**usual | changes))
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://face") as client,
    ):
        yield Face(app, client, DocumentStore(app.state.answering.schema, Documents.OPEN))


@pytest.fixture
async def face(database_url: str) -> AsyncIterator[Face]:
    """The application over the worker's database."""
    async with running(database_url) as found:
        yield found
