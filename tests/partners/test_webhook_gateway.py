"""Calls to systems of partners over HTTP: public addresses alone, judged as they are connected to, and no redirects."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest

from domain.partners.calling import AddressRefused, WebhookCall, WebhookUnanswered
from domain.partners.rules import is_public, signature
from domain.partners.terms import WebhookFault
from gateways.webhooks import HttpWebhooks, resolve_by_system
from tests.partners.conftest import Called

INSIDE = [
    "0.0.0.0",  # noqa: S104 - an address to be refused
    "127.0.0.1", "127.8.8.8", "::1", "::", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.0.1",
    "169.254.169.254", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "fec0::1", "100.64.0.1", "192.0.0.1",
    "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1",
    "255.255.255.255", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::", "2001:0:1::1",
    "2001:db8::1", "192.0.0.8", "192.0.0.10", "192.88.99.1", "3fff::1", "3fff:fff::1", "2001:20::1", "100::1",
    "4000::1", "nonsense", "",
]  # fmt: skip
OUTSIDE = [
    "93.184.216.34", "1.1.1.1", "2606:4700:4700::1111", "192.88.98.1", "2001:4860:4860::8888", "::ffff:93.184.216.34",
]  # fmt: skip


class Names:
    """A resolver that leads each look-up to the next addresses, and the last ones for ever."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers, self.asked = list(answers), 0

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def call(url: str) -> WebhookCall:
    return WebhookCall(url, "whd_1", 1, b"{}", ("v1,x",))


async def fault_of(gateway: HttpWebhooks, url: str) -> WebhookFault:
    with pytest.raises(WebhookUnanswered) as raised:
        await gateway.send(call(url))
    assert raised.value.__cause__ is None
    return raised.value.fault


async def expect_refused(gateway: HttpWebhooks, url: str) -> None:
    """Nothing is called, and who reads of it learns no more than of a name that leads nowhere."""
    with pytest.raises(AddressRefused) as raised:
        await gateway.send(call(url))
    assert raised.value.fault is WebhookFault.UNREACHABLE


@asynccontextmanager
async def listening(answer: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any]) -> AsyncIterator[int]:
    """A port of the loopback on which somebody answers in his own way."""
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.parametrize("address", INSIDE)
async def test_an_address_inside_is_not_connected_to_whatever_it_is_called(address: str) -> None:
    assert not is_public(address)
    for found in ([address], [OUTSIDE[0], address], [address, OUTSIDE[0]]):
        gateway = HttpWebhooks(resolve=Names(found), timeout=5)
        await expect_refused(gateway, "https://hooks.shop.example/")


@pytest.mark.parametrize("address", OUTSIDE)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", [each for each in INSIDE if not each.startswith("127.")])
def test_to_this_machine_alone_development_opens_the_way(address: str) -> None:
    assert is_public(address, loopback=True) is (address in {"::1", "::ffff:127.0.0.1"})


@pytest.mark.parametrize("host", ["2130706433", "0177.0.0.1", "127.1", "0x7f000001", "localhost", "[::1]"])
async def test_other_spellings_of_this_machine_are_judged_by_what_they_lead_to(called: Called, host: str) -> None:
    port = urlsplit(called.url).port
    await expect_refused(HttpWebhooks(), f"http://{host}:{port}/hook")
    assert called.system.heard == []


async def test_a_name_that_leads_elsewhere_at_the_second_look_is_looked_up_once(called: Called) -> None:
    port = urlsplit(called.url).port
    names = Names(["127.0.0.1"], ["10.0.0.1"])
    assert await HttpWebhooks(loopback=True, resolve=names).send(call(f"http://hooks.shop.example:{port}/hook")) == 204
    assert names.asked == 1
    (heard,) = called.system.heard
    assert heard.headers["host"] == f"hooks.shop.example:{port}"
    names = Names([OUTSIDE[0], "127.0.0.1"], ["127.0.0.1"])
    gateway = HttpWebhooks(resolve=names)
    await expect_refused(gateway, f"http://hooks.shop.example:{port}/hook")
    assert (names.asked, len(called.system.heard)) == (1, 1)


async def test_the_next_address_is_tried_where_one_takes_no_connection(called: Called) -> None:
    port = urlsplit(called.url).port
    gateway = HttpWebhooks(loopback=True, resolve=Names(["127.0.0.9", "127.0.0.1"]))
    assert await gateway.send(call(f"http://hooks.shop.example:{port}/hook")) == 204


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_an_answer_and_not_followed(called: Called, status: int) -> None:
    called.system.answers = [status]
    assert await HttpWebhooks(loopback=True).send(call(called.url)) == status
    assert (len(called.system.heard), called.system.elsewhere) == (1, [])


async def test_what_never_answers_is_left_and_so_is_an_answer_without_end(called: Called) -> None:
    called.system.answers = [None, 200]
    assert await fault_of(HttpWebhooks(loopback=True, timeout=0.2), called.url) is WebhookFault.TIMED_OUT
    assert await HttpWebhooks(loopback=True).send(call(called.url)) == 200
    ended = asyncio.Event()

    async def for_ever(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
        try:
            while True:
                writer.write(b"400\r\n" + b"x" * 1024 + b"\r\n")
                await writer.drain()
        except OSError:
            ended.set()

    async with listening(for_ever) as port:
        assert await HttpWebhooks(loopback=True, timeout=5).send(call(f"http://127.0.0.1:{port}/")) == 200
        await asyncio.wait_for(ended.wait(), 5)


async def test_a_connection_that_breaks_and_one_that_never_stood_are_told_apart() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.close()

    gateway = HttpWebhooks(loopback=True, timeout=5)
    async with listening(silent) as port:
        assert await fault_of(gateway, f"http://127.0.0.1:{port}/") is WebhookFault.ANSWER_LOST
        assert await fault_of(gateway, f"https://127.0.0.1:{port}/") is WebhookFault.UNREACHABLE  # speaks no TLS
    assert await fault_of(gateway, f"http://127.0.0.1:{port}/") is WebhookFault.UNREACHABLE

    async def unknown(host: str, port: int) -> list[str]:
        raise OSError

    assert await fault_of(HttpWebhooks(resolve=unknown), "https://nobody.example/") is WebhookFault.UNREACHABLE


async def test_the_system_s_resolver_names_each_address_once() -> None:
    assert await resolve_by_system("127.0.0.1", 80) == ["127.0.0.1"]


def test_a_call_is_signed_as_the_standard_s_own_example() -> None:
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    found = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
