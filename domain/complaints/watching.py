"""Watching the time of complaints: warnings on the way to the day that was promised, and closing by itself."""

from __future__ import annotations

from uuid import UUID

from domain.audit.entries import record
from domain.complaints import rules
from domain.complaints.jobs import CloseComplaint
from domain.complaints.locks import lock_complaint
from domain.complaints.models import Complaint
from domain.complaints.notices import scope_of, subject_of, warn_staff
from domain.complaints.terms import ComplaintState
from domain.jobs.queue import enqueue
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import Run, fetch, transaction
from domain.kernel.rows import from_database, save_changes
from domain.service_levels.terms import WARNINGS

SWEEP = 200
"""Complaints that one sweep takes up at most; the next one goes on."""
_RUNNING = (
    ComplaintState.RECEIVED,
    ComplaintState.ACCEPTED,
    ComplaintState.INVESTIGATING,
    ComplaintState.RESPONSE_PENDING_APPROVAL,
    ComplaintState.REVIEW_REQUESTED,
)
_SHARES = ", ".join(f"{percent / 100}" for percent in WARNINGS)
_TO_WARN = f"""
    SELECT c.* FROM complaint c
    WHERE c.state IN ({", ".join(f"'{state}'" for state in _RUNNING)}) AND c.warned < {len(WARNINGS)}
      AND c.clock_from + (c.due_at - c.clock_from) * (ARRAY[{_SHARES}])[c.warned + 1] <= $1::timestamptz
    ORDER BY c.due_at, c.id LIMIT {SWEEP} FOR NO KEY UPDATE SKIP LOCKED
"""


async def warn(*, actor: Actor, run: Run | None = None) -> int:
    """Warns of complaints at 50, 80 and 100 percent of their time, each once; the number warned of.

    The assignee is told, or compliance while there is none. Two sweeps at once take different complaints.
    """
    async with transaction(run):
        now = clock.now()
        found = [from_database(Complaint, row) for row in await fetch(_TO_WARN, now)]
        for complaint in found:
            before = complaint.warned
            complaint.warned = rules.warnings_passed(complaint.clock_from, complaint.due_at, now)
            await save_changes(complaint, "warned")
            await record(
                "complaint:warn",
                subject_of(complaint),
                actor,
                before={"warned": before},
                after={"warned": complaint.warned},
            )
            await warn_staff(complaint, actor, percent=WARNINGS[complaint.warned - 1])
    return len(found)


async def warn_of_promise(complaint_id: UUID, percent: int, *, actor: Actor, run: Run | None = None) -> None:
    """Tells those in charge how much of the time until the first response has passed, unless it was given meanwhile."""
    async with transaction(run, finishing=True) as tx:
        complaint = await lock_complaint(complaint_id, actor, None)
        if complaint.state is ComplaintState.RECEIVED:
            await warn_staff(complaint, actor, percent=percent)
            tx.made = subject_of(complaint)


async def close_answered(*, actor: Actor, run: Run | None = None) -> int:
    """Asks for the closing of complaints whose reply may no longer be put to review; the number asked for."""
    async with transaction(run, finishing=True):
        answered = Complaint.filter(state=ComplaintState.REPLIED, review_due_at__lt=clock.now())
        stale = await answered.order_by("id").limit(SWEEP)
        for complaint in stale:
            await enqueue(
                CloseComplaint(complaint_id=complaint.id),
                subject=subject_of(complaint),
                scope=scope_of(complaint),
                actor=actor,
                unique_key=f"{complaint.id}",
            )
    return len(stale)
