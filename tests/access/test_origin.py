"""Where a request comes from: counted over many accounts, and as nobody can name another's address."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import httpx
import pytest

from api.app import create_app
from api.origin import origin_of
from commands.children import choose_port
from domain.access.attempts import TRIES_AN_ORIGIN, may_try
from domain.access.models import SignInAttempt
from domain.kernel.settings import settings
from tests.commands.processes import wait_until
from tests.factories.signed_in import PASSWORD, code_sent_to, colleague, customer_of

SIGN_IN = 'staffSignIn(input: {{email: "{}", password: "{}"}}) {{ accessToken errors {{ code }} }}'
A_REQUEST = 5  # mutations at most
OFFICE, ELSEWHERE = "203.0.113.7", "203.0.113.8"


def of(peer: str | None, *forwarded: str, proxies: int = 0) -> str | None:
    headers = [(b"x-forwarded-for", each.encode()) for each in forwarded]
    return origin_of({"client": (peer, 1) if peer else None, "headers": headers}, proxies)


@asynccontextmanager
async def calling(
    database_url: str, *, at: str = OFFICE, proxies: int = 0, **headers: str
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the API behind so many proxies, which calls from an address."""
    app = create_app(settings().model_copy(update={"database_url": database_url, "read_pool": 2, "proxies": proxies}))
    transport = httpx.ASGITransport(app, client=(at, 4711))
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://api.test", headers=sent) as http,
    ):
        yield http


async def sign_in(http: httpx.AsyncClient, *accounts: tuple[str, str]) -> list[bool]:
    """Signs in to accounts in one request: which of them worked."""
    fields = " ".join(f"a{number}: {SIGN_IN.format(*account)}" for number, account in enumerate(accounts))
    data = (await http.post("/graphql", json={"query": f"mutation {{ {fields} }}"})).json()["data"]
    return [data[f"a{number}"]["accessToken"] is not None for number in range(len(accounts))]


def strangers(count: int, of_round: object = 0) -> list[tuple[str, str]]:
    return [(f"nobody-{of_round}-{number}@insurer.example", "wrong wrong wrong") for number in range(count)]


def test_without_proxies_what_the_caller_says_counts_for_nothing() -> None:
    assert of(OFFICE) == of(OFFICE, ELSEWHERE) == of(OFFICE, "198.51.100.1, 198.51.100.2", ELSEWHERE) == OFFICE
    assert of(None) is None
    assert of(None, ELSEWHERE) is None


def test_behind_proxies_it_is_whom_the_outermost_of_them_was_called_by() -> None:
    assert of("10.0.0.1", ELSEWHERE, proxies=1) == ELSEWHERE
    assert of("10.0.0.1", f"198.51.100.1, {ELSEWHERE}", proxies=1) == ELSEWHERE
    assert of("10.0.0.1", f"198.51.100.1, {ELSEWHERE}, 10.0.0.2", proxies=2) == ELSEWHERE
    assert of("10.0.0.1", "198.51.100.1", f"{ELSEWHERE}", "10.0.0.2", proxies=2) == ELSEWHERE
    assert of("10.0.0.1", "10.0.0.2", proxies=2) == "10.0.0.2"
    assert of(None, ELSEWHERE, proxies=1) == ELSEWHERE


@pytest.mark.parametrize("said", ["", "unknown", "me, ", "203.0.113.7:4711", "a" * 5_000])
def test_a_hop_that_is_no_address_is_the_proxy_itself(said: str) -> None:
    assert of("10.0.0.1", said, proxies=1) == of("10.0.0.1", proxies=1) == "10.0.0.1"


def test_addresses_of_one_network_of_the_sixth_version_are_one_origin() -> None:
    assert of("2001:db8:1:2::1") == of("2001:db8:1:2:ffff::9") == "2001:db8:1:2::"
    assert of("2001:db8:1:3::1") != of("2001:db8:1:2::1")
    assert of("::ffff:203.0.113.7") == OFFICE


async def test_a_hundred_tries_over_many_accounts_lock_the_address_and_no_other(database_url: str) -> None:
    async with calling(database_url) as office:
        person = await colleague()
        for turn in range(TRIES_AN_ORIGIN // A_REQUEST):
            assert not any(await sign_in(office, *strangers(A_REQUEST, turn)))
        assert await sign_in(office, (person.email, PASSWORD)) == [False]
    async with calling(database_url, at=ELSEWHERE) as another:
        assert await sign_in(another, (person.email, PASSWORD)) == [True]


async def test_five_fields_of_one_request_are_five_tries_of_the_account_and_of_the_address(database_url: str) -> None:
    async with calling(database_url) as office:
        person, other = await colleague(), await colleague()
        assert await sign_in(office, *[(person.email, "wrong wrong wrong")] * A_REQUEST) == [False] * A_REQUEST
        assert [each.tries for each in await SignInAttempt.all()] == [A_REQUEST, A_REQUEST]
        assert await sign_in(office, (person.email, PASSWORD), (other.email, PASSWORD)) == [False, True]


async def test_customers_codes_are_counted_by_address_too(database_url: str) -> None:
    asking = 'mutation {{ customerRequestCode(input: {{mail: "{}"}}) {{ sent }} }}'
    trying = 'mutation {{ customerSignIn(input: {{mail: "{}", code: "{}"}}) {{ accessToken }} }}'
    async with calling(database_url) as office:
        customer_id, mail = await customer_of()
        await office.post("/graphql", json={"query": asking.format(mail)})
        code = await code_sent_to(customer_id)
        for number in range(TRIES_AN_ORIGIN):
            await may_try(f"staff:{number}", OFFICE)
        answer = await office.post("/graphql", json={"query": trying.format(mail, code)})
        assert answer.json()["data"] == {"customerSignIn": {"accessToken": None}}


@pytest.mark.parametrize(("proxies", "expected"), [(0, False), (1, True)])
async def test_a_forwarded_address_counts_only_behind_a_proxy(database_url: str, proxies: int, expected: bool) -> None:
    async with calling(database_url, proxies=proxies, x_forwarded_for=ELSEWHERE) as http:
        person = await colleague()
        for number in range(TRIES_AN_ORIGIN):
            await may_try(f"staff:{number}", OFFICE)
        assert await sign_in(http, (person.email, PASSWORD)) == [expected]


@pytest.fixture
def served(database_url: str) -> Iterator[str]:
    """The API as a process of its own."""
    port = choose_port(8960, set())
    environment = os.environ | {"DATABASE_URL": database_url, "AFTERCARE_PORT": str(port), "AFTERCARE_ENV": "test"}
    process = subprocess.Popen([sys.executable, "-m", "commands", "serve"], env=environment)
    address = f"http://127.0.0.1:{port}"

    def ready() -> bool:
        try:
            return httpx.get(f"{address}/health/ready", timeout=2).is_success
        except httpx.HTTPError:
            return False

    try:
        assert wait_until(ready, 60)
        yield address
    finally:
        process.terminate()
        process.wait(20)


@pytest.mark.usefixtures("database")
async def test_the_server_itself_believes_no_caller_on_this_machine_either(served: str) -> None:
    async with httpx.AsyncClient(base_url=served) as http:
        for turn in range(2):
            http.headers["x-forwarded-for"] = f"198.51.100.{turn}"
            assert not any(await sign_in(http, *strangers(2, turn)))
    assert sorted(each.tries for each in await SignInAttempt.all()) == [1, 1, 1, 1, 4]
