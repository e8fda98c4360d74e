"""A sandbox bank on a port of its own, with a client of ours, and the address where it calls back."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette

from api import bank as callback_face
from domain.kernel.settings import settings
from domain.payouts.bank import use_bank
from gateways.bank import HttpBank
from sandbox.bank import SandboxBank
from sandbox.faults import Fault, Plan

IMPATIENT = httpx.Timeout(30.0, read=0.4)  # for a bank that shall not answer; others may be slow on a busy machine


@dataclass
class TestBank:
    """The bank from both sides."""

    __test__ = False
    sandbox: SandboxBank
    client: HttpBank
    url: str
    callback_url: str

    def plan(self, *faults: Fault) -> None:
        """What goes wrong next, in order; from now on no answer is waited for long."""
        self.sandbox.plan = Plan(list(faults))
        self.client._client.timeout = IMPATIENT

    @property
    def charges(self) -> list[tuple[str, int]]:
        """What the bank really paid: request number and minor units."""
        payments = self.sandbox.book._payments.values()
        return [(each.request_no, each.amount_minor) for each in payments if each.status == "SETTLED"]

    async def until_called(self) -> None:
        """Waits until the bank has no more calls to make."""
        await asyncio.gather(*self.sandbox._calls)


@asynccontextmanager
async def served(app: Starlette) -> AsyncIterator[str]:
    """An application on a free port of the loopback; its address."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=0))
    task = asyncio.create_task(server._serve([listener]))
    while not server.started:  # noqa: ASYNC110 - uvicorn tells by an attribute
        await asyncio.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
        listener.close()


@pytest.fixture
async def bank(database: str, tmp_path: Path) -> AsyncIterator[TestBank]:
    """A bank without faults; callbacks arrive at the API's own route."""
    secret = settings().bank_secret.get_secret_value()
    async with served(Starlette(routes=callback_face.routes())) as insurer:
        callback_url = f"{insurer}{callback_face.PATH}"
        sandbox = SandboxBank(tmp_path, secret, None, Plan(), late=0.3)
        async with served(sandbox.app()) as url:
            client = HttpBank(url, secret)
            use_bank(client)
            yield TestBank(sandbox, client, url, callback_url)
            await client.close()


@pytest.fixture
async def calling_bank(bank: TestBank) -> TestBank:
    """The same bank, which also calls back."""
    bank.sandbox._callback_url = bank.callback_url
    return bank


def columns(rows: Sequence[Any], *names: str) -> list[tuple[Any, ...]]:
    """Some columns of rows."""
    return [tuple(getattr(row, name) for name in names) for row in rows]
