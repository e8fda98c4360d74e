"""Investigating a complaint and answering it: assigned, drafted, approved by compliance, extended when it must be."""

from __future__ import annotations

from uuid import UUID

from domain.audit.entries import record
from domain.complaints import limits, rules
from domain.complaints.interests import refuse_recused
from domain.complaints.lifecycle import COMPLAINT_LIFECYCLE
from domain.complaints.locks import lock_complaint
from domain.complaints.models import Complaint
from domain.complaints.notices import subject_of, tell_complainant
from domain.complaints.refusals import NotAssignee, OwnDraft
from domain.complaints.terms import ComplaintAction, ComplaintLimit, ComplaintResult
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.refusals import Invalid
from domain.kernel.rows import save_changes
from domain.staff.models import Staff


async def assign(complaint_id: UUID, *, assignee_id: UUID, expected_version: int, actor: Actor) -> Complaint:
    """Gives a complaint to somebody who has no interest in it, to investigate and answer.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, Recused; Invalid for nobody on the staff.
    """
    async with transaction():
        complaint = await lock_complaint(complaint_id, actor, expected_version)
        before: dict[str, object] = {"state": complaint.state, "assignee_id": complaint.assignee_id}
        complaint.state = COMPLAINT_LIFECYCLE.step(complaint.state, ComplaintAction.ASSIGN, actor)
        if not await Staff.filter(id=assignee_id).exists():
            raise Invalid(constraint="staff", path=("input", "assigneeId"))
        await refuse_recused(complaint, assignee_id)
        complaint.assignee_id = assignee_id
        await save_changes(complaint, "state", "assignee_id")
        await record(
            "complaint:assign",
            subject_of(complaint),
            actor,
            before=before,
            after={"state": complaint.state, "assignee_id": assignee_id},
        )
    return complaint


async def draft_reply(
    complaint_id: UUID,
    *,
    result: ComplaintResult,
    text: str,
    root_cause: str | None = None,
    expected_version: int,
    actor: Actor,
) -> Complaint:
    """The assignee's findings and the reply as it should go out; compliance approves it.

    A complaint that is upheld names its root cause, so that it can be put right.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, NotAssignee, Recused; Invalid without that cause.
    """
    async with transaction():
        complaint = await lock_complaint(complaint_id, actor, expected_version)
        before = complaint.state
        complaint.state = COMPLAINT_LIFECYCLE.step(complaint.state, ComplaintAction.DRAFT_REPLY, actor)
        if complaint.assignee_id != actor.staff_id:
            raise NotAssignee
        await refuse_recused(complaint, actor.staff_id)
        if result in {ComplaintResult.UPHELD, ComplaintResult.PARTLY_UPHELD} and not root_cause:
            raise Invalid(constraint="required", path=("input", "rootCause"))
        complaint.draft, complaint.drafted_by = text, actor.staff_id
        complaint.result, complaint.root_cause = result, root_cause
        await save_changes(complaint, "state", "draft", "drafted_by", "result", "root_cause")
        await record(
            "complaint:draft_reply",
            subject_of(complaint),
            actor,
            before={"state": before},
            after={"state": complaint.state, "result": result},
        )
    return complaint


async def return_reply(complaint_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> Complaint:
    """Sends a draft back to its assignee with the reason.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden.
    """
    async with transaction():
        complaint = await lock_complaint(complaint_id, actor, expected_version)
        before = complaint.state
        complaint.state = COMPLAINT_LIFECYCLE.step(complaint.state, ComplaintAction.RETURN_REPLY, actor)
        await save_changes(complaint, "state")
        await record(
            "complaint:return_reply",
            subject_of(complaint),
            actor,
            before={"state": before},
            after={"state": complaint.state},
            reason=reason,
        )
    return complaint


async def approve_reply(complaint_id: UUID, *, expected_version: int, actor: Actor) -> Complaint:
    """Compliance lets the drafted reply go out; the time in which a review may be asked for starts.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, OwnDraft, Recused.
    """
    async with transaction():
        complaint = await lock_complaint(complaint_id, actor, expected_version)
        before = complaint.state
        complaint.state = COMPLAINT_LIFECYCLE.step(complaint.state, ComplaintAction.APPROVE_REPLY, actor)
        if complaint.drafted_by == actor.staff_id:
            raise OwnDraft
        await refuse_recused(complaint, actor.staff_id)
        now = clock.now()
        days = await limits.days(ComplaintLimit.REVIEW_REQUEST, clock.day_of(now))
        complaint.reply, complaint.approved_by, complaint.replied_at = complaint.draft, actor.staff_id, now
        complaint.review_due_at = rules.due(now, days)
        await save_changes(complaint, "state", "reply", "approved_by", "replied_at", "review_due_at")
        await record(
            "complaint:approve_reply",
            subject_of(complaint),
            actor,
            before={"state": before},
            after={"state": complaint.state, "result": complaint.result},
        )
        await tell_complainant(complaint, "COMPLAINT_REPLIED", actor, reply=complaint.reply or "")
    return complaint


async def extend(complaint_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> Complaint:
    """Gives a reply more time, twice at most (15, 30, 60 days from receipt); the complainant is told the reason.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, ExtendedTwice, Recused. Source: CBIRC Order 2020-3.
    """
    async with transaction():
        complaint = await lock_complaint(complaint_id, actor, expected_version)
        before: dict[str, object] = {"due_at": complaint.due_at, "extensions": complaint.extensions}
        complaint.state = COMPLAINT_LIFECYCLE.step(complaint.state, ComplaintAction.EXTEND, actor)
        limit = rules.limit_after(complaint.extensions + 1)
        await refuse_recused(complaint, actor.staff_id)
        days = await limits.days(limit, clock.day_of(complaint.received_at))
        complaint.due_at = rules.due(complaint.received_at, days)
        complaint.extensions += 1
        complaint.extension_reason, complaint.warned = reason, 0
        await save_changes(complaint, "due_at", "extensions", "extension_reason", "warned")
        await record(
            "complaint:extend",
            subject_of(complaint),
            actor,
            before=before,
            after={"due_at": complaint.due_at, "extensions": complaint.extensions},
            reason=reason,
        )
        await tell_complainant(complaint, "COMPLAINT_EXTENDED", actor, reason=reason)
    return complaint
