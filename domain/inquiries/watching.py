"""Watching inquiries: warnings on the way to what was promised, and ending by itself."""

from __future__ import annotations

from uuid import UUID

from domain.inquiries.jobs import CloseInquiry
from domain.inquiries.locks import lock_inquiry
from domain.inquiries.models import Inquiry
from domain.inquiries.notices import scope_of, subject_of, tell_those_in_charge
from domain.inquiries.terms import InquiryState
from domain.jobs.queue import enqueue
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import Run, transaction

SWEEP = 200
"""Inquiries that one look takes up at most; the next one goes on."""
UNANSWERED = (InquiryState.NEW, InquiryState.IN_PROGRESS, InquiryState.ESCALATED)


async def warn_of_promise(inquiry_id: UUID, percent: int, *, actor: Actor, run: Run | None = None) -> None:
    """Tells those in charge how much of a promised time has passed, unless the answer was given meanwhile."""
    async with transaction(run, finishing=True) as tx:
        inquiry = await lock_inquiry(inquiry_id, actor, None)
        if inquiry.state in UNANSWERED:
            await tell_those_in_charge(inquiry, "INQUIRY_TIME_PASSING", actor, percent=str(percent))
            tx.made = subject_of(inquiry)


async def find_answered(*, actor: Actor, run: Run | None = None) -> int:
    """Asks for the end of inquiries whose answer was not followed up in time; the number asked for."""
    async with transaction(run, finishing=True):
        answered = Inquiry.filter(state=InquiryState.ANSWERED, due_at__lte=clock.now())
        stale = await answered.order_by("due_at", "id").limit(SWEEP)
        for inquiry in stale:
            await enqueue(
                CloseInquiry(inquiry_id=inquiry.id),
                subject=subject_of(inquiry),
                scope=scope_of(inquiry),
                actor=actor,
                unique_key=f"{inquiry.id}:{inquiry.version}",
            )
    return len(stale)
