"""Changes of inquiries: each decodes its input and calls the verb of its stage."""

from __future__ import annotations

import strawberry

from api.applications.mutations import wanted_of
from api.applications.types import Application
from api.changes import Changed, change, changed, takers
from api.claims.types import Claim
from api.complaints.types import Complaint
from api.inputs import NO_ROW, row_id, value_of
from api.inquiries import inputs
from api.inquiries.types import Inquiry
from api.policies.decoding import policyholder_of
from domain.access.terms import ApiScope
from domain.applications.drafting import Applicant
from domain.claims.intake import Loss
from domain.claims.reading import CLAIM
from domain.customers.reading import CUSTOMER
from domain.inquiries import asking, converting, following, handling
from domain.inquiries.asking import OPENERS, Question
from domain.inquiries.lifecycle import INQUIRY_LIFECYCLE
from domain.inquiries.reading import INQUIRY
from domain.inquiries.terms import InquiryAction as Action
from domain.kernel.actor import Actor, Role
from domain.kernel.ids import parse_id
from domain.kernel.subject import Subject, SubjectKind
from domain.partners.reading import PARTNER
from domain.policies.reading import POLICY
from domain.staff.reading import STAFF

SUBJECTS = {CLAIM.prefix: SubjectKind.CLAIM, POLICY.prefix: SubjectKind.POLICY}


def _who_may(*actions: Action) -> frozenset[Role]:
    return takers(INQUIRY_LIFECYCLE, *actions)


def _about(given: str | None) -> Subject | None:
    """What an inquiry is about; an id of nothing that it may be about names no row."""
    if given is None:
        return None
    prefix, value = parse_id(given) or ("", NO_ROW)
    kind = SUBJECTS.get(prefix)
    return Subject(kind, value) if kind else Subject(SubjectKind.CLAIM, NO_ROW)


@change(*OPENERS, scope=ApiScope.INQUIRE, inquiry=Inquiry)
async def inquiry_open(given: inputs.InquiryOpenInput, actor: Actor) -> Changed:
    """Takes an inquiry down; the times for the first answer and for the answer start."""
    customer = value_of(given.customer_id)
    about = _about(value_of(given.subject_id))
    inquiry = await asking.open_inquiry(
        Question(given.channel, given.topic, given.subject_line, given.text, about),
        customer_id=row_id(CUSTOMER.prefix, customer) if customer is not None else None,
        mail=value_of(given.mail),
        actor=actor,
    )
    return changed(inquiry=inquiry.id)


@change(*_who_may(Action.TAKE_UP), inquiry=Inquiry)
async def inquiry_take_up(given: inputs.InquiryTakeUpInput, actor: Actor) -> Changed:
    """Takes an inquiry into your hands 受理, from whoever has it."""
    inquiry = await handling.take_up(
        row_id(INQUIRY.prefix, given.inquiry_id),
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(inquiry=inquiry.id)


@change(*_who_may(Action.IDENTIFY), inquiry=Inquiry)
async def inquiry_identify(given: inputs.InquiryIdentifyInput, actor: Actor) -> Changed:
    """Says which customer asked, where only an address, or nothing, was known."""
    inquiry = await handling.identify(
        row_id(INQUIRY.prefix, given.inquiry_id),
        customer_id=row_id(CUSTOMER.prefix, given.customer_id),
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(inquiry=inquiry.id)


@change(*_who_may(Action.ESCALATE), inquiry=Inquiry)
async def inquiry_escalate(given: inputs.InquiryEscalateInput, actor: Actor) -> Changed:
    """Hands an inquiry to a specialist 转专员; whoever asked is told by when the answer comes."""
    inquiry = await handling.escalate(
        row_id(INQUIRY.prefix, given.inquiry_id),
        specialist_id=row_id(STAFF.prefix, given.specialist_id),
        promised_reply_at=given.promised_reply_at,
        note=value_of(given.note),
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(inquiry=inquiry.id)


@change(*_who_may(Action.ANSWER), inquiry=Inquiry)
async def inquiry_answer(given: inputs.InquiryAnswerInput, actor: Actor) -> Changed:
    """Answers an inquiry that you have in hand; whoever asked reads it."""
    inquiry = await handling.answer(
        row_id(INQUIRY.prefix, given.inquiry_id),
        text=given.text,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(inquiry=inquiry.id)


@change(*_who_may(Action.NOTE), inquiry=Inquiry)
async def inquiry_add_note(given: inputs.InquiryAddNoteInput, actor: Actor) -> Changed:
    """Writes something down for colleagues."""
    inquiry = await handling.add_note(
        row_id(INQUIRY.prefix, given.inquiry_id),
        text=given.text,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(inquiry=inquiry.id)


@change(*_who_may(Action.HASTEN), inquiry=Inquiry)
async def inquiry_hasten(given: inputs.InquiryHastenInput, actor: Actor) -> Changed:
    """Brings an inquiry into the green channel 绿色通道: its times are halved, and it goes first."""
    inquiry = await handling.hasten(
        row_id(INQUIRY.prefix, given.inquiry_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(inquiry=inquiry.id)


@change(*_who_may(Action.FOLLOW_UP), scope=ApiScope.INQUIRE, inquiry=Inquiry)
async def inquiry_follow_up(given: inputs.InquiryFollowUpInput, actor: Actor) -> Changed:
    """Asks further; after an answer the time for the next one starts."""
    inquiry = await following.follow_up(
        row_id(INQUIRY.prefix, given.inquiry_id),
        text=given.text,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(inquiry=inquiry.id)


@change(*_who_may(Action.CLOSE), scope=ApiScope.INQUIRE, inquiry=Inquiry)
async def inquiry_close(given: inputs.InquiryCloseInput, actor: Actor) -> Changed:
    """Ends an answered inquiry."""
    inquiry = await following.close(
        row_id(INQUIRY.prefix, given.inquiry_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(inquiry=inquiry.id)


@change(*_who_may(Action.REOPEN), scope=ApiScope.INQUIRE, inquiry=Inquiry)
async def inquiry_reopen(given: inputs.InquiryReopenInput, actor: Actor) -> Changed:
    """Takes an ended inquiry up again, within its time."""
    inquiry = await following.reopen(
        row_id(INQUIRY.prefix, given.inquiry_id),
        text=given.text,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(inquiry=inquiry.id)


@change(*_who_may(Action.CONVERT), inquiry=Inquiry, complaint=Complaint)
async def inquiry_convert_to_complaint(given: inputs.InquiryConvertToComplaintInput, actor: Actor) -> Changed:
    """Turns an inquiry into a complaint 转投诉; the link is kept."""
    found = await converting.to_complaint(
        row_id(INQUIRY.prefix, given.inquiry_id),
        category=given.category,
        description=value_of(given.description),
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(inquiry=found.inquiry.id, complaint=found.outcome.id)


@change(*_who_may(Action.CONVERT), inquiry=Inquiry, claim=Claim)
async def inquiry_convert_to_claim(given: inputs.InquiryConvertToClaimInput, actor: Actor) -> Changed:
    """Turns an inquiry into the first notice of a loss 转报案; the link is kept."""
    claimed = given.claimed.money("input", "claimed")
    found = await converting.to_claim(
        row_id(INQUIRY.prefix, given.inquiry_id),
        policy_id=row_id(POLICY.prefix, given.policy_id),
        loss=Loss(given.loss_on, given.cause, given.place, given.description, claimed),
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(inquiry=found.inquiry.id, claim=found.outcome.id)


@change(*_who_may(Action.CONVERT), inquiry=Inquiry, application=Application)
async def inquiry_convert_to_application(given: inputs.InquiryConvertToApplicationInput, actor: Actor) -> Changed:
    """Turns an inquiry into an application 转投保; the link is kept."""
    details, partner = value_of(given.customer), value_of(given.partner_id)
    newcomer = None
    if details is not None:
        partner_id = None if partner is None else row_id(PARTNER.prefix, partner)
        newcomer = Applicant(details=policyholder_of(details), partner_id=partner_id)
    found = await converting.to_application(
        row_id(INQUIRY.prefix, given.inquiry_id),
        wanted=wanted_of(given.wanted),
        newcomer=newcomer,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(inquiry=found.inquiry.id, application=found.outcome.id)


@strawberry.type
class InquiriesMutations:
    """Changes of inquiries."""

    inquiry_open = inquiry_open
    inquiry_take_up = inquiry_take_up
    inquiry_identify = inquiry_identify
    inquiry_escalate = inquiry_escalate
    inquiry_answer = inquiry_answer
    inquiry_add_note = inquiry_add_note
    inquiry_hasten = inquiry_hasten
    inquiry_follow_up = inquiry_follow_up
    inquiry_close = inquiry_close
    inquiry_reopen = inquiry_reopen
    inquiry_convert_to_complaint = inquiry_convert_to_complaint
    inquiry_convert_to_claim = inquiry_convert_to_claim
    inquiry_convert_to_application = inquiry_convert_to_application
