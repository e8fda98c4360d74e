"""Receiving a complaint, taking it up, and taking it back."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from domain.audit.models import AuditEntry
from domain.complaints import intake
from domain.complaints.terms import ComplaintState
from domain.kernel.actor import Role
from domain.kernel.refusals import Forbidden, IllegalStep, Invalid, NotFound, StaleVersion
from domain.kernel.subject import Subject, SubjectKind
from domain.notifications.models import Notification
from tests.factories.claims import claim_notified
from tests.factories.complaints import complaint_accepted, complaint_received, complaint_replied, grievance
from tests.factories.insured import insured, staff
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")


async def test_a_complaint_is_numbered_due_in_fifteen_days_and_acknowledged() -> None:
    matter = await complaint_received()
    complaint = matter.complaint
    assert complaint.state is ComplaintState.RECEIVED
    assert complaint.complaint_number.startswith("CP")
    assert complaint.due_at - complaint.received_at == timedelta(days=15)
    assert complaint.partner_id == matter.insured.partner_id
    assert await AuditEntry.filter(subject_id=complaint.id, action="complaint:receive").count() == 1
    assert await Notification.filter(subject_id=complaint.id, template="COMPLAINT_RECEIVED").count() == 1


async def test_a_complaint_about_a_claim_names_it() -> None:
    case = await claim_notified()
    about = Subject(SubjectKind.CLAIM, case.claim.id)
    complaint = await intake.receive(case.claim.customer_id, grievance=grievance(about), actor=case.customer)
    assert (complaint.subject_kind, complaint.subject_id) == (SubjectKind.CLAIM, case.claim.id)


async def test_a_complaint_about_a_policy_and_about_nothing_in_particular_is_taken_down() -> None:
    covered = await insured()
    about = Subject(SubjectKind.POLICY, covered.policy_id)
    for subject in (about, None):
        complaint = await intake.receive(covered.customer_id, grievance=grievance(subject), actor=covered.partner)
        assert complaint.subject_id == (subject.id if subject else None)


async def test_somebody_elses_claim_cannot_be_complained_about() -> None:
    case, stranger = await claim_notified(), await insured()
    about = Subject(SubjectKind.CLAIM, case.claim.id)
    async with refused(NotFound):
        await intake.receive(stranger.customer_id, grievance=grievance(about), actor=stranger.customer)
    service = await staff(Role.CUSTOMER_SERVICE)
    async with refused(Invalid):
        await intake.receive(stranger.customer_id, grievance=grievance(about), actor=service)


async def test_only_those_who_may_receive_complaints_do_and_only_of_customers_they_see() -> None:
    covered, other = await insured(), await insured()
    async with refused(Forbidden):
        await intake.receive(covered.customer_id, grievance=grievance(), actor=await staff(Role.RISK))
    async with refused(NotFound):
        await intake.receive(covered.customer_id, grievance=grievance(), actor=other.customer)
    colleague = await staff(Role.CLAIMS_HANDLER)
    for staff_id in (uuid4(), colleague.staff_id):
        assert staff_id is not None
        about = grievance(Subject(SubjectKind.STAFF, staff_id))
        async with refused(NotFound):
            await intake.receive(covered.customer_id, grievance=about, actor=covered.customer)
    async with refused(Invalid):
        payout = Subject(SubjectKind.PAYOUT, uuid4())
        await intake.receive(covered.customer_id, grievance=grievance(payout), actor=covered.customer)


async def test_the_complainant_is_told_when_the_complaint_is_taken_up_or_not() -> None:
    accepted = await complaint_accepted()
    assert accepted.complaint.state is ComplaintState.ACCEPTED
    assert await Notification.filter(template="COMPLAINT_ACCEPTED").count() == 1
    matter = await complaint_received()
    complaint = await intake.refuse(
        matter.complaint.id,
        reason="Not about us.",
        expected_version=matter.complaint.version,
        actor=matter.service,
    )
    assert (complaint.state, complaint.closing_reason) == (ComplaintState.NOT_ACCEPTED, "Not about us.")
    assert await Notification.filter(template="COMPLAINT_NOT_ACCEPTED").count() == 1


async def test_the_complainant_takes_a_complaint_back_before_the_reply_only() -> None:
    matter, replied = await complaint_accepted(), await complaint_replied()
    complaint = await intake.withdraw(
        matter.complaint.id,
        reason="Solved.",
        expected_version=matter.complaint.version,
        actor=matter.insured.customer,
    )
    assert complaint.state is ComplaintState.WITHDRAWN
    async with refused(IllegalStep):
        await intake.withdraw(
            replied.complaint.id,
            reason="Solved.",
            expected_version=replied.complaint.version,
            actor=replied.insured.customer,
        )


async def test_a_stranger_an_old_version_and_the_wrong_role_change_nothing() -> None:
    matter, stranger = await complaint_received(), await insured()
    version = matter.complaint.version
    async with refused(NotFound):
        await intake.withdraw(matter.complaint.id, reason="no", expected_version=version, actor=stranger.customer)
    async with refused(StaleVersion):
        await intake.accept(matter.complaint.id, expected_version=version + 1, actor=matter.service)
    async with refused(Forbidden):
        await intake.accept(matter.complaint.id, expected_version=version, actor=matter.compliance)
