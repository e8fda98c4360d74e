"""Letters arrive by IMAP: in order, none lost, none twice, and nothing of them in a log."""

from __future__ import annotations

import asyncio
import logging
import tracemalloc
from collections.abc import AsyncIterator, Iterator

import pytest

from domain.inquiries.letters import MailboxRefused
from tests.factories.imap_faults import SELECTED, scripted
from tests.factories.imap_server import LIMIT, ImapServer, imap_server, plain_mailbox
from tests.factories.letters import mail, subjects, take_in_all

TAKEN, REJECTED = "Aftercare taken", "Aftercare rejected"
UNREADABLE = b"Subject: from nobody\r\n\r\nwords\r\n"


@pytest.fixture
async def server() -> AsyncIterator[ImapServer]:
    async with imap_server() as found:
        yield found


async def test_mails_are_fetched_in_order_and_moved_when_they_are_taken(server: ImapServer) -> None:
    first, second = mail("first"), mail("second")
    await server.receive(first, second)
    mailbox = server.mailbox()
    arrived = await mailbox.fetch(10)
    assert [each.raw for each in arrived] == [first, second]
    await mailbox.settle(arrived[0].uid)
    assert (await server.folder("INBOX"), await server.folder(TAKEN)) == ([second], [first])
    await mailbox.settle(arrived[1].uid)
    assert (await server.folder("INBOX"), await server.folder(TAKEN)) == ([], [first, second])
    assert await mailbox.fetch(10) == []


async def test_what_cannot_be_read_is_put_aside_and_the_next_is_still_taken(server: ImapServer) -> None:
    await server.receive(UNREADABLE, mail("next"), b"\r\n", mail("last"))
    assert await take_in_all(server.mailbox(), batch=1) == ["next", "last"]
    assert await server.folder(REJECTED) == [UNREADABLE, b"\r\n"]
    assert await server.folder(TAKEN) == [mail("next"), mail("last")]
    assert await server.folder("INBOX") == []


async def test_a_mail_that_was_not_settled_comes_again_and_is_as_unread_as_before(server: ImapServer) -> None:
    await server.receive(mail("first"), mail("second"))
    mailbox = server.mailbox()
    once = await mailbox.fetch(10)
    assert await mailbox.fetch(10) == once
    assert await server.mailbox().fetch(10) == once
    assert ["\\Seen" in flags for flags in await server.flags()] == [False, False]
    assert len(await server.folder("INBOX")) == 2


async def test_settling_twice_and_settling_what_is_gone_changes_nothing(server: ImapServer) -> None:
    await server.receive(mail("first"), mail("second"))
    mailbox = server.mailbox()
    first, second = await mailbox.fetch(10)
    await mailbox.settle(first.uid)
    await mailbox.settle(first.uid)
    await mailbox.reject(first.uid)
    await server.empty()
    await mailbox.settle(second.uid)
    assert (await server.folder(TAKEN), await server.folder(REJECTED)) == ([mail("first")], [])


async def test_a_number_of_a_mailbox_that_was_built_anew_moves_nothing(server: ImapServer) -> None:
    await server.receive(mail("first"))
    mailbox = server.mailbox()
    (arrived,) = await mailbox.fetch(10)
    validity, _, number = arrived.uid.partition("-")
    await mailbox.settle(f"{int(validity) + 1}-{number}")
    assert await server.folder("INBOX") == [mail("first")]


async def test_a_mail_that_somebody_deleted_is_not_fetched(server: ImapServer) -> None:
    await server.receive(mail("deleted"), flags="(\\Deleted)")
    await server.receive(mail("there"))
    assert subjects(await server.mailbox().fetch(1)) == ["there"]


async def test_a_mail_that_is_too_large_is_fetched_no_further_than_to_know_it(server: ImapServer) -> None:
    await server.receive(mail("large", size=3 * LIMIT), mail("next"))
    large, _ = await server.mailbox().fetch(10)
    assert len(large.raw) == LIMIT + 1
    assert await take_in_all(server.mailbox()) == ["next"]
    assert await server.folder(REJECTED) == [mail("large", size=3 * LIMIT)]


@pytest.mark.parametrize("without", [(b"MOVE",), (b"MOVE", b"UIDPLUS")], ids=["MOVE", "UIDPLUS"])
async def test_a_server_that_cannot_move_copies_and_deletes(without: tuple[bytes, ...]) -> None:
    async with imap_server(without=without) as server:
        await server.receive(mail("a stranger's"), flags="(\\Deleted)")
        await server.receive(mail("first"), mail("second"))
        assert await take_in_all(server.mailbox(), batch=1) == ["first", "second"]
        assert await server.folder(TAKEN) == [mail("first"), mail("second")]
        copied = [mail("first"), mail("second")] if b"UIDPLUS" in without else []
        assert await server.folder("INBOX") == [mail("a stranger's"), *copied]


async def test_five_hundred_mails_are_fetched_in_batches_of_constant_memory(server: ImapServer) -> None:
    size, number = 20_000, 500
    await server.receive(*(mail(f"mail {place}", size) for place in range(number)))
    mailbox, came, peaks = server.mailbox(), [], []
    while True:
        tracemalloc.start()
        arrived = await mailbox.fetch(50)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        if not arrived:
            break
        came += subjects(arrived)
        for each in arrived:
            await mailbox.settle(each.uid)
    assert came == [f"mail {place}" for place in range(number)]
    assert len(peaks) == number // 50 + 1
    assert max(peaks) < 4 * 50 * size < number * size
    assert len(await server.folder(TAKEN)) == number


async def test_a_batch_ends_before_large_mails_fill_the_memory(server: ImapServer) -> None:
    await server.receive(*(mail(f"mail {place}", 50_000) for place in range(6)))
    mailbox = server.mailbox(batch=100_000)
    assert [len(await mailbox.fetch(10)) for _ in range(2)] == [2, 2]
    assert await take_in_all(mailbox) == [f"mail {place}" for place in range(6)]


async def test_a_settled_mail_is_not_fetched_while_others_settle_side_by_side(server: ImapServer) -> None:
    await server.receive(*(mail(f"mail {place}") for place in range(20)))
    mailbox = server.mailbox()
    arrived = await mailbox.fetch(20)
    await asyncio.gather(*(mailbox.settle(each.uid) for each in arrived), mailbox.fetch(5))
    assert len(await server.folder(TAKEN)) == 20
    assert await mailbox.fetch(5) == []


async def test_our_folders_lie_where_the_server_keeps_folders_and_we_say_who_we_are() -> None:
    async with scripted(SELECTED) as server:
        mailbox = plain_mailbox(server.port, password='a "quoted" word')
        await mailbox.settle("99-7")
    told = server.told
    assert b'LOGIN "service@aftercare.example" "a \\"quoted\\" word"' in told
    assert b'CREATE "INBOX.Aftercare taken"' in told
    assert b'UID MOVE 7 "INBOX.Aftercare taken"' in told
    assert told.index(b'ID ("name" "aftercare")') < told.index(b'SELECT "INBOX"')


class Kept(logging.Handler):
    """Keeps every line that comes."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[tuple[str, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append((record.name, record.getMessage()))


@pytest.fixture
def kept() -> Iterator[Kept]:
    """All that comes to the root's handlers, at the level that lets everything through."""
    root, library, handler = logging.getLogger(), logging.getLogger("imapclient"), Kept()
    levels = root.level, library.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    library.setLevel(logging.DEBUG)
    yield handler
    root.removeHandler(handler)
    root.setLevel(levels[0])
    library.setLevel(levels[1])


async def test_nothing_of_a_mail_or_of_the_mailbox_reaches_a_log(server: ImapServer, kept: Kept) -> None:
    logging.getLogger("aftercare").debug("kept")
    await server.receive(mail("sorrow"))
    assert await take_in_all(server.mailbox()) == ["sorrow"]
    with pytest.raises(MailboxRefused):
        await server.mailbox("a-wrong-word").fetch(1)
    ours = [(name, line) for name, line in kept.lines if not name.startswith("pymap")]
    assert ("aftercare", "kept") in ours
    for personal in ("zhang", "sorrow", "service@", "a-wrong-word", "a long pass"):
        assert not [line for _, line in ours if personal in line]
    assert not [name for name, _ in ours if name.startswith("imapclient")]
