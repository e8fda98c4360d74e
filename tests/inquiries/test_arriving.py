"""Letters become inquiries, each once, and go on with the one that they answer."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from domain.complaints.terms import ComplaintCategory
from domain.customers.terms import Language
from domain.inquiries import converting, handling
from domain.inquiries.arriving import take_in
from domain.inquiries.letters import Attachment, Letter
from domain.inquiries.models import Inquiry, InquiryLetter
from domain.inquiries.terms import Arrival, InquiryChannel, InquiryState
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.ids import public_id
from domain.kernel.subject import SubjectKind
from domain.notifications.models import Notification
from domain.policies import issuing
from tests.factories.inquiries import letter
from tests.factories.insured import device, partner_with_a_book, person, staff, version_on_sale

pytestmark = pytest.mark.usefixtures("database")
HOUSE = Actor.system("inquiries.fetch_letters")


async def arrive(found: Letter) -> Arrival:
    return await take_in(found, actor=HOUSE)


async def customer_at(mail: str) -> UUID:
    """A customer with this address."""
    policy = await issuing.register(
        await version_on_sale(), partner_id=None, device=device(), customer=person(mail=mail),
        actor=await partner_with_a_book(),
    )  # fmt: skip
    return policy.customer_id


async def test_a_letter_of_somebody_unknown_opens_an_inquiry_and_is_acknowledged_at_its_sender() -> None:
    assert await arrive(letter(sender="li.si@example.com")) is Arrival.OPENED
    inquiry = await Inquiry.get()
    assert (inquiry.channel, inquiry.sender_mask) == (InquiryChannel.MAIL, "l***@example.com")
    assert (inquiry.customer_id, inquiry.language) == (None, Language.EN)
    assert inquiry.entries[0]["text"].startswith("My phone fell")
    notice = await Notification.get()
    assert (notice.template, notice.party_kind) == ("INQUIRY_RECEIVED", SubjectKind.INQUIRY)


async def test_a_letter_of_a_customer_is_the_customers() -> None:
    customer_id = await customer_at("zhao@example.com")
    await arrive(letter(sender="zhao@example.com", subject="屏幕", text="碎了"))
    inquiry = await Inquiry.get()
    assert (inquiry.customer_id, inquiry.sender_mask) == (customer_id, None)


async def test_a_letter_in_chinese_is_answered_in_chinese() -> None:
    await arrive(letter(subject="咨询", text="手机进水了"))
    assert (await Inquiry.get()).language is Language.ZH


async def test_a_letter_is_taken_in_once_however_often_it_comes() -> None:
    found = letter()
    assert [await arrive(found), await arrive(found)] == [Arrival.OPENED, Arrival.KNOWN]
    other = letter()
    together = await asyncio.gather(*(arrive(other) for _ in range(5)))
    assert sorted(together) == [Arrival.KNOWN] * 4 + [Arrival.OPENED]
    assert await Inquiry.all().count() == 2


async def test_what_a_machine_wrote_opens_nothing_and_is_answered_by_nothing() -> None:
    assert await arrive(letter(is_automatic=True)) is Arrival.AUTOMATIC
    assert await arrive(letter(sender="名字@例子.中国")) is Arrival.AUTOMATIC
    assert await Inquiry.all().count() + await Notification.all().count() + await InquiryLetter.all().count() == 0


async def answered(sender: str) -> Inquiry:
    """The inquiry of a letter, answered."""
    await arrive(letter(sender=sender))
    service, inquiry = await staff(Role.CUSTOMER_SERVICE), await Inquiry.get()
    inquiry = await handling.take_up(inquiry.id, expected_version=inquiry.version, actor=service)
    return await handling.answer(inquiry.id, text="Yes.", expected_version=inquiry.version, actor=service)


async def test_a_reply_to_our_letter_goes_on_with_its_inquiry() -> None:
    inquiry = await answered("wang@example.com")
    notice = await Notification.get(template="INQUIRY_ANSWERED")
    ours = f"<{public_id('ntf', notice.id)}@aftercare.example>"
    reply = letter(sender="wang@example.com", in_reply_to=(ours,), text="And the battery?")
    assert await arrive(reply) is Arrival.ADDED
    again = await Inquiry.get()
    assert (again.id, again.state) == (inquiry.id, InquiryState.IN_PROGRESS)
    assert [each["text"] for each in again.entries][-1] == "And the battery?"


async def test_a_second_letter_that_refers_to_the_first_or_names_the_number_goes_on_with_it() -> None:
    first = letter(sender="wu@example.com")
    await arrive(first)
    assert await arrive(letter(sender="wu@example.com", in_reply_to=(first.message_id,))) is Arrival.ADDED
    number = (await Inquiry.get()).inquiry_number
    assert await arrive(letter(sender="wu@example.com", subject=f"Re: 咨询 {number}")) is Arrival.ADDED
    assert len((await Inquiry.get()).entries) == 3


async def test_nobody_goes_on_with_the_inquiry_of_somebody_else() -> None:
    first = letter(sender="wu@example.com")
    await arrive(first)
    number = (await Inquiry.get()).inquiry_number
    stranger = letter(sender="eve@example.com", in_reply_to=(first.message_id,), subject=f"Re: {number}")
    assert await arrive(stranger) is Arrival.OPENED
    assert await Inquiry.all().count() == 2
    assert len((await Inquiry.get(inquiry_number=number)).entries) == 1


async def test_a_reply_long_after_the_end_opens_another_inquiry_and_before_that_takes_it_up_again() -> None:
    inquiry = await answered("sun@example.com")
    now = clock.now()
    await Inquiry.filter(id=inquiry.id).update(state=InquiryState.CLOSED, closed_at=now)
    reply = letter(sender="sun@example.com", subject=f"Re: {inquiry.inquiry_number}")
    with clock.at(now + timedelta(days=31)):
        assert await arrive(reply) is Arrival.OPENED
    within = letter(sender="sun@example.com", subject=f"Re: {inquiry.inquiry_number}")
    with clock.at(now + timedelta(days=29)):
        assert await arrive(within) is Arrival.ADDED
    assert (await Inquiry.get(id=inquiry.id)).state is InquiryState.IN_PROGRESS


async def test_a_reply_to_what_became_a_complaint_opens_another_inquiry() -> None:
    await customer_at("zhou@example.com")
    await arrive(letter(sender="zhou@example.com"))
    inquiry, service = await Inquiry.get(), await staff(Role.CUSTOMER_SERVICE)
    await converting.to_complaint(
        inquiry.id, category=ComplaintCategory.SERVICE, expected_version=inquiry.version, actor=service
    )
    reply = letter(sender="zhou@example.com", subject=f"Re: {inquiry.inquiry_number}")
    assert await arrive(reply) is Arrival.OPENED


async def test_what_was_enclosed_is_named() -> None:
    enclosed = Attachment("photo.jpg", "image/jpeg", 12_345, "0" * 64, b"")
    await arrive(letter(attachments=(enclosed,), text=""))
    assert (await Inquiry.get()).entries[0]["text"] == "—\n[photo.jpg, 12,345 bytes]"
