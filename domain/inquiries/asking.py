"""Opening an inquiry: the words and the channel are recorded, what is promised starts to run."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from domain.audit.entries import record
from domain.claims.models import Claim
from domain.claims.reading import CLAIM
from domain.customers.models import Customer
from domain.customers.reading import CUSTOMER
from domain.inquiries import rules
from domain.inquiries.askers import Asker, checked_mail, known, sender_columns
from domain.inquiries.finding import found_by
from domain.inquiries.lifecycle import INQUIRY_LIFECYCLE
from domain.inquiries.models import Inquiry
from domain.inquiries.notices import in_words, subject_of, tell_asker, waiting
from domain.inquiries.terms import EntryKind, InquiryAction, InquiryChannel, InquiryTopic
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import next_number, transaction
from domain.kernel.ids import new_id
from domain.kernel.refusals import Forbidden, Invalid
from domain.kernel.rows import get_visible
from domain.kernel.subject import Subject, SubjectKind
from domain.policies.models import Policy
from domain.policies.reading import POLICY
from domain.service_levels import clocks
from domain.service_levels.terms import ServicePriority, ServiceStage

OPENERS = (Role.CUSTOMER, Role.PARTNER, Role.CUSTOMER_SERVICE, Role.SALES)
SPOKEN = frozenset({InquiryChannel.PHONE, InquiryChannel.STORE})
"""Channels on which whoever takes an inquiry down is already speaking with the asker."""
OWN_CHANNELS = {
    Role.CUSTOMER: frozenset({InquiryChannel.APP, InquiryChannel.CHAT}),
    Role.PARTNER: frozenset({InquiryChannel.PARTNER}),
}
"""On which channels outsiders ask by themselves."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. `about` names a claim or a policy, where there is one."""

    channel: InquiryChannel
    topic: InquiryTopic
    subject_line: str
    text: str = field(repr=False)
    about: Subject | None = None


async def open_inquiry(
    question: Question, *, customer_id: UUID | None = None, mail: str | None = None, actor: Actor
) -> Inquiry:
    """Takes an inquiry down; the times for the first answer and for the answer start, and the asker is told.

    Staff may take it down for a customer, for the address of somebody who is none yet, or for nobody they know. What
    is asked by phone or at the counter, or of sales, is in the hands of whoever takes it down, and answered at once.

    Raises: Forbidden; NotFound for a customer or a subject missing or out of sight; Invalid for a channel that the
    asker cannot use, a wrong address, or a subject of another customer.
    """
    if not actor.has(*OPENERS):
        raise Forbidden(permission="inquiry:open")
    async with transaction():
        asker = await _asker(customer_id, mail, actor)
        await _expect_own_subject(question.about, asker, actor)
        _expect_channel(question.channel, actor)
        inquiry = await add_inquiry(question, asker, actor)
        await tell_asker(inquiry, "INQUIRY_RECEIVED", actor, due=in_words(inquiry.due_at))
    return inquiry


def _expect_channel(channel: InquiryChannel, actor: Actor) -> None:
    allowed = next((found for role, found in OWN_CHANNELS.items() if actor.has(role)), None)
    if allowed is not None and channel not in allowed:
        raise Invalid("one_of", ", ".join(sorted(allowed)), path=("input", "channel"))


async def _asker(customer_id: UUID | None, mail: str | None, actor: Actor) -> Asker:
    if actor.has(Role.CUSTOMER):
        customer_id = customer_id or actor.customer_id
    if customer_id is not None:
        return known(await get_visible(Customer, CUSTOMER, customer_id, actor))
    return Asker(partner_id=actor.partner_id, mail=checked_mail(mail) if mail is not None else None)


async def _expect_own_subject(about: Subject | None, asker: Asker, actor: Actor) -> None:
    if about is None:
        return
    row: Claim | Policy
    match about.kind:
        case SubjectKind.CLAIM:
            row = await get_visible(Claim, CLAIM, about.id, actor)
        case SubjectKind.POLICY:
            row = await get_visible(Policy, POLICY, about.id, actor)
        case _:
            raise Invalid(constraint="subject_kind", path=("input", "subjectId"))
    if asker.customer_id != row.customer_id and (asker.customer_id or asker.partner_id != row.partner_id):
        raise Invalid(constraint="same_customer", path=("input", "subjectId"))


async def add_inquiry(question: Question, asker: Asker, actor: Actor) -> Inquiry:
    """Makes the row, its clocks and its audit entry, in the current transaction; nobody is told."""
    inquiry = await _add_row(question, asker, actor)
    await record(
        "inquiry:open",
        subject_of(inquiry),
        actor,
        after={
            "state": inquiry.state,
            "inquiry_number": inquiry.inquiry_number,
            "channel": inquiry.channel,
            "topic": inquiry.topic,
            "due_at": inquiry.due_at,
        },
    )
    return inquiry


async def _add_row(question: Question, asker: Asker, actor: Actor) -> Inquiry:
    now, inquiry_id = clock.now(), new_id()
    number = await next_number("inquiry_number_seq")
    entries = [rules.entry(EntryKind.QUESTION, question.text, now)]
    inquiry = Inquiry(
        id=inquiry_id,
        inquiry_number=f"IN{clock.day_of(now):%Y}{number:06d}",
        customer_id=asker.customer_id,
        partner_id=asker.partner_id,
        language=asker.language,
        channel=question.channel,
        topic=question.topic,
        subject_line=question.subject_line,
        subject_kind=question.about.kind if question.about else None,
        subject_id=question.about.id if question.about else None,
        entries=entries,
        notes=[],
        terms=found_by(question.subject_line, entries),
        state=INQUIRY_LIFECYCLE.initial,
        priority=ServicePriority.NORMAL,
        assignee_id=None,
        opened_at=now,
        due_at=now,
        **sender_columns(inquiry_id, asker.mail),
    )
    await _promise(inquiry, actor)
    await inquiry.save(force_create=True)
    return inquiry


async def _promise(inquiry: Inquiry, actor: Actor) -> None:
    """Starts what is promised. Whoever is spoken with has the first answer, and whoever speaks has it in hand."""
    first = await clocks.start(waiting(inquiry), ServiceStage.FIRST_RESPONSE, at=inquiry.opened_at)
    answer = await clocks.start(waiting(inquiry), ServiceStage.RESOLUTION, at=inquiry.opened_at)
    inquiry.due_at = min(first.due_at, answer.due_at)
    if actor.staff_id is None or not (inquiry.channel in SPOKEN or actor.has(Role.SALES)):
        return
    inquiry.state = INQUIRY_LIFECYCLE.step(inquiry.state, InquiryAction.TAKE_UP, actor)
    inquiry.assignee_id = actor.staff_id
    if inquiry.channel in SPOKEN:
        await clocks.stop(subject_of(inquiry), ServiceStage.FIRST_RESPONSE, at=inquiry.opened_at)
        inquiry.first_answered_at, inquiry.due_at = inquiry.opened_at, answer.due_at
