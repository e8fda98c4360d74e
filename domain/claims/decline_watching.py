"""Watching that the notice of a decline reaches the customer in time, with its reasons.

Source: Insurance Law Art. 24: within three days of the decision.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from domain.audit.entries import record
from domain.claims import limits
from domain.claims.jobs import WatchDeclineNotice
from domain.claims.locks import lock_work
from domain.claims.models import Claim
from domain.claims.notices import scope_of, subject_of, tell_in_charge
from domain.claims.terms import ClaimLimit, ClaimState
from domain.jobs.queue import enqueue
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import Run, transaction
from domain.kernel.subject import SubjectKind
from domain.notifications.models import Notification
from domain.notifications.terms import NotificationState

LOOKS = ((ClaimLimit.DECLINE_ALARM, False), (ClaimLimit.DECLINE_NOTICE, True))
"""When it is looked at after the decision, and whether the time is over by then."""

NOTICES = ("CLAIM_DECLINED", "CLAIM_RESCINDED")
"""Letters that tell of a decline."""


async def start(claim: Claim, actor: Actor) -> None:
    """Asks for the looks at the notice of a claim that was just declined, in the current transaction."""
    now = clock.now()
    for limit, is_over in LOOKS:
        await enqueue(
            WatchDeclineNotice(claim_id=claim.id, decision_no=claim.decision_no, is_over=is_over),
            subject=subject_of(claim),
            scope=scope_of(claim),
            actor=actor,
            run_at=now + timedelta(days=await limits.days(limit, clock.day_of(now))),
            unique_key=f"{claim.id}:{claim.decision_no}:{is_over}",
        )


async def look(
    claim_id: UUID, decision_no: int, *, is_over: bool, actor: Actor, run: Run | None = None
) -> None:
    """Alarms the handler and the managers when the notice of a decline was not delivered yet, or not in time.

    Raises: NotFound.
    """
    async with transaction(run, finishing=True) as tx:
        claim = await lock_work(claim_id, actor, None)
        tx.made = subject_of(claim)
        stands = claim.state in {ClaimState.DECLINED, ClaimState.CLOSED} and claim.decision_no == decision_no
        if not stands or await _is_delivered(claim):
            return
        if is_over:
            await record("claim:decline_notice_overdue", subject_of(claim), actor, after={"decision_no": decision_no})
            await tell_in_charge(claim, "DECLINE_NOTICE_OVERDUE", actor)
        else:
            await record("claim:decline_notice_late", subject_of(claim), actor, after={"decision_no": decision_no})
            await tell_in_charge(claim, "DECLINE_NOTICE_LATE", actor)


async def _is_delivered(claim: Claim) -> bool:
    letters = Notification.filter(
        subject_kind=SubjectKind.CLAIM, subject_id=claim.id, template__in=NOTICES, state=NotificationState.SENT
    )
    return await letters.filter(created_at__gte=claim.decided_at).exists()
