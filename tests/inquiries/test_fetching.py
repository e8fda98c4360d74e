"""From the mailbox into inquiries: a real server, a real database, nothing lost and nothing twice."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from domain.inquiries import fetching
from domain.inquiries.models import Inquiry
from domain.inquiries.terms import InquiryChannel
from domain.jobs.terms import Outcome, Word
from domain.kernel.actor import Actor
from domain.notifications.models import Notification
from tests.factories.imap_server import ImapServer, imap_server, plain_mailbox
from tests.factories.letters import mail

pytestmark = pytest.mark.usefixtures("database")
HOUSE = Actor.system("inquiries.fetch_letters")
TAKEN, REJECTED = "Aftercare taken", "Aftercare rejected"
ABSENT = b"From: away@example.com\r\nSubject: away\r\nAuto-Submitted: auto-replied\r\n\r\nI am away.\r\n"
NOBODY = b"Subject: from nobody\r\n\r\nwords\r\n"


@pytest.fixture
async def server() -> AsyncIterator[ImapServer]:
    async with imap_server() as found:
        yield found


async def test_letters_become_inquiries_in_order_and_are_put_away(server: ImapServer) -> None:
    await server.receive(*(mail(f"question {number}") for number in range(45)))
    assert await fetching.fetch_letters(server.mailbox(), actor=HOUSE) == Outcome.done()
    asked = await Inquiry.all().order_by("id")
    assert [each.subject_line for each in asked] == [f"question {number}" for number in range(45)]
    assert {each.channel for each in asked} == {InquiryChannel.MAIL}
    assert (len(await server.folder(TAKEN)), await server.folder("INBOX")) == (45, [])
    assert await Notification.filter(template="INQUIRY_RECEIVED").count() == 45


async def test_what_nobody_can_take_in_lies_where_people_look_and_stops_nothing(server: ImapServer) -> None:
    await server.receive(NOBODY, ABSENT, mail("a question"))
    await fetching.fetch_letters(server.mailbox(), actor=HOUSE)
    assert await server.folder(REJECTED) == [NOBODY, ABSENT]
    assert (await Inquiry.get()).subject_line == "a question"
    assert await Notification.all().count() == 1


async def test_a_letter_that_was_taken_in_and_not_put_away_is_known_when_it_comes_again(server: ImapServer) -> None:
    letter = mail("once")
    await server.receive(letter)
    await fetching.fetch_letters(server.mailbox(), actor=HOUSE)
    await server.receive(letter)
    await fetching.fetch_letters(server.mailbox(), actor=HOUSE)
    assert await Inquiry.all().count() == 1
    assert await server.folder(TAKEN) == [letter, letter]


async def test_a_mailbox_out_of_reach_is_looked_at_again_and_a_wrong_password_needs_somebody(
    server: ImapServer,
) -> None:
    assert await fetching.fetch_letters(plain_mailbox(1), actor=HOUSE) == Outcome.done()
    refused = await fetching.fetch_letters(server.mailbox("wrong"), actor=HOUSE)
    assert (refused.word, refused.code) == (Word.REFUSED, "MAILBOX_REFUSED")
