"""Answering an inquiry: taken in hand, handed to a specialist with a promised time, answered, hastened."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from domain.audit.entries import record
from domain.customers.models import Customer
from domain.customers.reading import CUSTOMER
from domain.inquiries import limits, rules
from domain.inquiries.finding import found_by
from domain.inquiries.lifecycle import INQUIRY_LIFECYCLE, SPECIALISTS
from domain.inquiries.locks import expect_in_hand, lock_inquiry
from domain.inquiries.models import Inquiry
from domain.inquiries.notices import in_words, subject_of, tell_asker, tell_those_in_charge, waiting
from domain.inquiries.refusals import AlreadyUrgent, AskerKnown, NoSpecialist, PromisedTimeOver
from domain.inquiries.terms import EntryKind, InquiryAction, InquiryLimit
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.rows import get_visible, save_changes
from domain.service_levels import clocks
from domain.service_levels.terms import ServicePriority, ServiceStage
from domain.staff.models import Staff
from domain.staff.reading import STAFF

FIRST, SPECIALIST = ServiceStage.FIRST_RESPONSE, ServiceStage.SPECIALIST_ANSWER
ANSWERERS = frozenset({Role.CUSTOMER_SERVICE, *SPECIALISTS})


async def take_up(inquiry_id: UUID, *, expected_version: int, actor: Actor) -> Inquiry:
    """Takes an inquiry into one's own hands, from whoever has it; what was promised stays promised.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden.
    """
    async with transaction():
        inquiry = await lock_inquiry(inquiry_id, actor, expected_version)
        before: dict[str, object] = {"state": inquiry.state, "assignee_id": inquiry.assignee_id}
        inquiry.state = INQUIRY_LIFECYCLE.step(inquiry.state, InquiryAction.TAKE_UP, actor)
        inquiry.assignee_id = actor.staff_id
        await save_changes(inquiry, "state", "assignee_id")
        after: dict[str, object] = {"state": inquiry.state, "assignee_id": inquiry.assignee_id}
        await record("inquiry:take_up", subject_of(inquiry), actor, before=before, after=after)
    return inquiry


async def identify(inquiry_id: UUID, *, customer_id: UUID, expected_version: int, actor: Actor) -> Inquiry:
    """Says which customer asked, where only an address, or nothing, was known.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, AskerKnown.
    """
    async with transaction():
        inquiry = await lock_inquiry(inquiry_id, actor, expected_version)
        inquiry.state = INQUIRY_LIFECYCLE.step(inquiry.state, InquiryAction.IDENTIFY, actor)
        customer = await get_visible(Customer, CUSTOMER, customer_id, actor)
        if inquiry.customer_id is not None:
            raise AskerKnown
        inquiry.customer_id, inquiry.partner_id = customer.id, customer.partner_id
        await save_changes(inquiry, "customer_id", "partner_id")
        after: dict[str, object] = {"customer_id": customer.id}
        await record("inquiry:identify", subject_of(inquiry), actor, after=after)
    return inquiry


async def escalate(
    inquiry_id: UUID,
    *,
    specialist_id: UUID,
    promised_reply_at: datetime,
    note: str | None = None,
    expected_version: int,
    actor: Actor,
) -> Inquiry:
    """Hands an inquiry to a specialist; the asker is told by when the answer comes, which counts as a first answer.

    What was promised before runs on beside the new promise: a promise is not undone by another one.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, PromisedTimeOver, NoSpecialist. Source: Measures 二(一).
    """
    async with transaction():
        inquiry = await lock_inquiry(inquiry_id, actor, expected_version)
        before: dict[str, object] = {"state": inquiry.state, "assignee_id": inquiry.assignee_id}
        inquiry.state = INQUIRY_LIFECYCLE.step(inquiry.state, InquiryAction.ESCALATE, actor)
        inquiry.assignee_id, now = await _specialist(specialist_id, actor), clock.now()
        if promised_reply_at <= now:
            raise PromisedTimeOver(path=("input", "promisedReplyAt"))
        inquiry.promised_reply_at, inquiry.first_answered_at = promised_reply_at, inquiry.first_answered_at or now
        if note is not None:
            inquiry.notes = rules.added(inquiry.notes, rules.entry(EntryKind.NOTE, note, now, actor.staff_id))
        await clocks.stop(subject_of(inquiry), FIRST, at=now)
        await clocks.start_promised(waiting(inquiry), SPECIALIST, due_at=promised_reply_at)
        inquiry.due_at = await clocks.next_due(subject_of(inquiry)) or promised_reply_at
        columns = ("state", "assignee_id", "promised_reply_at", "first_answered_at", "notes", "due_at")
        await save_changes(inquiry, *columns)
        after: dict[str, object] = {"assignee_id": inquiry.assignee_id, "promised_reply_at": promised_reply_at}
        await record(
            "inquiry:escalate", subject_of(inquiry), actor, before=before, after={"state": inquiry.state, **after}
        )
        promised = in_words(promised_reply_at)
        await tell_asker(inquiry, "INQUIRY_ESCALATED", actor, promised=promised)
        await tell_those_in_charge(inquiry, "INQUIRY_HANDED_OVER", actor, promised=promised)
    return inquiry


async def _specialist(staff_id: UUID, actor: Actor) -> UUID:
    person = await get_visible(Staff, STAFF, staff_id, actor)
    if not person.active or ANSWERERS.isdisjoint(person.roles):
        raise NoSpecialist(path=("input", "specialistId"))
    return person.id


async def answer(inquiry_id: UUID, *, text: str, expected_version: int, actor: Actor) -> Inquiry:
    """Answers an inquiry that one has in hand; the asker reads it, and what was promised has been kept or not.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, InHandsOfAnother, ConversationFull.
    """
    async with transaction():
        inquiry = await lock_inquiry(inquiry_id, actor, expected_version)
        before = inquiry.state
        inquiry.state = INQUIRY_LIFECYCLE.step(inquiry.state, InquiryAction.ANSWER, actor)
        expect_in_hand(inquiry, actor)
        now = clock.now()
        inquiry.entries = rules.added(inquiry.entries, rules.entry(EntryKind.ANSWER, text, now, actor.staff_id))
        inquiry.terms = found_by(inquiry.subject_line, inquiry.entries)
        inquiry.answered_at, inquiry.first_answered_at = now, inquiry.first_answered_at or now
        inquiry.due_at = rules.until(now, await limits.days(InquiryLimit.CLOSING, clock.day_of(now)))
        await clocks.stop(subject_of(inquiry), FIRST, SPECIALIST, ServiceStage.RESOLUTION, at=now)
        columns = ("state", "entries", "terms", "answered_at", "first_answered_at", "due_at")
        await save_changes(inquiry, *columns)
        await record(
            "inquiry:answer",
            subject_of(inquiry),
            actor,
            before={"state": before},
            after={"state": inquiry.state, "due_at": inquiry.due_at},
        )
        await tell_asker(inquiry, "INQUIRY_ANSWERED", actor, answer=text, due=in_words(inquiry.due_at))
    return inquiry


async def add_note(inquiry_id: UUID, *, text: str, expected_version: int, actor: Actor) -> Inquiry:
    """Writes something down for colleagues; whoever asked never reads it.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, ConversationFull.
    """
    async with transaction():
        inquiry = await lock_inquiry(inquiry_id, actor, expected_version)
        inquiry.state = INQUIRY_LIFECYCLE.step(inquiry.state, InquiryAction.NOTE, actor)
        note = rules.entry(EntryKind.NOTE, text, clock.now(), actor.staff_id)
        inquiry.notes = rules.added(inquiry.notes, note)
        await save_changes(inquiry, "notes")
        await record("inquiry:note", subject_of(inquiry), actor, after={"notes": len(inquiry.notes)})
    return inquiry


async def hasten(inquiry_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> Inquiry:
    """Brings an inquiry into the green channel: its times are halved from their start, and it goes first.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, AlreadyUrgent. Source: Measures 四(一).
    """
    async with transaction():
        inquiry = await lock_inquiry(inquiry_id, actor, expected_version)
        inquiry.state = INQUIRY_LIFECYCLE.step(inquiry.state, InquiryAction.HASTEN, actor)
        if inquiry.priority is ServicePriority.URGENT:
            raise AlreadyUrgent
        before: dict[str, object] = {"priority": inquiry.priority, "due_at": inquiry.due_at}
        inquiry.priority, inquiry.lane = ServicePriority.URGENT, 0
        await clocks.hasten(subject_of(inquiry))
        inquiry.due_at = await clocks.next_due(subject_of(inquiry)) or inquiry.due_at
        await save_changes(inquiry, "priority", "lane", "due_at")
        after: dict[str, object] = {"priority": inquiry.priority, "due_at": inquiry.due_at}
        await record("inquiry:hasten", subject_of(inquiry), actor, before=before, after=after, reason=reason)
    return inquiry
