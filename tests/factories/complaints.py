"""Complaints in the situations that tests start from, made by the verbs themselves."""

from __future__ import annotations

from dataclasses import dataclass

from domain.complaints import answering, intake
from domain.complaints.intake import Grievance
from domain.complaints.models import Complaint
from domain.complaints.terms import ComplaintCategory, ComplaintChannel, ComplaintResult
from domain.kernel.actor import Actor, Role
from domain.kernel.subject import Subject
from tests.factories.insured import Insured, insured, staff


@dataclass
class Matter:
    """A complaint with the people around it."""

    complaint: Complaint
    insured: Insured
    service: Actor
    assignee: Actor
    compliance: Actor

    async def reread(self) -> Complaint:
        """The complaint as it stands in the database."""
        return await Complaint.get(id=self.complaint.id)


def grievance(subject: Subject | None = None) -> Grievance:
    """Somebody waited too long."""
    return Grievance(ComplaintChannel.PHONE, ComplaintCategory.CLAIM_DELAY, "Nobody answers.", subject)


async def complaint_received(covered: Insured | None = None, subject: Subject | None = None) -> Matter:
    """Taken down by service staff."""
    found, service = covered or await insured(), await staff(Role.CUSTOMER_SERVICE)
    complaint = await intake.receive(found.customer_id, grievance=grievance(subject), actor=service)
    return Matter(complaint, found, service, await staff(Role.CUSTOMER_SERVICE), await staff(Role.COMPLIANCE))


async def complaint_accepted(covered: Insured | None = None, subject: Subject | None = None) -> Matter:
    """Taken up."""
    matter = await complaint_received(covered, subject)
    complaint = matter.complaint
    matter.complaint = await intake.accept(complaint.id, expected_version=complaint.version, actor=matter.service)
    return matter


async def complaint_investigated() -> Matter:
    """Given to an assignee."""
    matter = await complaint_accepted()
    assert matter.assignee.staff_id is not None
    matter.complaint = await answering.assign(
        matter.complaint.id,
        assignee_id=matter.assignee.staff_id,
        expected_version=matter.complaint.version,
        actor=matter.service,
    )
    return matter


async def complaint_awaiting_approval() -> Matter:
    """Its reply is drafted."""
    matter = await complaint_investigated()
    matter.complaint = await answering.draft_reply(
        matter.complaint.id,
        result=ComplaintResult.UPHELD,
        text="We are sorry.",
        root_cause="Nobody was on duty.",
        expected_version=matter.complaint.version,
        actor=matter.assignee,
    )
    return matter


async def complaint_replied() -> Matter:
    """Its reply is out."""
    matter = await complaint_awaiting_approval()
    matter.complaint = await answering.approve_reply(
        matter.complaint.id, expected_version=matter.complaint.version, actor=matter.compliance
    )
    return matter
