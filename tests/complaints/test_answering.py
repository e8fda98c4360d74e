"""Investigating a complaint and answering it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest

from domain.complaints import answering
from domain.complaints.models import Complaint
from domain.complaints.refusals import ExtendedTwice, NotAssignee, OwnDraft, Recused
from domain.complaints.terms import ComplaintResult, ComplaintState
from domain.kernel.actor import Actor, Role
from domain.kernel.refusals import Forbidden, Invalid, NotFound, StaleVersion
from domain.kernel.subject import Subject, SubjectKind
from domain.notifications.models import Notification
from tests.factories.claims import claim_approved
from tests.factories.complaints import (
    complaint_accepted,
    complaint_awaiting_approval,
    complaint_investigated,
    complaint_replied,
)
from tests.factories.insured import staff
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")


async def test_whoever_is_complained_about_does_not_investigate() -> None:
    person = await staff(Role.CUSTOMER_SERVICE)
    assert person.staff_id is not None
    matter = await complaint_accepted(subject=Subject(SubjectKind.STAFF, person.staff_id))
    async with refused(Recused):
        await answering.assign(
            matter.complaint.id,
            assignee_id=person.staff_id,
            expected_version=matter.complaint.version,
            actor=matter.service,
        )


async def test_whoever_worked_on_the_claim_complained_about_does_not_investigate() -> None:
    case = await claim_approved()
    matter = await complaint_accepted(case.insured, Subject(SubjectKind.CLAIM, case.claim.id))
    assert case.handler.staff_id is not None
    async with refused(Recused):
        await answering.assign(
            matter.complaint.id,
            assignee_id=case.handler.staff_id,
            expected_version=matter.complaint.version,
            actor=matter.service,
        )


async def test_a_complaint_is_given_only_to_somebody_on_the_staff() -> None:
    matter = await complaint_accepted()
    async with refused(Invalid):
        await answering.assign(
            matter.complaint.id,
            assignee_id=uuid4(),
            expected_version=matter.complaint.version,
            actor=matter.service,
        )


async def test_only_the_assignee_drafts_the_reply() -> None:
    matter = await complaint_investigated()
    assert matter.complaint.state is ComplaintState.INVESTIGATING
    async with refused(NotAssignee):
        await answering.draft_reply(
            matter.complaint.id,
            result=ComplaintResult.REJECTED,
            text="No.",
            expected_version=matter.complaint.version,
            actor=matter.service,
        )


async def test_a_claims_handler_sees_and_answers_only_complaints_of_his_or_her_own() -> None:
    matter, handler = await complaint_accepted(), await staff(Role.CLAIMS_HANDLER)
    assert handler.staff_id is not None
    draft = partial(answering.draft_reply, result=ComplaintResult.REJECTED, text="No.")
    async with refused(NotFound):
        await draft(matter.complaint.id, expected_version=matter.complaint.version, actor=handler)
    complaint = await answering.assign(
        matter.complaint.id,
        assignee_id=handler.staff_id,
        expected_version=matter.complaint.version,
        actor=matter.compliance,
    )
    complaint = await draft(complaint.id, expected_version=complaint.version, actor=handler)
    assert complaint.drafted_by == handler.staff_id


async def test_an_upheld_complaint_names_its_root_cause() -> None:
    matter = await complaint_investigated()
    async with refused(Invalid):
        await answering.draft_reply(
            matter.complaint.id,
            result=ComplaintResult.PARTLY_UPHELD,
            text="Sorry.",
            expected_version=matter.complaint.version,
            actor=matter.assignee,
        )


async def test_compliance_lets_the_reply_go_out_and_a_review_may_be_asked_for_thirty_days() -> None:
    matter = await complaint_replied()
    complaint = matter.complaint
    assert (complaint.state, complaint.reply) == (ComplaintState.REPLIED, "We are sorry.")
    assert complaint.replied_at is not None
    assert complaint.review_due_at == complaint.replied_at + timedelta(days=30)
    assert await Notification.filter(template="COMPLAINT_REPLIED").count() == 1


async def test_nobody_approves_a_draft_of_his_or_her_own() -> None:
    matter = await complaint_investigated()
    both = Actor(frozenset({Role.COMPLIANCE, Role.CUSTOMER_SERVICE}), staff_id=matter.assignee.staff_id)
    complaint = await answering.draft_reply(
        matter.complaint.id,
        result=ComplaintResult.REJECTED,
        text="No.",
        expected_version=matter.complaint.version,
        actor=both,
    )
    async with refused(OwnDraft):
        await answering.approve_reply(complaint.id, expected_version=complaint.version, actor=both)


async def test_two_approvals_at_once_send_one_reply() -> None:
    matter, other = await complaint_awaiting_approval(), await staff(Role.COMPLIANCE)
    outcomes = await asyncio.gather(
        *(
            answering.approve_reply(matter.complaint.id, expected_version=matter.complaint.version, actor=actor)
            for actor in (matter.compliance, other)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, StaleVersion) for outcome in outcomes) == 1
    assert await Notification.filter(template="COMPLAINT_REPLIED").count() == 1


async def test_compliance_sends_a_draft_back() -> None:
    matter = await complaint_awaiting_approval()
    complaint = await answering.return_reply(
        matter.complaint.id,
        reason="Too short.",
        expected_version=matter.complaint.version,
        actor=matter.compliance,
    )
    assert complaint.state is ComplaintState.INVESTIGATING


async def test_the_time_is_extended_to_thirty_then_sixty_days_and_not_again() -> None:
    matter = await complaint_investigated()
    complaint: Complaint = matter.complaint
    for days in (30, 60):
        complaint = await answering.extend(
            complaint.id, reason="complex", expected_version=complaint.version, actor=matter.compliance
        )
        assert complaint.due_at - complaint.received_at == timedelta(days=days)
    assert await Notification.filter(template="COMPLAINT_EXTENDED").count() == 2
    async with refused(ExtendedTwice):
        await answering.extend(complaint.id, reason="more", expected_version=complaint.version, actor=matter.compliance)


async def test_only_compliance_extends_and_whoever_is_complained_about_does_not() -> None:
    matter = await complaint_investigated()
    async with refused(Forbidden):
        await answering.extend(
            matter.complaint.id,
            reason="complex",
            expected_version=matter.complaint.version,
            actor=matter.service,
        )
    boss = await staff(Role.COMPLIANCE)
    assert boss.staff_id is not None
    about = await complaint_accepted(subject=Subject(SubjectKind.STAFF, boss.staff_id))
    async with refused(Recused):
        await answering.extend(
            about.complaint.id, reason="complex", expected_version=about.complaint.version, actor=boss
        )
