"""After the answer: asked further, ended, ended by itself, taken up again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.inquiries import following, watching
from domain.inquiries.models import Inquiry
from domain.inquiries.refusals import AnswerStillNew, ReopenedTooLate
from domain.inquiries.terms import InquiryState
from domain.jobs.models import Job
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.refusals import IllegalStep
from domain.notifications.models import Notification
from domain.service_levels import watching as clocks
from domain.service_levels.models import ServiceClock
from domain.service_levels.terms import ClockState, ServiceStage
from tests.factories.inquiries import inquiry_answered, inquiry_closed, inquiry_in_progress, inquiry_opened
from tests.factories.unchanged import refused
from tests.factories.working import work_off

pytestmark = pytest.mark.usefixtures("database")
HOUSE = Actor.system("inquiries.find_answered")


async def test_what_is_asked_after_an_answer_is_promised_an_answer_of_its_own() -> None:
    asked = await inquiry_answered()
    inquiry = await following.follow_up(
        asked.inquiry.id, text="And the battery?", expected_version=asked.inquiry.version, actor=asked.insured.customer
    )
    assert (inquiry.state, inquiry.answered_at) == (InquiryState.IN_PROGRESS, None)
    assert [each["kind"] for each in inquiry.entries] == ["QUESTION", "ANSWER", "QUESTION"]
    assert "battery" in inquiry.terms
    running = await ServiceClock.get(subject_id=inquiry.id, state=ClockState.RUNNING)
    assert (running.stage, running.due_at) == (ServiceStage.RESOLUTION, inquiry.due_at)
    assert await Notification.filter(subject_id=inquiry.id, template="INQUIRY_FOLLOWED_UP").count() == 1


async def test_more_words_before_the_answer_change_no_promise() -> None:
    asked = await inquiry_opened()
    inquiry = await following.follow_up(
        asked.inquiry.id, text="Please hurry.", expected_version=1, actor=asked.insured.customer
    )
    assert (inquiry.state, inquiry.due_at) == (InquiryState.NEW, asked.inquiry.due_at)
    assert await ServiceClock.filter(subject_id=inquiry.id).count() == 2
    assert await Notification.filter(subject_id=inquiry.id, template="INQUIRY_FOLLOWED_UP").count() == 0


async def test_only_what_was_answered_is_ended() -> None:
    asked = await inquiry_in_progress()
    async with refused(IllegalStep):
        await following.close(
            asked.inquiry.id, reason="enough", expected_version=asked.inquiry.version, actor=asked.insured.customer
        )


async def test_an_answer_that_nobody_follows_up_ends_the_inquiry_after_seven_days_once() -> None:
    asked = await inquiry_answered()
    assert await watching.find_answered(actor=HOUSE) == 0
    async with refused(AnswerStillNew):
        await following.close_by_itself(asked.inquiry.id, actor=HOUSE)
    with clock.at(clock.now() + timedelta(days=7, minutes=1)):
        assert await watching.find_answered(actor=HOUSE) == 1
        assert await watching.find_answered(actor=HOUSE) == 1
        assert await Job.filter(kind="inquiries.close").count() == 1
        await following.close_by_itself(asked.inquiry.id, actor=HOUSE)
        await following.close_by_itself(asked.inquiry.id, actor=HOUSE)
    inquiry = await asked.reread()
    assert inquiry.state is InquiryState.CLOSED
    assert await Notification.filter(subject_id=inquiry.id, template="INQUIRY_CLOSED").count() == 1


async def test_an_inquiry_is_taken_up_again_within_thirty_days_of_its_end() -> None:
    asked = await inquiry_closed()
    closed_at = asked.inquiry.closed_at
    assert closed_at is not None
    with clock.at(closed_at + timedelta(days=30, minutes=1)):
        async with refused(ReopenedTooLate):
            await following.reopen(
                asked.inquiry.id, text="Again", expected_version=asked.inquiry.version, actor=asked.insured.customer
            )
    with clock.at(closed_at + timedelta(days=29)):
        inquiry = await following.reopen(
            asked.inquiry.id, text="Again", expected_version=asked.inquiry.version, actor=asked.insured.customer
        )
    assert (inquiry.state, inquiry.closed_at, inquiry.closing_reason) == (InquiryState.IN_PROGRESS, None, None)
    assert inquiry.assignee_id == asked.service.staff_id
    assert await ServiceClock.filter(subject_id=inquiry.id, state=ClockState.RUNNING).count() == 1


async def test_time_that_passes_is_told_to_whoever_has_it_in_hand_until_it_is_answered() -> None:
    asked = await inquiry_in_progress()
    with clock.at(clock.now() + timedelta(days=10)):
        assert await clocks.warn(actor=Actor.system("service_levels.watch")) == 2
        await work_off("service_levels.time_passing")
        assert await Notification.filter(subject_id=asked.inquiry.id, template="INQUIRY_TIME_PASSING").count() == 2
        notices = await Notification.filter(subject_id=asked.inquiry.id, template="INQUIRY_TIME_PASSING")
        assert {each.party_id for each in notices} == {asked.service.staff_id}
    await Inquiry.filter(id=asked.inquiry.id).update(state=InquiryState.ANSWERED)
    await watching.warn_of_promise(asked.inquiry.id, 100, actor=HOUSE)
    assert await Notification.filter(subject_id=asked.inquiry.id, template="INQUIRY_TIME_PASSING").count() == 2


async def test_while_nobody_has_it_in_hand_all_of_customer_service_is_told() -> None:
    asked = await inquiry_opened()
    await watching.warn_of_promise(asked.inquiry.id, 80, actor=HOUSE)
    (notice,) = await Notification.filter(subject_id=asked.inquiry.id, template="INQUIRY_TIME_PASSING")
    assert notice.party_id == asked.service.staff_id
