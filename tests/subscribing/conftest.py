"""The application behind a real server on the loopback address, asked over sockets and event streams."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import orjson
import pytest
import uvicorn
from pydantic import SecretStr
from starlette.applications import Starlette
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from api.app import create_app
from api.subscribing.watcher import Watcher
from domain.access.models import Session
from domain.access.terms import EndReason
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.projection.pool import Reading
from domain.kernel.settings import Documents, Environment, Settings
from tests.face.conftest import signed_in

PROTOCOL = "graphql-transport-ws"
PATIENCE = 10.0  # seconds
BODY_LIMIT = 65_536


@dataclass
class Socket:
    """The client's side of a connection."""

    wire: ClientConnection

    async def say(self, **message: Any) -> None:
        """Sends a message."""
        await self.wire.send(orjson.dumps(message).decode())

    async def hear(self) -> Any:
        """The next message, which is text."""
        async with asyncio.timeout(PATIENCE):
            text = await self.wire.recv()
        assert isinstance(text, str)
        return orjson.loads(text)

    async def silence(self, seconds: float = 0.3) -> bool:
        """Whether nothing comes for a while."""
        try:
            async with asyncio.timeout(seconds):
                await self.wire.recv()
        except TimeoutError:
            return True
        return False

    async def close_code(self) -> int | None:
        """The code by which the server closes, after whatever it still has to say."""
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    await self.wire.recv()
        except ConnectionClosed:
            return self.wire.close_code

    async def begin(self, token: str | None = None) -> None:
        """Says who calls."""
        payload = {"payload": {"Authorization": f"Bearer {token}"}} if token else {}
        await self.say(type="connection_init", **payload)
        assert await self.hear() == {"type": "connection_ack"}

    async def subscribe(self, name: str, query: str, /, **variables: Any) -> None:
        """Begins an operation."""
        await self.say(id=name, type="subscribe", payload={"query": query, "variables": variables})

    async def data(self, name: str = "1") -> Any:
        """The data of the next result of an operation."""
        message = await self.hear()
        assert (message["type"], message["id"]) == ("next", name), message
        assert "errors" not in message["payload"]
        return message["payload"]["data"]

    async def error_codes(self, name: str = "1") -> list[str]:
        """The codes by which an operation ends."""
        message = await self.hear()
        assert (message["type"], message["id"]) == ("error", name), message
        return [each["extensions"]["code"] for each in message["payload"]]

    async def is_complete(self, name: str = "1") -> bool:
        """Whether the next thing that is said of an operation is that it is complete."""
        return bool(await self.hear() == {"id": name, "type": "complete"})


@dataclass
class Served:
    """The running server."""

    app: Starlette
    address: str
    client: httpx.AsyncClient

    @property
    def watcher(self) -> Watcher:
        found: Watcher = self.app.state.subscriptions.watcher
        return found

    @property
    def reading(self) -> Reading:
        found: Reading = self.app.state.reading
        return found

    @property
    def taken(self) -> int:
        """How many connections stay open."""
        return sum(self.app.state.subscriptions.places.taken.values())

    @asynccontextmanager
    async def socket(self, actor: Actor | None = None, **options: Any) -> AsyncIterator[Socket]:
        """A connection, of somebody who has said who he is where an actor is given."""
        async with socket_to(self.address, **options) as found:
            if actor is not None:
                await found.begin(await signed_in(actor))
            yield found

    async def idle(self) -> None:
        """Waits until nothing is watched and nobody is connected any more."""
        await until(lambda: not (self.watcher.rows or self.watcher.sessions or self.taken))


@asynccontextmanager
async def socket_to(address: str, **options: Any) -> AsyncIterator[Socket]:
    """A connection to a server."""
    given = {"subprotocols": [Subprotocol(PROTOCOL)]} | options
    async with connect(f"ws://{address}/graphql", proxy=None, **given) as wire:
        yield Socket(wire)


async def until(holds: Callable[[], bool]) -> None:
    """Waits until something comes to hold."""
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110 - it does so by itself
            await asyncio.sleep(0.01)


async def revoke_all() -> None:
    """Ends every session behind the back of the verbs, so that nobody is told."""
    await Session.all().update(revoked_at=clock.now(), revoked_reason=EndReason.SIGNED_OUT)


def settings_for(database_url: str, **chosen: Any) -> Settings:
    """The settings of a server of the tests."""
    return Settings(
        env=Environment.TEST,
        DATABASE_URL=database_url,
        REDIS_URL=os.environ["REDIS_URL"],
        secret_key=SecretStr("x" * 32),
        **({"documents": Documents.OPEN, "public_url": "https://portal.insurer.example/"} | chosen),
    )


@asynccontextmanager
async def serving(app: Starlette) -> AsyncIterator[Served]:
    """An application on a free port, in this very loop, so that tests change rows as its own verbs do."""
    config = uvicorn.Config(
        app, port=0, ws="websockets-sansio", ws_max_size=BODY_LIMIT, log_config=None, access_log=False,
        timeout_graceful_shutdown=2,
    )  # fmt: skip
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    address = "{}:{}".format(*server.servers[0].sockets[0].getsockname())
    async with httpx.AsyncClient(base_url=f"http://{address}", timeout=PATIENCE, trust_env=False) as client:
        yield Served(app, address, client)
    server.should_exit = True
    await task


@pytest.fixture
async def served(database_url: str) -> AsyncIterator[Served]:
    """The application over the worker's database."""
    async with serving(create_app(settings_for(database_url))) as found:
        yield found
