"""Letters handed in over HTTP: believed when signed and fresh, read only then, and told of by nothing personal."""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import httpx
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette

from api.mail import AT_ONCE, PATH, PATIENCE, mail_routes, routes
from domain.inquiries.letters import Letter
from domain.inquiries.models import Inquiry
from domain.kernel import clock
from domain.kernel.signed_calls import WINDOW

SECRET = "0123456789abcdef0123456789abcdef"
LIMIT = 10_000
MAIL = "From: Zhang <zhang@example.com>\r\nSubject: 理赔\r\n\r\nwords\r\n".encode()
AUTHORLESS = b"Subject: from nobody\r\n\r\nwords\r\n"


class Away(Exception):
    """The room cannot take anything in."""


@dataclass
class Door:
    """The route in an application of its own, and what came through it."""

    came: list[Letter] = field(default_factory=list)
    is_shut: bool = False

    async def take_in(self, letter: Letter) -> None:
        if self.is_shut:
            raise Away
        self.came.append(letter)

    def client(self, secret: str | None = SECRET, patience: float = PATIENCE) -> httpx.AsyncClient:
        app = Starlette(routes=mail_routes(secret, LIMIT, self.take_in, patience=patience))
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://aftercare.example")


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
async def client(door: Door) -> AsyncIterator[httpx.AsyncClient]:
    async with door.client() as found:
        yield found


def signed(
    body: bytes, *, at: int | str | None = None, secret: str = SECRET, of: bytes | None = None
) -> dict[str, str]:
    """The headers that a mail server sends with a mail."""
    timestamp = str(int(time.time()) if at is None else at)
    text = timestamp.encode() + b"." + (body if of is None else of)
    return {
        "content-type": "message/rfc822",
        "x-mail-timestamp": timestamp,
        "x-mail-signature": hmac.new(secret.encode(), text, "sha256").hexdigest(),
    }


async def test_a_signed_mail_is_taken_in(client: httpx.AsyncClient, door: Door) -> None:
    answer = await client.post(PATH, content=MAIL, headers=signed(MAIL))
    assert (answer.status_code, answer.json()) == (200, {"taken": True})
    (letter,) = door.came
    assert (letter.sender, letter.subject, letter.text) == ("zhang@example.com", "理赔", "words")


async def test_the_same_mail_again_is_the_same_letter(client: httpx.AsyncClient, door: Door) -> None:
    for _ in range(2):
        assert (await client.post(PATH, content=MAIL, headers=signed(MAIL))).status_code == 200
    first, second = door.came
    assert first == second


FORGED: dict[str, Callable[[bytes], dict[str, str]]] = {
    "another secret": lambda body: signed(body, secret="another"),
    "no secret": lambda body: signed(body, secret=""),
    "another mail": lambda body: signed(body, of=b"another"),
    "another time": lambda body: {**signed(body), "x-mail-timestamp": str(int(time.time()) - 2)},
    "no signature": lambda _: {"x-mail-timestamp": str(int(time.time()))},
    "no headers": lambda _: {},
    "no number": lambda body: signed(body, at="soon"),
    "digits that are none": lambda body: signed(body, at="\uff11\uff12\uff13"),
    "a number beyond time": lambda body: signed(body, at="9" * 30),
    "a signature beyond ASCII": lambda body: {**signed(body), "x-mail-signature": "é"},
}


def as_sent(headers: dict[str, str]) -> dict[bytes, bytes]:
    return {name.encode(): value.encode() for name, value in headers.items()}


@pytest.mark.parametrize("name", FORGED)
@pytest.mark.parametrize("body", [MAIL, AUTHORLESS], ids=["a letter", "no letter"])
async def test_a_forged_mail_is_turned_away_unread(
    client: httpx.AsyncClient, door: Door, name: str, body: bytes
) -> None:
    answer = await client.post(PATH, content=body, headers=as_sent(FORGED[name](body)))
    assert (answer.status_code, answer.json()) == (401, {"taken": False})
    assert door.came == []


@pytest.mark.parametrize("direction", [-1, 1])
async def test_a_mail_is_believed_for_five_minutes(client: httpx.AsyncClient, door: Door, direction: int) -> None:
    window = int(WINDOW.total_seconds())
    fresh = signed(MAIL, at=int(clock.seconds()) + direction * (window - 20))
    stale = signed(MAIL, at=int(clock.seconds()) + direction * (window + 20))
    assert (await client.post(PATH, content=MAIL, headers=stale)).status_code == 401
    assert door.came == []
    assert (await client.post(PATH, content=MAIL, headers=fresh)).status_code == 200


async def test_a_mail_that_is_too_large_is_read_no_further(client: httpx.AsyncClient, door: Door) -> None:
    read = 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(1_000):
            read += 1_000
            yield b"x" * 1_000

    answer = await client.post(PATH, content=pieces(), headers=signed(b""))
    assert (answer.status_code, answer.json()) == (413, {"taken": False})
    assert read <= LIMIT + 2_000
    assert door.came == []


async def test_no_more_mails_are_read_side_by_side_than_fit_into_memory(client: httpx.AsyncClient, door: Door) -> None:
    begun, let_go = 0, asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        nonlocal begun
        begun += 1
        await let_go.wait()
        yield MAIL

    handing = [asyncio.create_task(client.post(PATH, content=slowly(), headers=signed(MAIL))) for _ in range(10)]
    await asyncio.sleep(0.2)
    assert begun == AT_ONCE
    let_go.set()
    assert [answer.status_code for answer in await asyncio.gather(*handing)] == [200] * 10
    assert len(door.came) == 10


async def test_a_mail_that_does_not_come_to_an_end_makes_room_for_others(door: Door) -> None:
    async def endlessly() -> AsyncIterator[bytes]:
        yield b"From"
        await asyncio.Event().wait()

    async with door.client(patience=0.2) as client:
        endless = (client.post(PATH, content=endlessly(), headers=signed(MAIL)) for _ in range(AT_ONCE + 1))
        assert [answer.status_code for answer in await asyncio.gather(*endless)] == [408] * (AT_ONCE + 1)
        assert (await client.post(PATH, content=MAIL, headers=signed(MAIL))).status_code == 200
    assert len(door.came) == 1


async def test_a_mail_of_exactly_the_limit_is_taken_in(client: httpx.AsyncClient, door: Door) -> None:
    body = MAIL + b"x" * (LIMIT - len(MAIL))
    assert (await client.post(PATH, content=body, headers=signed(body))).status_code == 200
    assert (await client.post(PATH, content=body + b"x", headers=signed(body + b"x"))).status_code == 413
    assert len(door.came) == 1


async def test_a_mail_that_is_no_letter_is_told_by_its_fault(client: httpx.AsyncClient, door: Door) -> None:
    for body, fault in ((AUTHORLESS, "NO_SENDER"), (b"", "EMPTY")):
        answer = await client.post(PATH, content=body, headers=signed(body))
        assert (answer.status_code, answer.json()) == (422, {"taken": False, "fault": fault})
    assert door.came == []


async def test_a_mail_that_could_not_be_taken_in_is_said_again(client: httpx.AsyncClient, door: Door) -> None:
    door.is_shut = True
    answer = await client.post(PATH, content=MAIL, headers=signed(MAIL))
    assert answer.status_code == 500
    assert "zhang" not in answer.text
    door.is_shut = False
    assert (await client.post(PATH, content=MAIL, headers=signed(MAIL))).status_code == 200
    assert len(door.came) == 1


@pytest.mark.parametrize("secret", [None, ""])
async def test_without_a_secret_there_is_no_such_place(door: Door, secret: str | None) -> None:
    async with door.client(secret) as client:
        assert (await client.post(PATH, content=MAIL, headers=signed(MAIL, secret=""))).status_code == 404
    assert door.came == []


async def test_mail_is_only_handed_in(client: httpx.AsyncClient) -> None:
    assert (await client.get(PATH)).status_code == 405


@pytest.mark.usefixtures("database")
async def test_a_letter_that_is_handed_in_several_times_opens_one_inquiry() -> None:
    app = Starlette(routes=routes(SecretStr(SECRET), LIMIT))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://aftercare.example") as client:
        answers = [await client.post(PATH, content=MAIL, headers=signed(MAIL)) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {200}
    assert (await Inquiry.get()).subject_line == "理赔"
