"""Opening an inquiry: who asks what on which channel, what starts to run, and who is told."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from domain.audit.models import AuditEntry
from domain.inquiries import asking
from domain.inquiries.askers import SENDER_PLACE
from domain.inquiries.models import Inquiry
from domain.inquiries.terms import InquiryChannel, InquiryState
from domain.kernel import clock
from domain.kernel.actor import Role
from domain.kernel.refusals import Forbidden, Invalid, NotFound
from domain.kernel.sealing import unseal
from domain.kernel.subject import Subject, SubjectKind
from domain.notifications.models import Notification
from domain.service_levels.models import ServiceClock
from domain.service_levels.terms import ClockState, ServiceChannel, ServiceStage
from tests.factories.claims import claim_notified
from tests.factories.inquiries import inquiry_opened, question
from tests.factories.insured import insured, partner_with_a_book, staff
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")
MORNING = datetime(2026, 12, 7, 10, 0, tzinfo=clock.INSURER_ZONE)
"""A Monday on which people work."""


async def clocks_of(inquiry: Inquiry) -> dict[ServiceStage, ServiceClock]:
    return {found.stage: found for found in await ServiceClock.filter(subject_id=inquiry.id)}


async def test_an_inquiry_is_numbered_recorded_in_its_words_and_acknowledged() -> None:
    with clock.at(MORNING):
        asked = await inquiry_opened()
    inquiry = await asked.reread()
    assert (inquiry.state, inquiry.inquiry_number[:6]) == (InquiryState.NEW, "IN2026")
    assert [(each["kind"], each["text"]) for each in inquiry.entries] == [("QUESTION", question().text)]
    assert inquiry.customer_id == asked.insured.customer_id
    assert inquiry.partner_id == asked.insured.partner_id
    assert await AuditEntry.filter(subject_id=inquiry.id, action="inquiry:open").count() == 1
    assert await Notification.filter(subject_id=inquiry.id, template="INQUIRY_RECEIVED").count() == 1


async def test_the_first_answer_is_due_in_two_business_hours_and_the_answer_in_a_working_day() -> None:
    with clock.at(MORNING):
        asked = await inquiry_opened()
    found = await clocks_of(asked.inquiry)
    first, answer = found[ServiceStage.FIRST_RESPONSE], found[ServiceStage.RESOLUTION]
    assert first.due_at - first.started_at == timedelta(hours=2)
    assert clock.day_of(answer.due_at).isoformat() == "2026-12-08"
    assert answer.due_at - answer.started_at == timedelta(days=1)
    assert (first.channel, asked.inquiry.due_at) == (ServiceChannel.APP, first.due_at)


async def test_a_chat_is_answered_within_a_minute() -> None:
    with clock.at(MORNING):
        asked = await inquiry_opened(channel=InquiryChannel.CHAT)
    first = (await clocks_of(asked.inquiry))[ServiceStage.FIRST_RESPONSE]
    assert (first.due_at - first.started_at).total_seconds() == 60


@pytest.mark.parametrize("channel", [InquiryChannel.PHONE, InquiryChannel.STORE])
async def test_whoever_speaks_with_the_asker_has_it_in_hand_and_the_first_answer_is_given(
    channel: InquiryChannel,
) -> None:
    covered, service = await insured(), await staff(Role.CUSTOMER_SERVICE)
    inquiry = await asking.open_inquiry(question(channel=channel), customer_id=covered.customer_id, actor=service)
    assert (inquiry.state, inquiry.assignee_id) == (InquiryState.IN_PROGRESS, service.staff_id)
    found = await clocks_of(inquiry)
    assert found[ServiceStage.FIRST_RESPONSE].state is ClockState.MET
    assert found[ServiceStage.RESOLUTION].state is ClockState.RUNNING
    assert (inquiry.first_answered_at, inquiry.due_at) == (inquiry.opened_at, found[ServiceStage.RESOLUTION].due_at)


async def test_sales_have_in_hand_what_they_take_down_and_somebody_must_still_answer_a_letter() -> None:
    covered, sales = await insured(), await staff(Role.SALES)
    inquiry = await asking.open_inquiry(
        question(channel=InquiryChannel.MAIL), customer_id=covered.customer_id, actor=sales
    )
    assert (inquiry.state, inquiry.assignee_id) == (InquiryState.IN_PROGRESS, sales.staff_id)
    assert (await clocks_of(inquiry))[ServiceStage.FIRST_RESPONSE].state is ClockState.RUNNING


async def test_somebody_who_is_no_customer_is_written_to_at_an_address_that_is_kept_sealed() -> None:
    service = await staff(Role.CUSTOMER_SERVICE)
    inquiry = await asking.open_inquiry(
        question(channel=InquiryChannel.MAIL), mail=" Wang.Wu@Example.com ", actor=service
    )
    assert inquiry.sender_sealed is not None
    assert unseal(SENDER_PLACE, inquiry.id, inquiry.sender_sealed) == "wang.wu@example.com"
    assert inquiry.sender_mask == "w***@example.com"
    notice = await Notification.get(subject_id=inquiry.id)
    assert (notice.party_kind, notice.address_mask) == (SubjectKind.INQUIRY, "w***@example.com")
    with pytest.raises(Invalid):
        await asking.open_inquiry(question(channel=InquiryChannel.MAIL), mail="nobody", actor=service)


async def test_somebody_at_the_counter_need_not_say_who_he_or_she_is() -> None:
    inquiry = await asking.open_inquiry(
        question(channel=InquiryChannel.STORE), actor=await staff(Role.CUSTOMER_SERVICE)
    )
    assert (inquiry.customer_id, inquiry.partner_id, inquiry.sender_mask) == (None, None, None)
    assert await Notification.filter(subject_id=inquiry.id).count() == 0


async def test_a_partner_asks_for_itself_and_for_its_customers() -> None:
    covered = await insured()
    own = await asking.open_inquiry(question(channel=InquiryChannel.PARTNER), actor=covered.partner)
    assert (own.customer_id, own.partner_id) == (None, covered.partner_id)
    theirs = await asking.open_inquiry(
        question(channel=InquiryChannel.PARTNER), customer_id=covered.customer_id, actor=covered.partner
    )
    assert theirs.customer_id == covered.customer_id


async def test_nobody_asks_on_a_channel_that_is_not_his_own_nor_for_somebody_out_of_sight() -> None:
    covered, other, clerk = await insured(), await partner_with_a_book(), await staff(Role.FINANCE)
    async with refused(Invalid):
        await asking.open_inquiry(question(channel=InquiryChannel.PHONE), actor=covered.customer)
    async with refused(Invalid):
        await asking.open_inquiry(question(channel=InquiryChannel.APP), actor=covered.partner)
    async with refused(NotFound):
        await asking.open_inquiry(
            question(channel=InquiryChannel.PARTNER), customer_id=covered.customer_id, actor=other
        )
    async with refused(Forbidden):
        await asking.open_inquiry(question(), actor=clerk)


async def test_what_it_is_about_belongs_to_whoever_asks() -> None:
    case, stranger = await claim_notified(), await insured()
    about = Subject(SubjectKind.CLAIM, case.claim.id)
    inquiry = await asking.open_inquiry(question(about=about), actor=case.customer)
    assert (inquiry.subject_kind, inquiry.subject_id) == (SubjectKind.CLAIM, case.claim.id)
    async with refused(NotFound):
        await asking.open_inquiry(question(about=about), actor=stranger.customer)
    service = await staff(Role.CUSTOMER_SERVICE)
    async with refused(Invalid):
        phone = question(channel=InquiryChannel.PHONE, about=about)
        await asking.open_inquiry(phone, customer_id=stranger.customer_id, actor=service)
    async with refused(Invalid):
        await asking.open_inquiry(question(about=Subject(SubjectKind.PAYOUT, case.claim.id)), actor=case.customer)
