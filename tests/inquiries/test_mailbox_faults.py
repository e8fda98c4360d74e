"""Letters arrive by IMAP whatever the server does: it is given up in time, and no letter is in the way of another."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from domain.inquiries.letters import MailboxRefused, MailboxUnavailable
from gateways.imap import ImapMailbox
from tests.factories.imap_faults import SELECTED, Wire, between, drip, hang, scripted
from tests.factories.imap_server import ImapServer, imap_server, plain_mailbox
from tests.factories.letters import mail, subjects, take_in_all


@pytest.fixture
async def server() -> AsyncIterator[ImapServer]:
    async with imap_server() as found:
        yield found


@pytest.mark.parametrize(
    ("fault", "silence", "whole"),
    [(hang, 0.5, 20.0), (hang, 20.0, 0.5), (drip, 20.0, 0.5)],
    ids=["silent", "late", "slow"],
)
async def test_a_server_that_hangs_in_the_middle_of_a_mail_is_given_up_in_time(
    server: ImapServer, fault: Wire, silence: float, whole: float
) -> None:
    await server.receive(mail("first", 5_000))
    async with between(server.plain_port) as wire:
        mailbox = plain_mailbox(wire.port, silence=silence, whole=whole)
        wire.fault = fault
        begun = time.monotonic()
        with pytest.raises(MailboxUnavailable):
            await mailbox.fetch(10)
        assert time.monotonic() - begun < 10
        await asyncio.wait_for(wire.ended.wait(), 10)  # the thread let go of its connection
        wire.fault = None
        mailbox.whole = mailbox.silence = 20.0
        assert subjects(await mailbox.fetch(10)) == ["first"]


async def test_a_server_that_never_says_a_word_is_given_up_in_time() -> None:
    async with scripted({}, greeting=b"") as silent:
        begun = time.monotonic()
        with pytest.raises(MailboxUnavailable):
            await plain_mailbox(silent.port, silence=20.0, whole=0.5).fetch(10)
        assert time.monotonic() - begun < 10


async def test_who_stops_waiting_leaves_no_connection_behind(server: ImapServer) -> None:
    await server.receive(mail("first", 5_000))
    async with between(server.plain_port) as wire:
        wire.fault = hang
        waiting = asyncio.create_task(plain_mailbox(wire.port).fetch(10))
        await asyncio.sleep(0.5)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await asyncio.wait_for(wire.ended.wait(), 10)


async def test_a_mail_at_which_the_connection_breaks_does_not_stop_the_others(server: ImapServer) -> None:
    await server.receive(mail("first"), mail("poison"), mail("third"))
    async with between(server.plain_port) as wire:
        mailbox = plain_mailbox(wire.port)
        poison = (await mailbox.fetch(10))[1].uid.partition("-")[2]
        wire.forbidden = f"UID FETCH {poison} ".encode()
        assert await take_in_all_there_is(mailbox) == ["first", "third"]
        assert await server.folder("INBOX") == [mail("poison")]
        with pytest.raises(MailboxUnavailable):
            await mailbox.fetch(10)
        wire.forbidden = b"\0"
        assert await take_in_all(mailbox) == ["poison"]


async def take_in_all_there_is(mailbox: ImapMailbox) -> list[str]:
    """What the rounds of a worker come to when some of them fail."""
    found: list[str] = []
    for _ in range(4):
        try:
            await take_in_all(mailbox, taken=found)
        except MailboxUnavailable:
            continue
    return found


async def test_a_mail_that_the_server_refuses_to_hand_out_does_not_stop_the_others() -> None:
    listed = b"* 1 FETCH (UID 7 FLAGS ())\r\n* 2 FETCH (UID 8 FLAGS ())\r\n$ OK done\r\n"
    handed = b"* 2 FETCH (UID 8 BODY[]<0> {17}\r\nFrom: a@b.example)\r\n$ OK done\r\n"
    answers = SELECTED | {b"FETCH": listed, b"UID FETCH 7": b"$ NO corrupted\r\n", b"UID FETCH 8": handed}
    async with scripted(answers) as server:
        mailbox = plain_mailbox(server.port, "word")
        assert [each.uid for each in await mailbox.fetch(10)] == ["99-8"]
        assert [each.uid for each in await mailbox.fetch(1)] == ["99-8"]


async def test_a_wrong_password_is_refused_for_good(server: ImapServer) -> None:
    with pytest.raises(MailboxRefused) as refused:
        await server.mailbox("wrong").fetch(10)
    assert "service" not in str(refused.value) and "wrong" not in str(refused.value)


async def test_a_server_that_is_not_there_is_unavailable(server: ImapServer) -> None:
    async with between(server.plain_port) as wire:
        gone = wire.port
    with pytest.raises(MailboxUnavailable):
        await plain_mailbox(gone).fetch(10)


REFUSING = {
    "not now": {b"LOGIN": b"$ NO [UNAVAILABLE] try later\r\n"},
    "in use": {b"SELECT": b"$ NO [INUSE] locked\r\n"},
    "hangs up at the login": {b"LOGIN": b""},
    "goodbye at the login": {b"LOGIN": b"* BYE too many\r\n"},
    "no validity": {b"SELECT": b"* 1 EXISTS\r\n$ OK done\r\n"},
    "nonsense": {b"SELECT": b"* 1 EXISTS\r\n* )(*&^ {}\r\n\xff\xfe\r\n"},
    "a letter without an end": {b"FETCH": b"* 1 FETCH (UID 7 BODY[] {99999999999}\r\n"},
    "a broken list": {b"FETCH": b"* 1 FETCH (UID 7 FLAGS (\r\n$ OK done\r\n"},
    "a list of nothing": {b"FETCH": b"* 1 FETCH ()\r\n$ OK done\r\n"},
    "a line without an end": {b"FETCH": b"*" + b"x" * 2_000_000},
    "another's tag": {b"FETCH": b"ZZZZ1 OK\r\n"},
}


@pytest.mark.parametrize("name", REFUSING)
async def test_a_server_that_speaks_strangely_is_unavailable_and_soon(name: str) -> None:
    async with scripted(SELECTED | REFUSING[name]) as server:
        begun = time.monotonic()
        with pytest.raises(MailboxUnavailable):
            await plain_mailbox(server.port, "word", silence=2.0, whole=15.0).fetch(10)
        assert time.monotonic() - begun < 14
    (reached,) = REFUSING[name]
    assert [command for command in server.told if command.startswith(reached)]


async def test_a_server_that_says_more_than_was_asked_for_is_not_listened_to() -> None:
    endless = b"* 1 FETCH (FLAGS (" + b"x " * 400_000 + b"))\r\n"
    async with scripted(SELECTED | {b"FETCH": endless * 40}) as server:
        begun = time.monotonic()
        with pytest.raises(MailboxUnavailable):
            await plain_mailbox(server.port, "word", silence=30.0, whole=30.0).fetch(10)
        assert time.monotonic() - begun < 20


@pytest.mark.parametrize(
    "greeting", [b"* BYE busy\r\n", b"SSH-2.0-x\r\n", b"\x16\x03\x01\x00\r\n", b"* OK\r\n\xff\r\n"]
)
async def test_a_server_that_greets_strangely_is_unavailable(greeting: bytes) -> None:
    async with scripted({b"": b""}, greeting=greeting) as server:
        with pytest.raises(MailboxUnavailable):
            await plain_mailbox(server.port, silence=2.0).fetch(10)


async def test_a_folder_that_is_not_there_is_refused_for_good() -> None:
    async with scripted(SELECTED | {b"SELECT": b"$ NO [NONEXISTENT] no such folder\r\n"}) as server:
        with pytest.raises(MailboxRefused):
            await plain_mailbox(server.port, "word").fetch(10)
    assert b'SELECT "INBOX"' in server.told


async def test_a_password_that_the_server_cannot_be_told_is_refused_for_good() -> None:
    async with scripted(SELECTED) as server:
        with pytest.raises(MailboxRefused):
            await plain_mailbox(server.port, "长密码").fetch(10)
    assert not [command for command in server.told if b"LOGIN" in command]
