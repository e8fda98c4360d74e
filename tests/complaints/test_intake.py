"""Receiving a complaint, taking it up, and taking it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from domain.audit.models import AuditEntry
from domain.complaints import intake
from domain.complaints.models import Complaint
from domain.complaints.terms import ComplaintChannel, ComplaintState
from domain.jobs.models import Job
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.refusals import Forbidden, IllegalStep, Invalid, NotFound, StaleVersion
from domain.kernel.subject import Subject, SubjectKind
from domain.notifications.models import Notification
from domain.service_levels import watching
from domain.service_levels.models import ServiceClock
from domain.service_levels.terms import ClockState, ServiceStage
from tests.factories.claims import claim_notified
from tests.factories.complaints import complaint_accepted, complaint_received, complaint_replied, grievance
from tests.factories.insured import insured, staff
from tests.factories.unchanged import refused
from tests.factories.working import work_off

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
    covered, other, clerk = await insured(), await insured(), await staff(Role.RISK)
    async with refused(Forbidden):
        await intake.receive(covered.customer_id, grievance=grievance(), actor=clerk)
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


async def clock_of(complaint: Complaint) -> ServiceClock:
    """The clock of the acknowledgement."""
    return await ServiceClock.get(subject_id=complaint.id, stage=ServiceStage.FIRST_RESPONSE)


async def test_a_complaint_is_acknowledged_within_a_working_day_and_a_regulator_s_in_half_of_it() -> None:
    complaint = (await complaint_received()).complaint
    assert ((await clock_of(complaint)).minutes, (await clock_of(complaint)).state) == (540, ClockState.RUNNING)
    service, covered = await staff(Role.CUSTOMER_SERVICE), await insured()
    handed_over = replace(grievance(), channel=ComplaintChannel.REGULATOR)
    urgent = await intake.receive(covered.customer_id, grievance=handed_over, actor=service)
    assert (await clock_of(urgent)).minutes == 270


async def test_taking_it_up_or_not_ends_the_clock_in_time_and_taking_it_back_drops_it() -> None:
    accepted = await complaint_accepted()
    assert (await clock_of(accepted.complaint)).state is ClockState.MET
    refused_one, back = await complaint_received(), await complaint_received()
    await intake.refuse(refused_one.complaint.id, reason="why", expected_version=1, actor=refused_one.service)
    await intake.withdraw(back.complaint.id, reason="why", expected_version=1, actor=back.service)
    assert (await clock_of(refused_one.complaint)).state is ClockState.MET
    assert (await clock_of(back.complaint)).state is ClockState.DROPPED


async def test_compliance_is_told_when_nobody_acknowledges_it_and_nobody_once_somebody_has() -> None:
    compliance, matter = await staff(Role.COMPLIANCE), await complaint_received()
    late = (await clock_of(matter.complaint)).due_at + timedelta(minutes=1)
    with clock.at(late):
        await watching.warn(actor=Actor.system("service_levels.watch"))
        assert await work_off("service_levels.time_passing")
    told = Notification.filter(template="COMPLAINT_TIME_PASSING", party_id=compliance.staff_id)
    assert await told.count() == 1
    (job,) = await Job.filter(kind="service_levels.time_passing")
    assert (job.result_kind, job.result_id) == (SubjectKind.COMPLAINT, matter.complaint.id)
    accepted = await complaint_received()
    with clock.at(late):
        await watching.warn(actor=Actor.system("service_levels.watch"))
        await intake.accept(accepted.complaint.id, expected_version=1, actor=accepted.service)
        assert await work_off("service_levels.time_passing")
    assert await told.count() == 1
