"""Several API processes over one database: what one changes is told at the other, and none keeps clients hanging."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import httpx
import orjson
import pytest

from commands.serving import DRAIN
from domain.kernel.ids import public_id
from tests.face.conftest import signed_in
from tests.factories.claims import Case, claim_approved
from tests.jobs.processes import free_ports, process
from tests.subscribing.conftest import PATIENCE, Socket, socket_to

WATCH = "subscription ($id: ID!) { claimUpdated(id: $id) { state version } }"
AGREE = """mutation ($id: ID!, $version: Int!) {
    claimAgree(input: {claimId: $id, expectedVersion: $version}) { claim { version } errors { code } } }"""
SECRET = "a secret of more than thirty-two bytes"
START = 30.0  # seconds


@contextmanager
def api(url: str, port: int, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """One API process, ready to answer."""
    chosen = {"AFTERCARE_SECRET_KEY": SECRET} | settings
    with process(url, "-m", "commands", "serve", "--port", str(port), **chosen) as started:
        deadline = time.monotonic() + START
        while not answers(port):
            assert started.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield started


def answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health/ready", trust_env=False).is_success
    except httpx.TransportError:
        return False


@pytest.fixture
def signed_as_the_processes_do(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Tokens of this process are those of the others."""
    from domain.kernel.settings import settings  # noqa: PLC0415 - read after the environment is set

    monkeypatch.setenv("AFTERCARE_SECRET_KEY", SECRET)
    settings.cache_clear()
    yield
    settings.cache_clear()


async def agree(port: int, case: Case, token: str) -> None:
    """Changes the claim at one process."""
    given = {"id": public_id("clm", case.claim.id), "version": case.claim.version}
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(
            f"http://127.0.0.1:{port}/graphql",
            json={"query": AGREE, "variables": given},
            headers={"authorization": f"Bearer {token}"},
        )
    assert answer.json()["data"]["claimAgree"]["errors"] == []


@asynccontextmanager
async def watching(port: int, case: Case, token: str) -> AsyncIterator[Socket]:
    """A socket at one process that has been told the present state."""
    async with socket_to(f"127.0.0.1:{port}") as socket:
        await socket.begin(token)
        await socket.subscribe("1", WATCH, id=public_id("clm", case.claim.id))
        assert (await socket.data())["claimUpdated"]["version"] == case.claim.version
        yield socket


@asynccontextmanager
async def streaming(port: int, case: Case, token: str) -> AsyncIterator[AsyncIterator[bytes]]:
    """The lines of an event stream at one process."""
    given: dict[str, Any] = {"query": WATCH, "variables": {"id": public_id("clm", case.claim.id)}}
    headers = {"accept": "text/event-stream", "authorization": f"Bearer {token}"}
    async with (
        httpx.AsyncClient(trust_env=False, timeout=PATIENCE) as client,
        client.stream("POST", f"http://127.0.0.1:{port}/graphql", json=given, headers=headers) as response,
    ):
        yield response.aiter_bytes()


@pytest.mark.parametrize("redis", ["there", "away"])
async def test_what_one_process_changes_is_told_at_the_other(
    database: str, signed_as_the_processes_do: None, redis: str
) -> None:
    first = free_ports(2)
    chosen = {"REDIS_URL": os.environ["REDIS_URL"] if redis == "there" else "redis://127.0.0.1:1"}
    with api(database, first, **chosen), api(database, first + 1, **chosen):
        case = await claim_approved()
        token = await signed_in(case.customer)
        async with watching(first + 1, case, token) as socket, streaming(first + 1, case, token) as lines:
            assert b"APPROVED" in await anext(lines)
            await agree(first, case, token)
            changed = {"state": "PAYMENT_PENDING", "version": case.claim.version + 1}
            assert await socket.data() == {"claimUpdated": changed}
            assert b"PAYMENT_PENDING" in await anext(lines)


async def test_a_process_that_ends_sends_its_clients_elsewhere_at_once(
    database: str, signed_as_the_processes_do: None
) -> None:
    first = free_ports(2)
    with api(database, first) as ending, api(database, first + 1):
        case = await claim_approved()
        token = await signed_in(case.customer)
        async with watching(first, case, token) as socket, streaming(first, case, token) as lines:
            assert b"APPROVED" in await anext(lines)
            ending.send_signal(signal.SIGTERM)
            assert await socket.close_code() == 1012
            async with asyncio.timeout(PATIENCE):
                rest = b"".join([each async for each in lines])
            assert b"complete" not in rest
            assert await asyncio.to_thread(ending.wait, DRAIN - 2) == -signal.SIGTERM
        async with watching(first + 1, case, token):
            pass


async def test_a_message_that_is_too_long_closes_the_connection(
    database: str, signed_as_the_processes_do: None
) -> None:
    port = free_ports(1)
    with api(database, port, AFTERCARE_BODY_LIMIT="4096"):
        async with socket_to(f"127.0.0.1:{port}") as socket:
            await socket.begin()
            text = orjson.dumps({"id": "1", "type": "subscribe", "payload": {"query": "{__typename}" + " " * 3_900}})
            await socket.wire.send(text.decode())
            assert await socket.data() == {"__typename": "Query"}
            assert await socket.is_complete()
            await socket.wire.send(text.decode() + " " * 200)
            assert await socket.close_code() == 1009
