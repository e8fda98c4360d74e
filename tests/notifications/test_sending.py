"""Sending a letter at most once, against a real mail server that takes it, refuses it, or hangs up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from domain.claims.terms import ClaimState
from domain.customers.introduction import introduce
from domain.jobs.execution import Ending
from domain.jobs.models import Job
from domain.jobs.terms import JobState, Outcome, Word
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.notifications import mailing, sending
from domain.notifications.jobs import MAX_ATTEMPTS
from domain.notifications.mailing import Letter, MailRejected, MailUnavailable, NoMailer, mailer_in_use, use_mailer
from domain.notifications.models import Notification
from domain.notifications.terms import Channel, Failure, NotificationState
from gateways.mail import SmtpMailer
from tests.factories.claims import claim_awaiting_documents
from tests.factories.insured import partner_with_a_book, person
from tests.factories.mail_server import MailServer, mail_server
from tests.factories.notices import tell
from tests.factories.working import dispatched, work_off

pytestmark = pytest.mark.usefixtures("database")
SYSTEM = Actor.system("notifications.send")
SENT, FAILED = NotificationState.SENT, NotificationState.FAILED


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with mail_server() as found:
        use_mailer(found.mailer)
        yield found


async def queued(template: str = "CLAIM_NOT_REGISTERED", **parameters: str) -> UUID:
    partner = await partner_with_a_book()
    assert partner.partner_id is not None
    customer_id = await introduce(person(mail="zhang@example.com"), partner.partner_id, actor=partner)
    async with transaction():
        return await tell(customer_id, template=template, **parameters)


async def test_a_letter_arrives_once_with_what_it_says(server: MailServer) -> None:
    notification_id = await queued(reason="第一行\n.\nlast line")
    assert await work_off("notifications.send") == [Ending.ENDED]
    (mail,) = server.came
    body = mail.get_body(("plain",))
    assert body is not None
    assert "第一行\n.\nlast line" in body.get_content().replace("\r\n", "\n")
    assert (mail["To"], mail["Subject"]) == ("zhang@example.com", "您的报案 CL2026000001 不予立案")
    assert mail["Message-ID"] == f"<ntf_{notification_id.hex}@aftercare.example>"
    assert "售后保险" in mail["From"]
    row = await Notification.get(id=notification_id)
    assert (row.state, row.attempts, row.message_id) == (SENT, 1, mail["Message-ID"])
    assert row.sent_at is not None
    assert (await Job.get(subject_id=notification_id)).state is JobState.SUCCEEDED


async def test_a_letter_that_is_out_is_not_sent_by_a_second_job(server: MailServer) -> None:
    notification_id = await queued()
    for _ in range(2):
        await sending.send(notification_id, mailer=server.mailer, actor=SYSTEM)
    assert len(server.came) == 1
    assert (await Notification.get(id=notification_id)).attempts == 1


async def test_an_attempt_that_did_not_live_to_tell_is_not_repeated(server: MailServer) -> None:
    class Dying:
        async def deliver(self, letter: Letter) -> None:
            await server.mailer.deliver(letter)
            raise asyncio.CancelledError

    notification_id = await queued()
    with pytest.raises(asyncio.CancelledError):
        await sending.send(notification_id, mailer=Dying(), actor=SYSTEM)
    assert (await Notification.get(id=notification_id)).state is NotificationState.SENDING
    outcome = await sending.send(notification_id, mailer=server.mailer, actor=SYSTEM)
    row = await Notification.get(id=notification_id)
    assert (row.state, row.failure) == (FAILED, Failure.OUTCOME_UNKNOWN)
    assert outcome.word is Word.REFUSED
    assert len(server.came) == 1


async def test_a_lost_answer_leaves_the_outcome_unknown_and_sends_nothing_again(server: MailServer) -> None:
    server.lost = True
    notification_id = await queued()
    await work_off("notifications.send")
    row = await Notification.get(id=notification_id)
    assert (row.state, row.failure) == (FAILED, Failure.OUTCOME_UNKNOWN)
    job = await Job.get(subject_id=notification_id)
    assert (job.state, job.error_code) == (JobState.DEAD, "MAIL_OUTCOME_UNKNOWN")
    server.lost = False
    await sending.send(notification_id, mailer=server.mailer, actor=SYSTEM)
    assert len(server.came) == 1


@pytest.mark.parametrize(
    "answers", [{"recipient": "450 Mailbox busy"}, {"text": "451 Try again later"}], ids=["address", "text"]
)
async def test_not_now_is_tried_again_later(server: MailServer, answers: dict[str, str]) -> None:
    for name, answer in answers.items():
        setattr(server, name, answer)
    notification_id = await queued()
    assert await work_off("notifications.send", most=1) == [Ending.ENDED]
    row = await Notification.get(id=notification_id)
    assert (row.state, row.attempts, row.failure) == (NotificationState.QUEUED, 1, None)
    assert (await Job.get(subject_id=notification_id)).state is JobState.AVAILABLE
    server.recipient = server.text = "250 OK"
    await work_off("notifications.send")
    row = await Notification.get(id=notification_id)
    assert (row.state, row.attempts) == (SENT, 2)


@pytest.mark.parametrize(
    "answers", [{"recipient": "550 No such user"}, {"text": "554 Refused"}], ids=["address", "text"]
)
async def test_never_is_not_tried_again(server: MailServer, answers: dict[str, str]) -> None:
    for name, answer in answers.items():
        setattr(server, name, answer)
    notification_id = await queued()
    await work_off("notifications.send")
    row = await Notification.get(id=notification_id)
    assert (row.state, row.failure, row.attempts) == (FAILED, Failure.REJECTED, 1)
    assert (await Job.get(subject_id=notification_id)).state is JobState.DEAD


async def test_a_server_out_of_reach_is_given_up_at_the_last_attempt_and_an_administrator_sends_anew() -> None:
    async with mail_server() as gone:
        nowhere = SmtpMailer("127.0.0.1", gone.port, "service@aftercare.example")
    notification_id = await queued()
    outcomes = [await sending.send(notification_id, mailer=nowhere, actor=SYSTEM) for _ in range(MAX_ATTEMPTS)]
    assert [each.word for each in outcomes] == [Word.FAILED] * (MAX_ATTEMPTS - 1) + [Word.REFUSED]
    row = await Notification.get(id=notification_id)
    assert (row.state, row.failure) == (NotificationState.DEAD, Failure.UNAVAILABLE)
    async with mail_server() as server:
        await sending.send(notification_id, mailer=server.mailer, actor=SYSTEM)
    assert len(server.came) == 1
    row = await Notification.get(id=notification_id)
    assert (row.state, row.failure) == (SENT, None)


async def test_a_silent_server_is_left_before_the_letter_is_handed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    monkeypatch.setattr("gateways.mail.STEP", 0.2)
    listening = await asyncio.start_server(silence, "127.0.0.1", 0)
    async with listening:
        mailer = SmtpMailer("127.0.0.1", listening.sockets[0].getsockname()[1], "service@aftercare.example")
        with pytest.raises(MailUnavailable):
            await asyncio.wait_for(mailer.deliver(Letter("<a@b>", "a@example.com", "s", "b", "en")), 3)


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "a@b@c", "李@example.com", "a@b.cn\r\nBcc: x@example.com", "a,b@example.com", "<a@b.cn>"],
)
async def test_what_is_no_address_never_reaches_the_server(server: MailServer, address: str) -> None:
    with pytest.raises(MailRejected):
        await server.mailer.deliver(Letter("<a@b>", address, "s", "b", "en"))
    assert server.came == []


async def test_two_attempts_at_once_send_one_letter(server: MailServer) -> None:
    notification_id = await queued()
    await asyncio.gather(
        *(sending.send(notification_id, mailer=server.mailer, actor=SYSTEM) for _ in range(4)), return_exceptions=True
    )
    assert len(server.came) == 1
    assert (await Notification.get(id=notification_id)).attempts == 1


async def test_a_worker_that_was_given_up_decides_nothing(server: MailServer) -> None:
    notification_id = await queued()
    ticket = await dispatched("notifications.send")
    assert ticket is not None
    await Job.filter(id=ticket.job_id).update(fence=ticket.fence + 1)
    await work_off("notifications.send")
    assert server.came == []
    assert (await Notification.get(id=notification_id)).state is NotificationState.QUEUED


async def test_what_no_gateway_carries_is_skipped(server: MailServer) -> None:
    notification_id = await queued()
    await Notification.filter(id=notification_id).update(channel=Channel.SMS)
    assert await sending.send(notification_id, mailer=server.mailer, actor=SYSTEM) == Outcome.done()
    row = await Notification.get(id=notification_id)
    assert (row.state, row.failure) == (NotificationState.SKIPPED, Failure.NO_CHANNEL)
    assert server.came == []


async def test_a_process_without_a_gateway_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailing, "_mailers", [])
    with pytest.raises(NoMailer):
        mailer_in_use()


async def test_the_clock_of_a_claim_stops_when_the_list_of_missing_papers_has_reached_the_customer(
    server: MailServer,
) -> None:
    case = await claim_awaiting_documents()
    assert case.claim.paused_at is None
    before = clock.now()
    await work_off("notifications.send")
    assert (await case.reread()).paused_at is None
    notice = await Notification.get(template="CLAIM_DOCUMENTS_REQUESTED")
    assert await work_off("notifications.delivered") == [Ending.ENDED]
    claim = await case.reread()
    assert claim.state is ClaimState.DOCS_REQUESTED
    assert claim.paused_at == notice.sent_at
    assert claim.paused_at is not None
    assert claim.paused_at >= before
    told = next(mail for mail in server.came if "材料" in mail["Subject"])
    body = told.get_body(("plain",))
    assert body is not None
    assert "购买凭证" in body.get_content()


async def test_a_letter_that_nobody_waits_for_is_no_news(server: MailServer) -> None:
    await queued()
    await work_off("notifications.send")
    assert not await Job.filter(kind="notifications.delivered").exists()
