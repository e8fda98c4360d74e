"""Letters arrive by TLS, from a server that proves who it is and from no other."""

from __future__ import annotations

import ssl
import time

import pytest
import trustme

from domain.inquiries.letters import MailboxRefused, MailboxUnavailable
from tests.factories.imap_faults import scripted
from tests.factories.imap_server import ImapServer, imap_server
from tests.factories.letters import mail, take_in_all


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def certified(authority: trustme.CA, host: str) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(host).configure_cert(context)
    return context


async def test_mails_are_taken_by_tls(authority: trustme.CA) -> None:
    async with imap_server(certified(authority, "localhost")) as server:
        await server.receive(mail("first"), mail("second"))
        assert await take_in_all(server.safe_mailbox(trusting(authority))) == ["first", "second"]
        assert await server.folder("INBOX") == []


@pytest.mark.parametrize("wrong", ["authority", "host"])
async def test_a_wrong_certificate_is_refused_before_anything_is_said(authority: trustme.CA, wrong: str) -> None:
    issuer = trustme.CA() if wrong == "authority" else authority
    async with imap_server(certified(issuer, "elsewhere.example" if wrong == "host" else "localhost")) as server:
        await server.receive(mail("first"))
        with pytest.raises(MailboxRefused):
            await server.safe_mailbox(trusting(authority)).fetch(10)
        assert await server.folder("INBOX") == [mail("first")]


async def test_a_certificate_that_this_machine_does_not_know_is_refused(authority: trustme.CA) -> None:
    async with imap_server(certified(authority, "localhost")) as server:
        with pytest.raises(MailboxRefused):
            await server.safe_mailbox(None).fetch(10)


async def test_a_handshake_that_hangs_is_given_up_in_time(authority: trustme.CA) -> None:
    async with scripted({}, greeting=b"") as silent:
        mailbox = ImapServer(0, silent.port).safe_mailbox(trusting(authority), silence=20.0, whole=0.5)
        begun = time.monotonic()
        with pytest.raises(MailboxUnavailable):
            await mailbox.fetch(10)
        assert time.monotonic() - begun < 10


async def test_a_server_without_tls_is_not_spoken_to_where_tls_was_asked_for() -> None:
    async with imap_server() as server:
        server.tls_port = server.plain_port
        with pytest.raises(MailboxUnavailable):
            await server.safe_mailbox(ssl.create_default_context()).fetch(10)
