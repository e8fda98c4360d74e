"""Answering an inquiry: in hand, handed over with a promise, answered, hastened."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from domain.inquiries import asking, handling
from domain.inquiries.models import Inquiry
from domain.inquiries.refusals import (
    AlreadyUrgent,
    AskerKnown,
    ConversationFull,
    InHandsOfAnother,
    NoSpecialist,
    PromisedTimeOver,
)
from domain.inquiries.rules import MOST_ENTRIES, entry
from domain.inquiries.terms import EntryKind, InquiryChannel, InquiryState
from domain.kernel import clock
from domain.kernel.actor import Role
from domain.kernel.refusals import Forbidden, IllegalStep, NotFound, StaleVersion
from domain.notifications.models import Notification
from domain.service_levels.models import ServiceClock
from domain.service_levels.terms import ClockState, ServicePriority, ServiceStage
from domain.staff.models import Staff
from tests.factories.inquiries import (
    inquiry_answered,
    inquiry_escalated,
    inquiry_in_progress,
    inquiry_opened,
    question,
)
from tests.factories.insured import insured, staff
from tests.factories.notices import told
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")
MORNING = datetime(2026, 12, 7, 10, 0, tzinfo=clock.INSURER_ZONE)
FIRST, ANSWER, SPECIALIST = ServiceStage.FIRST_RESPONSE, ServiceStage.RESOLUTION, ServiceStage.SPECIALIST_ANSWER


async def states_of(inquiry: Inquiry) -> dict[ServiceStage, ClockState]:
    return {found.stage: found.state for found in await ServiceClock.filter(subject_id=inquiry.id)}


async def test_taking_an_inquiry_up_is_no_answer_yet() -> None:
    asked = await inquiry_in_progress()
    assert (asked.inquiry.state, asked.inquiry.assignee_id) == (InquiryState.IN_PROGRESS, asked.service.staff_id)
    assert await states_of(asked.inquiry) == {FIRST: ClockState.RUNNING, ANSWER: ClockState.RUNNING}
    colleague = await staff(Role.CUSTOMER_SERVICE)
    taken = await handling.take_up(asked.inquiry.id, expected_version=asked.inquiry.version, actor=colleague)
    assert taken.assignee_id == colleague.staff_id


async def test_an_inquiry_that_is_handed_over_tells_the_asker_and_the_specialist_the_promised_time() -> None:
    promised = datetime(2026, 12, 8, 15, 0, tzinfo=clock.INSURER_ZONE)
    with clock.at(MORNING):
        asked = await inquiry_escalated(promised=promised)
    inquiry = asked.inquiry
    assert (inquiry.state, inquiry.assignee_id) == (InquiryState.ESCALATED, asked.specialist.staff_id)
    assert inquiry.promised_reply_at == promised
    for template in ("INQUIRY_ESCALATED", "INQUIRY_HANDED_OVER"):
        notice = await Notification.get(subject_id=inquiry.id, template=template)
        assert "2026-12-08 15:00" in told(notice)
    states = await states_of(inquiry)
    assert states == {FIRST: ClockState.MET, SPECIALIST: ClockState.RUNNING, ANSWER: ClockState.RUNNING}
    assert [each["text"] for each in inquiry.notes] == ["the customer is in a hurry"]


async def test_a_promise_is_not_undone_by_another_one() -> None:
    asked = await inquiry_escalated()
    again = await staff(Role.CLAIMS_HANDLER)
    assert again.staff_id is not None
    inquiry = await handling.escalate(
        asked.inquiry.id, specialist_id=again.staff_id, promised_reply_at=clock.now() + timedelta(days=2),
        expected_version=asked.inquiry.version, actor=asked.service,
    )  # fmt: skip
    assert inquiry.assignee_id == again.staff_id
    assert await ServiceClock.filter(subject_id=inquiry.id, stage=SPECIALIST, state=ClockState.RUNNING).count() == 2
    assert inquiry.due_at < clock.now() + timedelta(hours=3)
    await handling.answer(inquiry.id, text="Yes.", expected_version=inquiry.version, actor=again)
    assert await ServiceClock.filter(subject_id=inquiry.id, stage=SPECIALIST, state=ClockState.MET).count() == 2


@pytest.mark.parametrize("late", [timedelta(0), timedelta(hours=-1)])
async def test_what_is_promised_lies_in_the_future(late: timedelta) -> None:
    asked = await inquiry_in_progress()
    assert asked.specialist.staff_id is not None
    async with refused(PromisedTimeOver):
        await handling.escalate(
            asked.inquiry.id, specialist_id=asked.specialist.staff_id, promised_reply_at=clock.now() + late,
            expected_version=asked.inquiry.version, actor=asked.service,
        )  # fmt: skip


async def test_a_specialist_is_active_and_knows_the_matter() -> None:
    asked, clerk = await inquiry_in_progress(), await staff(Role.HR)
    await Staff.filter(id=asked.specialist.staff_id).update(active=False)
    for staff_id in (clerk.staff_id, asked.specialist.staff_id):
        assert staff_id is not None
        async with refused(NoSpecialist):
            await handling.escalate(
                asked.inquiry.id, specialist_id=staff_id, promised_reply_at=clock.now() + timedelta(hours=1),
                expected_version=asked.inquiry.version, actor=asked.service,
            )  # fmt: skip


async def test_the_specialist_answers_in_time_and_every_promise_is_kept() -> None:
    with clock.at(MORNING):
        asked = await inquiry_escalated()
    with clock.at(MORNING + timedelta(hours=1)):
        inquiry = await handling.answer(
            asked.inquiry.id, text="It is covered.", expected_version=asked.inquiry.version, actor=asked.specialist
        )
    assert inquiry.state is InquiryState.ANSWERED
    assert [each["kind"] for each in inquiry.entries] == ["QUESTION", "ANSWER"]
    assert await states_of(inquiry) == dict.fromkeys((FIRST, SPECIALIST, ANSWER), ClockState.MET)
    assert inquiry.answered_at is not None
    assert inquiry.due_at - inquiry.answered_at == timedelta(days=7)
    assert "It is covered." in told(await Notification.get(subject_id=inquiry.id, template="INQUIRY_ANSWERED"))


async def test_an_answer_that_is_late_broke_the_promise() -> None:
    with clock.at(MORNING):
        asked = await inquiry_escalated()
    with clock.at(MORNING + timedelta(hours=3)):
        inquiry = await handling.answer(
            asked.inquiry.id, text="Late.", expected_version=asked.inquiry.version, actor=asked.specialist
        )
    assert (await states_of(inquiry))[SPECIALIST] is ClockState.BREACHED


async def test_only_whoever_has_it_in_hand_answers_it() -> None:
    asked, colleague = await inquiry_in_progress(), await staff(Role.CUSTOMER_SERVICE)
    async with refused(InHandsOfAnother):
        await handling.answer(
            asked.inquiry.id, text="Me.", expected_version=asked.inquiry.version, actor=colleague
        )
    async with refused(NotFound):
        await handling.answer(
            asked.inquiry.id, text="Me.", expected_version=asked.inquiry.version, actor=asked.specialist
        )
    async with refused(Forbidden):
        await handling.answer(
            asked.inquiry.id, text="Me.", expected_version=asked.inquiry.version, actor=asked.insured.customer
        )


async def test_what_was_decided_on_an_older_state_or_in_a_wrong_one_is_refused() -> None:
    asked = await inquiry_in_progress()
    async with refused(StaleVersion):
        await handling.take_up(asked.inquiry.id, expected_version=1, actor=asked.service)
    answered = await inquiry_answered()
    async with refused(IllegalStep):
        await handling.take_up(
            answered.inquiry.id, expected_version=answered.inquiry.version, actor=answered.service
        )


async def test_the_green_channel_halves_the_times_and_goes_first() -> None:
    with clock.at(MORNING):
        usual, urgent = await inquiry_opened(), await inquiry_opened()
        inquiry = await handling.hasten(
            urgent.inquiry.id, reason="flood", expected_version=1, actor=urgent.service
        )
    assert (inquiry.priority, inquiry.lane) == (ServicePriority.URGENT, 0)
    first = await ServiceClock.get(subject_id=inquiry.id, stage=FIRST)
    assert first.due_at - first.started_at == timedelta(hours=1)
    assert inquiry.due_at == first.due_at
    queue = await Inquiry.all().order_by("lane", "due_at", "id")
    assert [each.id for each in queue] == [inquiry.id, usual.inquiry.id]
    async with refused(AlreadyUrgent):
        await handling.hasten(inquiry.id, reason="flood", expected_version=inquiry.version, actor=urgent.service)


async def test_a_note_is_for_colleagues_and_finds_nothing() -> None:
    asked = await inquiry_in_progress()
    inquiry = await handling.add_note(
        asked.inquiry.id, text="suspicious", expected_version=asked.inquiry.version, actor=asked.service
    )
    assert [(each["text"], each["by"]) for each in inquiry.notes] == [("suspicious", str(asked.service.staff_id))]
    assert "suspicious" not in (await asked.reread()).terms


async def test_the_customer_of_an_unknown_sender_is_named_once() -> None:
    service, covered = await staff(Role.CUSTOMER_SERVICE), await insured()
    inquiry = await asking.open_inquiry(question(channel=InquiryChannel.MAIL), mail="x@example.com", actor=service)
    inquiry = await handling.identify(
        inquiry.id, customer_id=covered.customer_id, expected_version=inquiry.version, actor=service
    )
    assert (inquiry.customer_id, inquiry.partner_id) == (covered.customer_id, covered.partner_id)
    async with refused(AskerKnown):
        await handling.identify(
            inquiry.id, customer_id=covered.customer_id, expected_version=inquiry.version, actor=service
        )


async def test_a_conversation_has_an_end() -> None:
    asked = await inquiry_in_progress()
    full = [entry(EntryKind.QUESTION, "again", clock.now())] * MOST_ENTRIES
    await Inquiry.filter(id=asked.inquiry.id).update(entries=full)
    async with refused(ConversationFull):
        await handling.answer(
            asked.inquiry.id, text="Yes.", expected_version=asked.inquiry.version, actor=asked.service
        )
