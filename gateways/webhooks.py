"""Systems of partners by HTTP: each name is resolved once, and only a public address that it leads to is called.

A name that a partner chose may lead into the house, or lead there at the second look. So the address that was judged
is the one that is connected to, under the name's own certificate; nothing else looks the name up again.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

import httpcore
import httpx

from domain.kernel.tracing import Side, span
from domain.partners.calling import AddressRefused, WebhookCall, WebhookUnanswered
from domain.partners.rules import is_public
from domain.partners.terms import WebhookFault

TIMEOUT = 10.0  # seconds for a call, from the look-up of the name to the answer; below the time limit of the job
CONNECT = 3.0  # seconds for each address that the name leads to
READ = 4_096  # bytes of an answer that are read; nothing in them counts
AGENT = "Aftercare-Webhooks/1"

Resolve = Callable[[str, int], Awaitable[list[str]]]


async def resolve_by_system(host: str, port: int) -> list[str]:
    """The addresses that a name leads to, by the system's resolver. Raises: OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


class HttpWebhooks:
    """Calls systems of partners, with a connection for each call. `loopback` lets this machine's own be called."""

    def __init__(
        self, *, loopback: bool = False, resolve: Resolve = resolve_by_system, timeout: float = TIMEOUT
    ) -> None:
        self._backend = _OnlyPublic(resolve, loopback=loopback)
        self._timeout = timeout
        self._context = httpx.create_ssl_context(trust_env=False)

    async def send(self, call: WebhookCall) -> int:
        """The status of the answer; no redirect is followed. Raises: WebhookUnanswered."""
        try:
            async with asyncio.timeout(self._timeout):
                with span("webhook POST", side=Side.CLIENT):
                    return await self._send(call)
        except TimeoutError:
            raise WebhookUnanswered(WebhookFault.TIMED_OUT) from None
        except (httpcore.ConnectError, httpcore.ConnectTimeout, OSError):
            raise WebhookUnanswered(WebhookFault.UNREACHABLE) from None
        except httpcore.TimeoutException:
            raise WebhookUnanswered(WebhookFault.TIMED_OUT) from None
        except (httpcore.NetworkError, httpcore.ProtocolError):
            raise WebhookUnanswered(WebhookFault.ANSWER_LOST) from None

    async def _send(self, call: WebhookCall) -> int:
        headers: dict[bytes | str, bytes | str] = {
            "host": urlsplit(call.url).netloc,
            "user-agent": AGENT,
            "accept": "*/*",
            "content-type": "application/json",
            "webhook-id": call.message_id,
            "webhook-timestamp": str(call.timestamp),
            "webhook-signature": " ".join(call.signatures),
        }
        timeouts = {"connect": CONNECT, "read": self._timeout, "write": self._timeout, "pool": self._timeout}
        async with (
            httpcore.AsyncConnectionPool(
                ssl_context=self._context, max_keepalive_connections=0, network_backend=self._backend
            ) as pool,
            pool.stream(
                "POST", call.url, headers=headers, content=call.body, extensions={"timeout": timeouts}
            ) as answer,
        ):
            await _read_a_little(answer)
            return int(answer.status)


async def _read_a_little(answer: httpcore.Response) -> None:
    """Lets the other side end its sentence; one that goes on and on is left."""
    read = 0
    async for part in answer.aiter_stream():
        read += len(part)
        if read >= READ:
            return


class _OnlyPublic(httpcore.AsyncNetworkBackend):
    """Connects to what a name leads to, if all of it is public."""

    def __init__(self, resolve: Resolve, *, loopback: bool) -> None:
        self._resolve, self._loopback = resolve, loopback
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's own signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the first address of the name that takes one. Raises: AddressRefused, ConnectError."""
        addresses = await self._resolve(host, port)
        if not all(is_public(each, loopback=self._loopback) for each in addresses):
            raise AddressRefused
        for address in addresses:
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        raise httpcore.ConnectError("no address takes a connection")
