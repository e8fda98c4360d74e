"""The review of a reply, the end of a complaint, and the watch over its time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.complaints import review, watching
from domain.complaints.models import Complaint
from domain.complaints.refusals import OwnDraft, ReviewStillOpen, ReviewTooLate
from domain.complaints.terms import ComplaintState
from domain.jobs.models import Job
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.refusals import Forbidden, IllegalStep
from domain.notifications.models import Notification
from tests.factories.complaints import (
    Matter,
    complaint_accepted,
    complaint_investigated,
    complaint_replied,
)
from tests.factories.insured import staff
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")
SYSTEM = Actor.system("complaints.watch")


async def _under_review() -> Matter:
    matter = await complaint_replied()
    matter.complaint = await review.request_review(
        matter.complaint.id,
        reason="I disagree.",
        expected_version=matter.complaint.version,
        actor=matter.insured.customer,
    )
    return matter


async def test_a_review_is_due_in_thirty_days_and_done_by_somebody_else() -> None:
    matter = await _under_review()
    assert matter.complaint.state is ComplaintState.REVIEW_REQUESTED
    assert matter.complaint.due_at - matter.complaint.clock_from == timedelta(days=30)
    async with refused(OwnDraft):
        await review.complete_review(
            matter.complaint.id,
            finding="Right.",
            expected_version=matter.complaint.version,
            actor=matter.compliance,
        )
    complaint = await review.complete_review(
        matter.complaint.id,
        finding="Right.",
        expected_version=matter.complaint.version,
        actor=await staff(Role.COMPLIANCE),
    )
    assert (complaint.state, complaint.review_finding) == (ComplaintState.REVIEWED, "Right.")


async def test_a_review_cannot_be_asked_for_after_thirty_days() -> None:
    matter = await complaint_replied()
    async with refused(ReviewTooLate):
        with clock.at(clock.now() + timedelta(days=31)):
            await review.request_review(
                matter.complaint.id,
                reason="I disagree.",
                expected_version=matter.complaint.version,
                actor=matter.insured.customer,
            )


async def test_a_worker_closes_an_answered_complaint_only_after_the_time_for_a_review() -> None:
    matter = await complaint_replied()
    async with refused(ReviewStillOpen):
        await review.close_by_itself(matter.complaint.id, actor=SYSTEM)
    assert await watching.close_answered(actor=SYSTEM) == 0
    with clock.at(clock.now() + timedelta(days=31)):
        for _ in range(2):
            await watching.close_answered(actor=SYSTEM)
        for _ in range(2):
            await review.close_by_itself(matter.complaint.id, actor=SYSTEM)
    assert (await matter.reread()).state is ComplaintState.CLOSED
    assert await Job.filter(kind="complaints.close").count() == 1


async def test_staff_close_an_answered_complaint_but_not_one_under_review() -> None:
    replied, under_review, another = await complaint_replied(), await _under_review(), await complaint_replied()
    complaint = await review.close(
        replied.complaint.id, reason="content", expected_version=replied.complaint.version, actor=replied.service
    )
    assert complaint.state is ComplaintState.CLOSED
    async with refused(IllegalStep):
        await review.close(
            under_review.complaint.id,
            reason="content",
            expected_version=under_review.complaint.version,
            actor=under_review.service,
        )
    async with refused(Forbidden):
        await review.close(
            another.complaint.id,
            reason="content",
            expected_version=another.complaint.version,
            actor=another.insured.customer,
        )


async def test_the_assignee_is_warned_once_at_each_mark() -> None:
    matter = await complaint_investigated()
    marks = []
    for day in (7, 8, 12, 12, 15, 16):
        with clock.at(matter.complaint.received_at + timedelta(days=day, minutes=1)):
            marks.append(await watching.warn(actor=SYSTEM))
    assert marks == [0, 1, 1, 0, 1, 0]
    assert (await matter.reread()).warned == 3
    assert await Notification.filter(template="COMPLAINT_TIME_PASSING").count() == 3


async def test_compliance_is_warned_of_a_complaint_that_nobody_has() -> None:
    matter = await complaint_accepted()
    with clock.at(matter.complaint.received_at + timedelta(days=20)):
        assert await watching.warn(actor=SYSTEM) == 1
    assert await Notification.filter(template="COMPLAINT_TIME_PASSING").count() == 1


async def test_nobody_is_warned_of_what_was_answered() -> None:
    matter = await complaint_replied()
    await Complaint.filter(id=matter.complaint.id).update(due_at=clock.now() - timedelta(days=1))
    assert await watching.warn(actor=SYSTEM) == 0
