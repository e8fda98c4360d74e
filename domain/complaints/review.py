"""The review of a reply (核查), and the end of a complaint."""

from __future__ import annotations

from uuid import UUID

from domain.audit.entries import record
from domain.complaints import limits, rules
from domain.complaints.interests import refuse_recused
from domain.complaints.lifecycle import COMPLAINT_LIFECYCLE
from domain.complaints.locks import lock_complaint
from domain.complaints.models import Complaint
from domain.complaints.notices import subject_of, tell_complainant
from domain.complaints.refusals import OwnDraft, ReviewStillOpen, ReviewTooLate
from domain.complaints.terms import ComplaintAction, ComplaintLimit, ComplaintState
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import Run, transaction
from domain.kernel.rows import save_changes


async def request_review(complaint_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> Complaint:
    """The complainant asks for the reply to be reviewed; the time for the review starts.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, ReviewTooLate. Source: CBIRC Order 2020-3.
    """
    async with transaction():
        complaint = await lock_complaint(complaint_id, actor, expected_version)
        before = complaint.state
        complaint.state = COMPLAINT_LIFECYCLE.step(complaint.state, ComplaintAction.REQUEST_REVIEW, actor)
        now = clock.now()
        if complaint.review_due_at is not None and now > complaint.review_due_at:
            raise ReviewTooLate(until=complaint.review_due_at)
        days = await limits.days(ComplaintLimit.REVIEW, clock.day_of(now))
        complaint.clock_from, complaint.due_at, complaint.warned = now, rules.due(now, days), 0
        await save_changes(complaint, "state", "clock_from", "due_at", "warned")
        await record(
            "complaint:request_review",
            subject_of(complaint),
            actor,
            before={"state": before},
            after={"state": complaint.state, "due_at": complaint.due_at},
            reason=reason,
        )
    return complaint


async def complete_review(complaint_id: UUID, *, finding: str, expected_version: int, actor: Actor) -> Complaint:
    """Compliance says what the review found; whoever approved the reply does not review it.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, OwnDraft, Recused.
    """
    async with transaction():
        complaint = await lock_complaint(complaint_id, actor, expected_version)
        before = complaint.state
        complaint.state = COMPLAINT_LIFECYCLE.step(complaint.state, ComplaintAction.COMPLETE_REVIEW, actor)
        if actor.staff_id in {complaint.drafted_by, complaint.approved_by}:
            raise OwnDraft
        await refuse_recused(complaint, actor.staff_id)
        complaint.review_finding, complaint.reviewed_at = finding, clock.now()
        await save_changes(complaint, "state", "review_finding", "reviewed_at")
        await record(
            "complaint:complete_review",
            subject_of(complaint),
            actor,
            before={"state": before},
            after={"state": complaint.state},
        )
        await tell_complainant(complaint, "COMPLAINT_REVIEWED", actor, finding=finding)
    return complaint


async def close(complaint_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> Complaint:
    """Ends a complaint that was answered.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden.
    """
    async with transaction():
        complaint = await lock_complaint(complaint_id, actor, expected_version)
        await _close(complaint, reason, actor)
    return complaint


async def close_by_itself(complaint_id: UUID, *, actor: Actor, run: Run | None = None) -> None:
    """Ends an answered complaint once no review may be asked for any more, unless somebody did something meanwhile.

    Raises: NotFound; ReviewStillOpen for a worker that comes too early.
    """
    async with transaction(run, finishing=True) as tx:
        complaint = await lock_complaint(complaint_id, actor, None)
        if complaint.state is not ComplaintState.REPLIED:
            return
        until = complaint.review_due_at
        if until is not None and clock.now() <= until:
            raise ReviewStillOpen(until=until)
        await _close(complaint, "no review was asked for", actor)
        tx.made = subject_of(complaint)


async def _close(complaint: Complaint, reason: str, actor: Actor) -> None:
    before = complaint.state
    complaint.state = COMPLAINT_LIFECYCLE.step(complaint.state, ComplaintAction.CLOSE, actor)
    complaint.closing_reason, complaint.closed_at = reason, clock.now()
    await save_changes(complaint, "state", "closing_reason", "closed_at")
    await record(
        "complaint:close",
        subject_of(complaint),
        actor,
        before={"state": before},
        after={"state": complaint.state},
        reason=reason,
    )
