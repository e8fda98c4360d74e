"""The demo's mailbox: a mail server that takes every mail and shows it, so that nobody needs a real one to look around.

`python -m commands.mailbox --smtp-port 8025 --http-port 8026`; both listen on the loopback address only.
"""

from __future__ import annotations

import argparse
import asyncio
import email
import email.policy
import json
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict
from email.message import EmailMessage
from pathlib import Path
from typing import cast

import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from commands.addresses import home
from commands.mailbox_page import Mail, listing, page, sent_to
from domain.kernel import clock
from domain.kernel.projection.wire import instant_text

KEPT = 500
LONGEST = 1_000_000  # bytes of a mail
LOOPBACK = "127.0.0.1"


def read_mail(content: bytes, recipients: list[str]) -> Mail:
    """What is shown of a mail as it came over the wire."""
    message: EmailMessage = email.message_from_bytes(content, policy=email.policy.default)
    part = message.get_body(("plain",))
    return Mail(
        at=instant_text(clock.now()),
        sender=str(message.get("From", "")),
        to=", ".join(recipients),
        subject=str(message.get("Subject", "")),
        body=str(part.get_content()) if part is not None else "",
        message_id=str(message.get("Message-ID", "")),
    )


class Mailbox:
    """The last 500 mails, newest first, kept in a file over restarts."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._mails: deque[Mail] = deque(maxlen=KEPT)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        for line in path.read_text().splitlines():
            self._mails.appendleft(Mail(**json.loads(line)))
        path.write_text("".join(map(_line, reversed(self._mails))))

    def __iter__(self) -> Iterator[Mail]:
        return iter(tuple(self._mails))

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802
        """Takes a mail; the name is the one that the SMTP server calls."""
        mail = read_mail(cast(bytes, envelope.content), envelope.rcpt_tos)
        self._mails.appendleft(mail)
        with self._path.open("a") as file:
            file.write(_line(mail))
        return "250 Accepted"


def _line(mail: Mail) -> str:
    return json.dumps(asdict(mail), ensure_ascii=False) + "\n"


def shown(mailbox: Mailbox) -> Starlette:
    """The mailbox as a page, at `/` and `/mailbox`, and as JSON; with `?to=` only the mails to such an address."""

    async def as_page(request: Request) -> Response:
        to = request.query_params.get("to", "")
        return page(sent_to(mailbox, to), to)

    async def as_json(request: Request) -> Response:
        return listing(sent_to(mailbox, request.query_params.get("to", "")))

    return Starlette(
        routes=[Route("/", as_page), Route("/mailbox", as_page), Route("/mailbox.json", as_json)]
    )


async def listen(mailbox: Mailbox, port: int) -> asyncio.Server:
    """Takes mail at a port of the loopback address."""

    def dialogue() -> SMTP:
        return SMTP(mailbox, hostname="localhost", ident="mailbox", data_size_limit=LONGEST, enable_SMTPUTF8=True)

    return await asyncio.get_running_loop().create_server(dialogue, LOOPBACK, port)


async def run(smtp_port: int, http_port: int, folder: Path) -> None:
    """Takes and shows mail until SIGTERM or SIGINT."""
    mailbox = Mailbox(folder / "mailbox.jsonl")
    server = await listen(mailbox, smtp_port)
    config = uvicorn.Config(shown(mailbox), host=LOOPBACK, port=http_port, log_level="warning", server_header=False)
    await uvicorn.Server(config).serve()
    server.close()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="A mail server that takes every mail and shows it.")
    parser.add_argument("--smtp-port", type=int, default=8025)
    parser.add_argument("--http-port", type=int, default=8026)
    parser.add_argument("--home", type=Path, default=None)
    given = parser.parse_args()
    asyncio.run(run(given.smtp_port, given.http_port, given.home or home()))


if __name__ == "__main__":
    main()
