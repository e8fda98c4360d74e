"""The demo's mailbox takes what the gateway sends, and shows it as text, whatever it says."""

from __future__ import annotations

import asyncio
import socket
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette

from commands.mailbox import KEPT, Mailbox, listen, shown
from commands.mailbox_page import mailbox_routes
from commands.serving import demo_routes
from domain.kernel.settings import Environment, settings
from domain.notifications.mailing import Letter
from gateways.mail import SmtpMailer


def letter(number: int = 1, body: str = "您好", subject: str = "验证码") -> Letter:
    return Letter(f"<ntf_{number}@aftercare.example>", "zhang@example.com", subject, body, "zh")


@asynccontextmanager
async def receiving(mailbox: Mailbox) -> AsyncIterator[SmtpMailer]:
    server = await listen(mailbox, 0)
    async with server:
        yield SmtpMailer("127.0.0.1", server.sockets[0].getsockname()[1], "service@aftercare.example")


def client(app: Starlette) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://mailbox.test")


async def test_a_mail_is_shown_decoded_newest_first_and_as_json(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path / "mailbox.jsonl")
    async with receiving(mailbox) as mailer:
        await mailer.deliver(letter(1, "您的登录验证码是 123456"))
        await mailer.deliver(letter(2, "第二封"))
    async with client(shown(mailbox)) as http:
        page = (await http.get("/mailbox")).text
        mails = (await http.get("/mailbox.json")).json()["mails"]
        assert (await http.get("/")).text == page
    assert page.index("第二封") < page.index("您的登录验证码是 123456")
    assert [mail["message_id"] for mail in mails] == ["<ntf_2@aftercare.example>", "<ntf_1@aftercare.example>"]
    assert (mails[1]["to"], mails[1]["subject"]) == ("zhang@example.com", "验证码")
    assert "售后保险" in mails[0]["sender"]


async def test_nothing_of_a_mail_is_taken_for_html(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path / "mailbox.jsonl")
    async with receiving(mailbox) as mailer:
        await mailer.deliver(letter(body="<script>alert(1)</script>", subject="<img src=x onerror=alert(1)>"))
    async with client(shown(mailbox)) as http:
        answer = await http.get("/mailbox")
    assert "<script>" not in answer.text
    assert "<img" not in answer.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_the_last_five_hundred_mails_outlive_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "mailbox.jsonl"
    mailbox = Mailbox(path)
    async with receiving(mailbox) as mailer:
        await asyncio.gather(*(mailer.deliver(letter(number)) for number in range(20)))
        for number in range(20, KEPT + 3):
            await mailer.deliver(letter(number))
    assert len(list(mailbox)) == KEPT
    again = Mailbox(path)
    assert list(again) == list(mailbox)
    assert len(path.read_text().splitlines()) == KEPT
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_the_api_shows_the_mailbox_under_its_own_address_and_says_when_it_is_gone(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path / "mailbox.jsonl")
    async with receiving(mailbox) as mailer:
        await mailer.deliver(letter(body="您好"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        server = uvicorn.Server(uvicorn.Config(shown(mailbox), log_level="warning"))
        serving = asyncio.create_task(server.serve([listening]))
        async with client(Starlette(routes=mailbox_routes(url))) as http:
            page, mails = await http.get("/mailbox"), await http.get("/mailbox.json")
            server.should_exit = True
            await serving
            gone = await http.get("/mailbox")
    assert "您好" in page.text
    assert page.headers["content-type"].startswith("text/html")
    assert len(mails.json()["mails"]) == 1
    assert gone.status_code == 502


@pytest.mark.parametrize(
    ("env", "url", "shown_at"),
    [
        (Environment.DEVELOPMENT, "http://127.0.0.1:8026", 2),
        (Environment.DEVELOPMENT, None, 0),
        (Environment.PRODUCTION, "http://127.0.0.1:8026", 0),
    ],
)
def test_production_shows_no_mailbox(env: Environment, url: str | None, shown_at: int) -> None:
    configured = settings().model_copy(update={"env": env, "mailbox_url": url})
    assert len(demo_routes(configured)) == shown_at
