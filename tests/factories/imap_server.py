"""A real IMAP server with a mailbox in it, and another client to fill it and to look what became of it."""

from __future__ import annotations

import asyncio
import imaplib
import re
import socket
import ssl
from argparse import Namespace
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from proxyprotocol.reader import ProxyProtocolReader
from proxyprotocol.version import ProxyProtocolVersion
from pymap.backend.dict import Config, Login
from pymap.imap import IMAPServer
from pymap.user import Passwords, UserMetadata
from pysasl.hashing import BuiltinHash

from domain.kernel.mailbox_address import mailbox_address
from gateways.imap import ImapMailbox

T = TypeVar("T")
USER, PASSWORD = "service@aftercare.example", "a long pass word 长"
LIMIT = 100_000  # bytes of a letter
PATIENCE = 30.0  # seconds that a mailbox waits at most, for a machine that is busy


PATIENT = {"silence": PATIENCE, "whole": PATIENCE}


def plain_mailbox(port: int, password: str = PASSWORD, **changes: Any) -> ImapMailbox:
    """A gateway to whatever listens on a port of this machine."""
    address = mailbox_address(f"imap://service%40aftercare.example@127.0.0.1:{port}/INBOX")
    return ImapMailbox(address, password, LIMIT, **(PATIENT | changes))


@dataclass
class ImapServer:
    """A server that runs: its port in the open, and its port with TLS where it has a certificate."""

    plain_port: int
    tls_port: int | None = None

    def mailbox(self, password: str = PASSWORD, **changes: Any) -> ImapMailbox:
        """A gateway to it, in the open."""
        return plain_mailbox(self.plain_port, password, **changes)

    def safe_mailbox(self, trust: ssl.SSLContext | None, host: str = "localhost", **changes: Any) -> ImapMailbox:
        """A gateway to it, by TLS."""
        address = mailbox_address(f"imaps://service%40aftercare.example@{host}:{self.tls_port}/INBOX")
        return ImapMailbox(address, PASSWORD, LIMIT, **(PATIENT | {"trust": trust} | changes))

    async def receive(self, *mails: bytes, flags: str = "") -> None:
        """Mails arrive, one after the other."""

        def append(client: imaplib.IMAP4) -> None:
            for mail in mails:
                assert client.append("INBOX", flags, "", mail)[0] == "OK"

        await self._as_another(append)

    async def folder(self, name: str) -> list[bytes]:
        """The mails that lie in a folder, in order."""

        def look(client: imaplib.IMAP4) -> list[bytes]:
            if client.select(f'"{name}"', readonly=True)[0] != "OK":
                return []
            parts = client.fetch("1:*", "(BODY.PEEK[])")[1]
            return [part[1] for part in parts if isinstance(part, tuple)]

        return await self._as_another(look)

    async def flags(self) -> list[set[str]]:
        """The marks on each mail of the inbox."""

        def look(client: imaplib.IMAP4) -> list[set[str]]:
            client.select("INBOX", readonly=True)
            lines = client.fetch("1:*", "(FLAGS)")[1]
            return [set(re.findall(r"\\\w+", str(line, "ascii"))) for line in lines if isinstance(line, bytes)]

        return await self._as_another(look)

    async def empty(self) -> None:
        """Somebody deletes every mail of the inbox."""

        def delete(client: imaplib.IMAP4) -> None:
            client.select("INBOX")
            client.store("1:*", "+FLAGS", "\\Deleted")
            client.expunge()

        await self._as_another(delete)

    async def _as_another(self, work: Callable[[imaplib.IMAP4], T]) -> T:
        def connected() -> T:
            with imaplib.IMAP4("127.0.0.1", self.plain_port, PATIENCE) as client:
                client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                client.authenticate("PLAIN", lambda _: f"\0{USER}\0{PASSWORD}".encode())
                return work(client)

        return await asyncio.to_thread(connected)


class Modest(Config):
    """A server's configuration with extensions that it does not name."""

    without: frozenset[bytes] = frozenset()

    @property
    def login_capability(self) -> Sequence[bytes]:
        return [each for each in super().login_capability if each not in self.without]

    @property
    def greeting(self) -> bytes:
        return b"ready"  # pymap's own asks a name server first


@asynccontextmanager
async def imap_server(tls: ssl.SSLContext | None = None, without: Sequence[bytes] = ()) -> AsyncIterator[ImapServer]:
    """Runs one on the loopback address for the time of a block; `without` are extensions that it does not name."""
    arguments = Namespace(
        host="127.0.0.1", port=0, debug=False, cert=None, key=None, tls=False, passlib_cfg=None, proxy_protocol=None,
        inherited_sockets=None, demo_data=False, demo_user=USER, demo_password=PASSWORD,
    )  # fmt: skip
    config = Modest.from_args(arguments, hash_context=BuiltinHash(rounds=1))
    config.without = frozenset(without)
    config.apply_context()
    login = Login(config)
    await login.demo_user_identity.set(
        UserMetadata(config, USER, password=await Passwords(config).hash_password(PASSWORD))
    )
    serve = ProxyProtocolReader(ProxyProtocolVersion.get("noop")).get_callback(IMAPServer(login, config))
    async with AsyncExitStack() as stack:
        plain = await asyncio.start_server(serve, "127.0.0.1", 0)
        found = ImapServer(plain.sockets[0].getsockname()[1])
        stack.callback(plain.close)
        if tls is not None:
            safe = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
            found.tls_port = safe.sockets[0].getsockname()[1]
            stack.callback(safe.close)
        yield found
