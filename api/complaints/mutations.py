"""Changes of complaints: each decodes its input and calls the verb of its stage."""

from __future__ import annotations

import strawberry

from api.changes import Changed, change, changed, takers
from api.complaints import inputs
from api.complaints.types import Complaint
from api.inputs import NO_ROW, row_id, value_of
from domain.access.terms import ApiScope
from domain.claims.reading import CLAIM
from domain.complaints import answering, intake, review
from domain.complaints.intake import RECEIVERS, Grievance
from domain.complaints.lifecycle import COMPLAINT_LIFECYCLE
from domain.complaints.reading import COMPLAINT
from domain.complaints.terms import ComplaintAction as Action
from domain.customers.reading import CUSTOMER
from domain.kernel.actor import Actor, Role
from domain.kernel.ids import parse_id
from domain.kernel.subject import Subject, SubjectKind
from domain.policies.reading import POLICY
from domain.staff.reading import STAFF

SUBJECTS = {CLAIM.prefix: SubjectKind.CLAIM, POLICY.prefix: SubjectKind.POLICY, STAFF.prefix: SubjectKind.STAFF}


def _who_may(*actions: Action) -> frozenset[Role]:
    return takers(COMPLAINT_LIFECYCLE, *actions)


def _subject(given: str | None) -> Subject | None:
    """What a complaint is about; an id of nothing that it may be about names no row."""
    if given is None:
        return None
    prefix, value = parse_id(given) or ("", NO_ROW)
    kind = SUBJECTS.get(prefix)
    return Subject(kind, value) if kind else Subject(SubjectKind.CLAIM, NO_ROW)


@change(*RECEIVERS, scope=ApiScope.COMPLAIN, complaint=Complaint)
async def complaint_receive(given: inputs.ComplaintReceiveInput, actor: Actor) -> Changed:
    """Takes down a complaint; the time for the reply starts (CBIRC Order 2020-3)."""
    grievance = Grievance(given.channel, given.category, given.description, _subject(value_of(given.subject_id)))
    complaint = await intake.receive(row_id(CUSTOMER.prefix, given.customer_id), grievance=grievance, actor=actor)
    return changed(complaint=complaint.id)


@change(*_who_may(Action.ACCEPT), complaint=Complaint)
async def complaint_accept(given: inputs.ComplaintAcceptInput, actor: Actor) -> Changed:
    """Takes a complaint up 受理; the complainant is told by when the reply comes."""
    complaint = await intake.accept(
        row_id(COMPLAINT.prefix, given.complaint_id), expected_version=given.expected_version, actor=actor
    )
    return changed(complaint=complaint.id)


@change(*_who_may(Action.REFUSE), complaint=Complaint)
async def complaint_refuse(given: inputs.ComplaintRefuseInput, actor: Actor) -> Changed:
    """Does not take a complaint up 不予受理; the complainant is told the reason."""
    complaint = await intake.refuse(
        row_id(COMPLAINT.prefix, given.complaint_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(complaint=complaint.id)


@change(*_who_may(Action.ASSIGN), complaint=Complaint)
async def complaint_assign(given: inputs.ComplaintAssignInput, actor: Actor) -> Changed:
    """Gives a complaint to somebody who has no interest in it, to investigate and answer."""
    complaint = await answering.assign(
        row_id(COMPLAINT.prefix, given.complaint_id),
        assignee_id=row_id(STAFF.prefix, given.assignee_id),
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(complaint=complaint.id)


@change(*_who_may(Action.DRAFT_REPLY), complaint=Complaint)
async def complaint_draft_reply(given: inputs.ComplaintDraftReplyInput, actor: Actor) -> Changed:
    """The assignee's findings and the reply as it should go out; compliance approves it."""
    complaint = await answering.draft_reply(
        row_id(COMPLAINT.prefix, given.complaint_id),
        result=given.result,
        text=given.text,
        root_cause=value_of(given.root_cause),
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(complaint=complaint.id)


@change(*_who_may(Action.RETURN_REPLY), complaint=Complaint)
async def complaint_return_reply(given: inputs.ComplaintReturnReplyInput, actor: Actor) -> Changed:
    """Sends a draft back to its assignee with the reason."""
    complaint = await answering.return_reply(
        row_id(COMPLAINT.prefix, given.complaint_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(complaint=complaint.id)


@change(*_who_may(Action.APPROVE_REPLY), complaint=Complaint)
async def complaint_approve_reply(given: inputs.ComplaintApproveReplyInput, actor: Actor) -> Changed:
    """Lets the drafted reply go out; the time in which a review may be asked for starts."""
    complaint = await answering.approve_reply(
        row_id(COMPLAINT.prefix, given.complaint_id), expected_version=given.expected_version, actor=actor
    )
    return changed(complaint=complaint.id)


@change(*_who_may(Action.EXTEND), complaint=Complaint)
async def complaint_extend(given: inputs.ComplaintExtendInput, actor: Actor) -> Changed:
    """Gives a reply more time, twice at most; the complainant is told the reason."""
    complaint = await answering.extend(
        row_id(COMPLAINT.prefix, given.complaint_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(complaint=complaint.id)


@change(*_who_may(Action.REQUEST_REVIEW), complaint=Complaint)
async def complaint_request_review(given: inputs.ComplaintRequestReviewInput, actor: Actor) -> Changed:
    """The complainant asks for the reply to be reviewed 申请核查."""
    complaint = await review.request_review(
        row_id(COMPLAINT.prefix, given.complaint_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(complaint=complaint.id)


@change(*_who_may(Action.COMPLETE_REVIEW), complaint=Complaint)
async def complaint_complete_review(given: inputs.ComplaintCompleteReviewInput, actor: Actor) -> Changed:
    """Says what the review found; whoever approved the reply does not review it."""
    complaint = await review.complete_review(
        row_id(COMPLAINT.prefix, given.complaint_id),
        finding=given.finding,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(complaint=complaint.id)


@change(*_who_may(Action.CLOSE), complaint=Complaint)
async def complaint_close(given: inputs.ComplaintCloseInput, actor: Actor) -> Changed:
    """Ends a complaint that was answered 办结."""
    complaint = await review.close(
        row_id(COMPLAINT.prefix, given.complaint_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(complaint=complaint.id)


@change(*_who_may(Action.WITHDRAW), complaint=Complaint)
async def complaint_withdraw(given: inputs.ComplaintWithdrawInput, actor: Actor) -> Changed:
    """Takes a complaint back before it was answered 撤回."""
    complaint = await intake.withdraw(
        row_id(COMPLAINT.prefix, given.complaint_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(complaint=complaint.id)


@strawberry.type
class ComplaintsMutations:
    """Changes of complaints."""

    complaint_receive = complaint_receive
    complaint_accept = complaint_accept
    complaint_refuse = complaint_refuse
    complaint_assign = complaint_assign
    complaint_draft_reply = complaint_draft_reply
    complaint_return_reply = complaint_return_reply
    complaint_approve_reply = complaint_approve_reply
    complaint_extend = complaint_extend
    complaint_request_review = complaint_request_review
    complaint_complete_review = complaint_complete_review
    complaint_close = complaint_close
    complaint_withdraw = complaint_withdraw
