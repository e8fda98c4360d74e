"""How complaints speaks to the complainant, in the transaction that causes it."""

from __future__ import annotations

from domain.complaints.models import Complaint
from domain.complaints.terms import ComplaintChannel
from domain.customers.contacts import recipient_of
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.subject import Scope, Subject, SubjectKind
from domain.notifications.outbox import notify
from domain.service_levels.clocks import Matter
from domain.service_levels.terms import ServicePriority
from domain.staff.contacts import in_charge
from domain.staff.letters import write_to_staff


def subject_of(complaint: Complaint) -> Subject:
    """The complaint as other rooms name it."""
    return Subject(SubjectKind.COMPLAINT, complaint.id)


def scope_of(complaint: Complaint) -> Scope:
    """Whom the complaint concerns."""
    return Scope(customer_id=complaint.customer_id, partner_id=complaint.partner_id)


def waiting(complaint: Complaint) -> Matter:
    """What is promised to a complainant is measured by; a regulator's goes through the green channel."""
    is_urgent = complaint.channel is ComplaintChannel.REGULATOR
    return Matter(
        subject_of(complaint),
        scope_of(complaint),
        priority=ServicePriority.URGENT if is_urgent else ServicePriority.NORMAL,
    )


async def tell_complainant(complaint: Complaint, template: str, actor: Actor, **parameters: str) -> None:
    """Notifies the complainant, in the current transaction."""
    await notify(
        template=template,
        recipient=await recipient_of(complaint.customer_id),
        parameters={
            "complaint_number": complaint.complaint_number,
            "due_on": clock.day_of(complaint.due_at).isoformat(),
            **parameters,
        },
        subject=subject_of(complaint),
        scope=scope_of(complaint),
        actor=actor,
    )


async def warn_staff(complaint: Complaint, actor: Actor, percent: int) -> None:
    """Tells the assignee, or all of compliance while there is none, how much of the time has passed."""
    await write_to_staff(
        await in_charge(complaint.assignee_id, Role.COMPLIANCE),
        template="COMPLAINT_TIME_PASSING",
        parameters={"complaint_number": complaint.complaint_number, "percent": str(percent)},
        subject=subject_of(complaint),
        actor=actor,
    )
