"""The notice of a decline must reach the customer within three days of the decision."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.audit.models import AuditEntry
from domain.claims import decline_watching
from domain.claims.models import Claim
from domain.jobs.models import Job
from domain.jobs.terms import Queue
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.notifications.models import Notification
from domain.notifications.terms import NotificationState
from tests.factories.claims import claim_declined
from tests.factories.unchanged import unchanged
from tests.factories.work import hurry, work

pytestmark = pytest.mark.usefixtures("database")
SYSTEM = Actor.system("claims.watch_decline_notice")


async def test_the_decline_asks_for_looks_on_the_second_and_the_third_day() -> None:
    case = await claim_declined()
    assert case.claim.decided_at is not None
    jobs = await Job.filter(kind="claims.watch_decline_notice").order_by("run_at")
    assert [(each.run_at - case.claim.decided_at).days for each in jobs] == [2, 3]


async def test_those_in_charge_are_alarmed_while_the_notice_is_not_delivered(database: str) -> None:
    case = await claim_declined()
    await hurry()
    await work(database, (Queue.BULK,))
    for template in ("DECLINE_NOTICE_LATE", "DECLINE_NOTICE_OVERDUE"):
        told = await Notification.filter(template=template)
        assert {each.party_id for each in told} == {case.handler.staff_id, case.manager.staff_id}
    actions = await AuditEntry.filter(subject_id=case.claim.id, action__startswith="claim:decline_notice")
    assert {each.action for each in actions} == {"claim:decline_notice_late", "claim:decline_notice_overdue"}


async def test_nobody_is_alarmed_once_it_was_delivered_or_the_claim_went_on() -> None:
    case, other = await claim_declined(), await claim_declined()
    await Notification.filter(subject_id=case.claim.id, template="CLAIM_DECLINED").update(
        state=NotificationState.SENT, sent_at=clock.now()
    )
    await Claim.filter(id=other.claim.id).update(decision_no=2)
    async with unchanged():
        for each in (case, other):
            for is_over in (False, True):
                await decline_watching.look(each.claim.id, 1, is_over=is_over, actor=SYSTEM)


async def test_a_letter_of_an_earlier_decline_is_not_the_notice_of_this_one() -> None:
    case = await claim_declined()
    before = clock.now() - timedelta(days=30)
    await Notification.filter(subject_id=case.claim.id).update(
        state=NotificationState.SENT, sent_at=before, created_at=before
    )
    await decline_watching.look(case.claim.id, 1, is_over=False, actor=SYSTEM)
    assert await Notification.filter(template="DECLINE_NOTICE_LATE").count() == 2
