"""Receiving a complaint, taking it up or not, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain.audit.entries import record
from domain.complaints import limits, rules
from domain.complaints.interests import Matter, find_matter
from domain.complaints.lifecycle import COMPLAINT_LIFECYCLE
from domain.complaints.locks import lock_complaint
from domain.complaints.models import Complaint
from domain.complaints.notices import subject_of, tell_complainant, waiting
from domain.complaints.terms import (
    ComplaintAction,
    ComplaintCategory,
    ComplaintChannel,
    ComplaintLimit,
)
from domain.customers.models import Customer
from domain.customers.reading import CUSTOMER
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import next_number, transaction
from domain.kernel.refusals import Forbidden, Invalid
from domain.kernel.rows import get_visible, save_changes
from domain.kernel.searching import terms
from domain.kernel.subject import Subject
from domain.service_levels import clocks
from domain.service_levels.terms import ServiceStage

RECEIVERS = (Role.CUSTOMER, Role.PARTNER, Role.CUSTOMER_SERVICE)


@dataclass(frozen=True, slots=True)
class Grievance:
    """What somebody complains about; `subject` names a claim, a policy or a member of staff, where there is one."""

    channel: ComplaintChannel
    category: ComplaintCategory
    description: str
    subject: Subject | None = None


async def receive(customer_id: UUID, *, grievance: Grievance, actor: Actor) -> Complaint:
    """Takes down a complaint of a customer whom the actor sees; the time for the reply starts.

    Raises: Forbidden; NotFound for a customer or a subject missing or out of sight; Invalid for a subject of another
    customer.
    Source: CBIRC Order 2020-3.
    """
    async with transaction():
        return await take_down(customer_id, grievance=grievance, actor=actor)


async def take_down(customer_id: UUID, *, grievance: Grievance, actor: Actor) -> Complaint:
    """The same in the current transaction, for a room that turns something else into a complaint."""
    if not actor.has(*RECEIVERS):
        raise Forbidden(permission="complaint:receive")
    customer = await get_visible(Customer, CUSTOMER, customer_id, actor)
    matter = await find_matter(grievance.subject, actor)
    if matter.customer_id not in {None, customer.id}:
        raise Invalid(constraint="same_customer", path=("input", "subjectId"))
    complaint = await _add_complaint(customer, grievance, matter)
    await record(
        "complaint:receive",
        subject_of(complaint),
        actor,
        after={
            "state": complaint.state,
            "complaint_number": complaint.complaint_number,
            "channel": complaint.channel,
            "category": complaint.category,
            "due_at": complaint.due_at,
        },
    )
    await clocks.start(waiting(complaint), ServiceStage.FIRST_RESPONSE, at=complaint.received_at)
    await tell_complainant(complaint, "COMPLAINT_RECEIVED", actor)
    return complaint


async def _add_complaint(customer: Customer, grievance: Grievance, matter: Matter) -> Complaint:
    now = clock.now()
    number = await next_number("complaint_number_seq")
    days = await limits.days(ComplaintLimit.REPLY, clock.day_of(now))
    subject = grievance.subject
    return await Complaint.create(
        complaint_number=f"CP{clock.day_of(now):%Y}{number:06d}",
        customer_id=customer.id,
        partner_id=customer.partner_id,
        subject_kind=subject.kind if subject else None,
        subject_id=subject.id if subject else None,
        subject_staff_id=matter.staff_id,
        channel=grievance.channel,
        category=grievance.category,
        description=grievance.description,
        terms=sorted(terms(grievance.description)),
        state=COMPLAINT_LIFECYCLE.initial,
        assignee_id=None,
        received_at=now,
        clock_from=now,
        due_at=rules.due(now, days),
    )


async def accept(complaint_id: UUID, *, expected_version: int, actor: Actor) -> Complaint:
    """Takes a complaint up; the complainant is told by when the reply comes.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden.
    """
    async with transaction():
        complaint = await lock_complaint(complaint_id, actor, expected_version)
        before = complaint.state
        complaint.state = COMPLAINT_LIFECYCLE.step(complaint.state, ComplaintAction.ACCEPT, actor)
        await save_changes(complaint, "state")
        await record(
            "complaint:accept",
            subject_of(complaint),
            actor,
            before={"state": before},
            after={"state": complaint.state},
        )
        await clocks.stop(subject_of(complaint), ServiceStage.FIRST_RESPONSE)
        await tell_complainant(complaint, "COMPLAINT_ACCEPTED", actor)
    return complaint


async def refuse(complaint_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> Complaint:
    """Does not take a complaint up; the complainant is told the reason.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden.
    """
    async with transaction():
        complaint = await lock_complaint(complaint_id, actor, expected_version)
        before = complaint.state
        complaint.state = COMPLAINT_LIFECYCLE.step(complaint.state, ComplaintAction.REFUSE, actor)
        complaint.closing_reason = reason
        await save_changes(complaint, "state", "closing_reason")
        await record(
            "complaint:refuse",
            subject_of(complaint),
            actor,
            before={"state": before},
            after={"state": complaint.state},
            reason=reason,
        )
        await clocks.stop(subject_of(complaint), ServiceStage.FIRST_RESPONSE)
        await tell_complainant(complaint, "COMPLAINT_NOT_ACCEPTED", actor, reason=reason)
    return complaint


async def withdraw(complaint_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> Complaint:
    """Takes a complaint back before it was answered.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden.
    """
    async with transaction():
        complaint = await lock_complaint(complaint_id, actor, expected_version)
        before = complaint.state
        complaint.state = COMPLAINT_LIFECYCLE.step(complaint.state, ComplaintAction.WITHDRAW, actor)
        complaint.closing_reason, complaint.closed_at = reason, clock.now()
        await save_changes(complaint, "state", "closing_reason", "closed_at")
        await clocks.drop(subject_of(complaint))
        await record(
            "complaint:withdraw",
            subject_of(complaint),
            actor,
            before={"state": before},
            after={"state": complaint.state},
            reason=reason,
        )
    return complaint
