"""Turning an inquiry into what it leads to; the link is kept on both sides."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain.applications import drafting as applications
from domain.applications.drafting import Applicant, Wanted
from domain.audit.entries import record
from domain.claims import intake as claims
from domain.claims.intake import Loss
from domain.complaints import intake as complaints
from domain.complaints.intake import Grievance
from domain.complaints.terms import ComplaintCategory, ComplaintChannel
from domain.inquiries.lifecycle import INQUIRY_LIFECYCLE
from domain.inquiries.locks import lock_inquiry
from domain.inquiries.models import Inquiry
from domain.inquiries.notices import subject_of
from domain.inquiries.refusals import AskerUnknown
from domain.inquiries.terms import EntryKind, InquiryAction, InquiryChannel
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.refusals import Invalid
from domain.kernel.rows import get_visible, save_changes
from domain.kernel.subject import Subject, SubjectKind
from domain.policies.models import Policy
from domain.policies.reading import POLICY
from domain.service_levels import clocks
from domain.service_levels.terms import ServiceStage

MOST_CHARACTERS = 4_000
"""What of the asker's words goes into a complaint at most."""
CHANNELS = {InquiryChannel.CHAT: ComplaintChannel.APP}
"""Channels that complaints call by another name."""
SUBJECTS = (SubjectKind.CLAIM, SubjectKind.POLICY)


@dataclass(frozen=True, slots=True)
class Converted:
    """An inquiry and what it was turned into."""

    inquiry: Inquiry
    outcome: Subject


async def to_complaint(
    inquiry_id: UUID,
    *,
    category: ComplaintCategory,
    description: str | None = None,
    expected_version: int,
    actor: Actor,
) -> Converted:
    """Turns an inquiry into a complaint about what it was about, in the asker's own words unless others are given.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, AskerUnknown.
    """
    async with transaction():
        inquiry, before = await _begin(inquiry_id, expected_version, actor)
        if inquiry.customer_id is None:
            raise AskerUnknown
        about = (
            Subject(inquiry.subject_kind, inquiry.subject_id)
            if inquiry.subject_kind in SUBJECTS and inquiry.subject_id
            else None
        )
        channel = CHANNELS.get(inquiry.channel) or ComplaintChannel(inquiry.channel)
        grievance = Grievance(channel, category, description or _own_words(inquiry), about)
        complaint = await complaints.take_down(inquiry.customer_id, grievance=grievance, actor=actor)
        return await _finish(inquiry, before, Subject(SubjectKind.COMPLAINT, complaint.id), actor)


async def to_claim(
    inquiry_id: UUID, *, policy_id: UUID, loss: Loss, expected_version: int, actor: Actor
) -> Converted:
    """Turns an inquiry into the first notice of a loss under a policy of the asker, who is known by it if not before.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden; Invalid for a policy of another customer; what
    `claims.report` raises.
    """
    async with transaction():
        inquiry, before = await _begin(inquiry_id, expected_version, actor)
        policy = await get_visible(Policy, POLICY, policy_id, actor)
        if inquiry.customer_id not in {None, policy.customer_id}:
            raise Invalid(constraint="same_customer", path=("input", "policyId"))
        inquiry.customer_id, inquiry.partner_id = policy.customer_id, policy.partner_id
        claim = await claims.take_down(policy_id, loss=loss, actor=actor)
        return await _finish(inquiry, before, Subject(SubjectKind.CLAIM, claim.id), actor)


async def to_application(
    inquiry_id: UUID, *, wanted: Wanted, newcomer: Applicant | None = None, expected_version: int, actor: Actor
) -> Converted:
    """Turns an inquiry into an application of whoever asked; a `newcomer` is entered into a partner's book with it.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden; AskerUnknown; what `applications.draft` raises.
    """
    async with transaction():
        inquiry, before = await _begin(inquiry_id, expected_version, actor)
        applicant = newcomer if inquiry.customer_id is None else Applicant(inquiry.customer_id)
        if applicant is None:
            raise AskerUnknown
        application = await applications.take_down(wanted, applicant=applicant, actor=actor)
        inquiry.customer_id, inquiry.partner_id = application.customer_id, application.partner_id
        return await _finish(inquiry, before, Subject(SubjectKind.APPLICATION, application.id), actor)


async def _begin(inquiry_id: UUID, expected_version: int, actor: Actor) -> tuple[Inquiry, str]:
    inquiry = await lock_inquiry(inquiry_id, actor, expected_version)
    before = inquiry.state
    inquiry.state = INQUIRY_LIFECYCLE.step(before, InquiryAction.CONVERT, actor)
    return inquiry, before


async def _finish(inquiry: Inquiry, before: str, outcome: Subject, actor: Actor) -> Converted:
    """Keeps the link. Whoever asked is told by the room that goes on with it, which is the answer."""
    now = clock.now()
    inquiry.outcome_kind, inquiry.outcome_id, inquiry.closed_at = outcome.kind, outcome.id, now
    inquiry.first_answered_at = inquiry.first_answered_at or now
    await clocks.stop(subject_of(inquiry), *ServiceStage, at=now)
    columns = (
        "state", "outcome_kind", "outcome_id", "closed_at", "first_answered_at", "customer_id", "partner_id",
    )  # fmt: skip
    await save_changes(inquiry, *columns)
    await record(
        "inquiry:convert",
        subject_of(inquiry),
        actor,
        before={"state": before},
        after={"state": inquiry.state, "outcome_kind": outcome.kind, "outcome_id": outcome.id},
    )
    return Converted(inquiry, outcome)


def _own_words(inquiry: Inquiry) -> str:
    """What was asked, part after part."""
    asked = [each["text"] for each in inquiry.entries if each["kind"] == EntryKind.QUESTION]
    return "\n\n".join([inquiry.subject_line, *asked])[:MOST_CHARACTERS]
