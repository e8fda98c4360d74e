"""After the answer: asked further, ended, taken up again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from domain.audit.entries import record
from domain.inquiries import limits, rules
from domain.inquiries.finding import found_by
from domain.inquiries.lifecycle import INQUIRY_LIFECYCLE
from domain.inquiries.locks import lock_inquiry
from domain.inquiries.models import Inquiry
from domain.inquiries.notices import in_words, subject_of, tell_asker, tell_those_in_charge, waiting
from domain.inquiries.refusals import AnswerStillNew, ReopenedTooLate
from domain.inquiries.terms import EntryKind, InquiryAction, InquiryLimit, InquiryState
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import Run, transaction
from domain.kernel.rows import save_changes
from domain.service_levels import clocks
from domain.service_levels.terms import ServiceStage


async def follow_up(inquiry_id: UUID, *, text: str, expected_version: int, actor: Actor) -> Inquiry:
    """Asks further; after an answer the time for the next one starts.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, ConversationFull.
    """
    async with transaction():
        inquiry = await lock_inquiry(inquiry_id, actor, expected_version)
        await go_on(inquiry, InquiryAction.FOLLOW_UP, text, actor)
    return inquiry


async def reopen(inquiry_id: UUID, *, text: str, expected_version: int, actor: Actor) -> Inquiry:
    """Takes an ended inquiry up again, within its time; the time for the next answer starts.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, ReopenedTooLate, ConversationFull.
    """
    async with transaction():
        inquiry = await lock_inquiry(inquiry_id, actor, expected_version)
        await go_on(inquiry, InquiryAction.REOPEN, text, actor)
    return inquiry


async def go_on(inquiry: Inquiry, action: InquiryAction, text: str, actor: Actor) -> None:
    """Adds what was asked further to a locked inquiry, in the current transaction; whoever has it in hand is told.

    Raises: IllegalStep, Forbidden, ReopenedTooLate, ConversationFull.
    """
    before, now = inquiry.state, clock.now()
    inquiry.state = INQUIRY_LIFECYCLE.step(before, action, actor)
    if action is InquiryAction.REOPEN and now > (until := await reopened_until(inquiry)):
        raise ReopenedTooLate(until=until)
    question = rules.entry(EntryKind.QUESTION, text, now, actor.staff_id)
    inquiry.entries = rules.added(inquiry.entries, question)
    inquiry.terms = found_by(inquiry.subject_line, inquiry.entries)
    if before in {InquiryState.ANSWERED, InquiryState.CLOSED}:
        found = await clocks.start(waiting(inquiry), ServiceStage.RESOLUTION, at=now)
        inquiry.due_at, inquiry.promised_reply_at = found.due_at, None
        inquiry.answered_at = inquiry.closed_at = inquiry.closing_reason = None
    columns = (
        "state", "entries", "terms", "due_at", "promised_reply_at", "answered_at", "closed_at", "closing_reason",
    )  # fmt: skip
    await save_changes(inquiry, *columns)
    await record(
        f"inquiry:{action.lower()}",
        subject_of(inquiry),
        actor,
        before={"state": before},
        after={"state": inquiry.state, "due_at": inquiry.due_at},
    )
    if inquiry.assignee_id is not None and inquiry.assignee_id != actor.staff_id:
        await tell_those_in_charge(inquiry, "INQUIRY_FOLLOWED_UP", actor, due=in_words(inquiry.due_at))


async def close(inquiry_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> Inquiry:
    """Ends an answered inquiry.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden.
    """
    async with transaction():
        inquiry = await lock_inquiry(inquiry_id, actor, expected_version)
        await _close(inquiry, reason, actor)
    return inquiry


async def close_by_itself(inquiry_id: UUID, *, actor: Actor, run: Run | None = None) -> None:
    """Ends an inquiry whose answer nobody followed up in time; one that moved on is left alone.

    Raises: AnswerStillNew when it is asked for too early.
    """
    async with transaction(run, finishing=True) as tx:
        inquiry = await lock_inquiry(inquiry_id, actor, None)
        if inquiry.state is not InquiryState.ANSWERED:
            return
        if clock.now() < inquiry.due_at:
            raise AnswerStillNew(until=inquiry.due_at)
        await _close(inquiry, "the answer was not followed up", actor)
        tx.made = subject_of(inquiry)


async def _close(inquiry: Inquiry, reason: str, actor: Actor) -> None:
    before = inquiry.state
    inquiry.state = INQUIRY_LIFECYCLE.step(before, InquiryAction.CLOSE, actor)
    inquiry.closed_at, inquiry.closing_reason = clock.now(), reason
    await save_changes(inquiry, "state", "closed_at", "closing_reason")
    await record(
        "inquiry:close",
        subject_of(inquiry),
        actor,
        before={"state": before},
        after={"state": inquiry.state},
        reason=reason,
    )
    days = await limits.days(InquiryLimit.REOPENING, clock.day_of(inquiry.closed_at))
    await tell_asker(inquiry, "INQUIRY_CLOSED", actor, days=str(days))


async def reopened_until(inquiry: Inquiry) -> datetime:
    """Until when an ended inquiry may be taken up again."""
    closed_at = inquiry.closed_at or clock.now()
    return rules.until(closed_at, await limits.days(InquiryLimit.REOPENING, clock.day_of(closed_at)))
