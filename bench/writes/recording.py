"""What one request makes the API say to PostgreSQL: its statements with their arguments, in order."""

from __future__ import annotations

import json
import pickle
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
from tortoise import Tortoise

from api.app import create_app
from domain.kernel.settings import settings

ENDS = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@dataclass
class Recording:
    """The statements of one request, each with its arguments, or with many rows of them, and the body of its answer.

    `rows` are the rows that later requests are about, by the ids of those that this one was about.
    """

    statements: list[tuple[str, tuple[Any, ...], bool]] = field(default_factory=list)
    answer: bytes = b""
    rows: list[dict[UUID, UUID]] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many statements it took, beginning and end of the transaction aside."""
        return sum(not text.lstrip().upper().startswith(ENDS) for text, _, _ in self.statements)

    def save(self, path: Path) -> None:
        """Writes it down for the other side."""
        path.write_bytes(pickle.dumps(self))


class Recorder:
    """The API in this process with one connection for reads and one for writes, which are listened to."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._now = Recording()

    def hear(self, said: asyncpg.connection.LoggedQuery) -> None:
        """Notes one statement."""
        if "RESET ALL" in said.query:
            return  # the pool gives a connection back, on the other side too
        is_many = not isinstance(said.args, tuple)
        self._now.statements.append((said.query, tuple(map(tuple, said.args)) if is_many else said.args, is_many))

    async def record(self, before: str, body: str, token: str) -> Recording:
        """What one request says, which must be answered without errors; one like it is asked `before`."""
        await self._send(before, token)  # statements are prepared and plans are made once
        self._now = found = Recording()
        found.answer = await self._send(body, token)
        self._now = Recording()
        return found

    async def _send(self, body: str, token: str) -> bytes:
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        answer = await self._client.post("/graphql", content=body, headers=headers)
        told = answer.json()
        if "errors" in told or any(each.get("errors") for each in told["data"].values() if isinstance(each, dict)):
            raise RuntimeError(f"the request was refused: {json.dumps(told)[:500]}")
        return answer.content


@asynccontextmanager
async def recorder() -> AsyncIterator[Recorder]:
    """The API of this process, listened to."""
    app = create_app(settings().model_copy(update={"read_pool": 1, "write_pool": 1}))
    transport = httpx.ASGITransport(app=app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(
        transport=transport, base_url="http://127.0.0.1", timeout=60
    ) as client:
        found = Recorder(client)
        for each in await _connections(app):
            each.add_query_logger(found.hear)
        yield found


async def _connections(app: Any) -> list[Any]:
    """The one connection of each pool. asyncpg keeps its connections to itself."""
    writes: Any = Tortoise.get_connection("default")
    async with writes.acquire_connection():
        pass  # so that the pool is there
    found = []
    for pool in (writes._pool, app.state.reading._pool._pool):  # noqa: SLF001
        for holder in pool._holders:  # noqa: SLF001
            if holder._con is None:  # noqa: SLF001
                await holder.connect()
            found.append(holder._con)  # noqa: SLF001
    return found
