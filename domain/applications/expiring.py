"""What time does to applications: what the applicant does not do ends them, after reminders."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from domain.applications.continuing import take_up
from domain.applications.jobs import ExpireApplication
from domain.applications.lifecycle import WAITING_FOR_APPLICANT, WAITING_FOR_US
from domain.applications.locks import move, subject_of
from domain.applications.models import Application
from domain.applications.notices import scope_of, tell_applicant
from domain.applications.releasing import let_go
from domain.applications.requesting import asked_for
from domain.applications.rules import reminders_passed
from domain.applications.terms import ApplicationAction, ApplicationState
from domain.audit.entries import record
from domain.billing.refusals import PaidInPart
from domain.jobs.queue import enqueue
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import Run, transaction
from domain.kernel.rows import lock_row, save_changes

BATCH = 200
"""Applications that one transaction looks after."""
OVER = "time is over"


async def look_after(*, actor: Actor, run: Run | None = None, batch: int = BATCH) -> None:
    """Looks after all applications: asks for the end of those whose time is over, reminds of what was asked for, and
    takes up again what stands still since its job was given up.
    """
    for look in (_ask_for_end, _remind_all, _take_up):
        last = UUID(int=0)
        while True:
            async with transaction(run):
                found = await look(last, batch, actor)
            if not found:
                break
            last = found[-1].id
    async with transaction(run, finishing=True):
        return


async def _ask_for_end(after: UUID, batch: int, actor: Actor) -> list[Application]:
    over = Application.filter(state__in=WAITING_FOR_APPLICANT, expires_on__lt=clock.today(), id__gt=after)
    found = await over.order_by("id").limit(batch)
    for application in found:
        await enqueue(
            ExpireApplication(application_id=application.id), subject=subject_of(application),
            scope=scope_of(application), actor=actor, unique_key=f"{application.id}:{application.version}",
        )  # fmt: skip
    return found


async def _remind_all(after: UUID, batch: int, actor: Actor) -> list[Application]:
    asked = Application.select_for_update(no_key=True, skip_locked=True).filter(
        state=ApplicationState.INFO_REQUESTED, expires_on__gte=clock.today(), id__gt=after
    )
    found = await asked.order_by("id").limit(batch)
    for application in found:
        await _remind(application, actor)
    return found


async def _take_up(after: UUID, batch: int, actor: Actor) -> list[Application]:
    """Asks for the next step of what waits for us; where its job lives, that is it."""
    waiting = Application.filter(state__in=WAITING_FOR_US, id__gt=after)
    found = await waiting.order_by("id").limit(batch)
    for application in found:
        await take_up(application, actor)
    return found


async def _remind(application: Application, actor: Actor) -> None:
    """Reminds of what was asked for if a mark has come; of several at once only the last counts."""
    asked_on = clock.day_of(datetime.fromisoformat(application.requests[-1]["at"]))
    passed = reminders_passed((clock.today() - asked_on).days)
    if passed <= application.reminded or application.expires_on is None:
        return
    before, application.reminded = application.reminded, passed
    await save_changes(application, "reminded")
    await record(
        "application:remind", subject_of(application), actor, before={"reminded": before}, after={"reminded": passed}
    )
    await tell_applicant(
        application, "APPLICATION_INFO_REMINDER", actor, items=asked_for(application),
        last_day=application.expires_on.isoformat(),
    )  # fmt: skip


async def expire(application_id: UUID, *, actor: Actor, run: Run | None = None) -> Application | None:
    """Ends an application whose time is over; None when it went on meanwhile, or when something was paid for it."""
    async with transaction(run, finishing=True) as tx:
        application = await lock_row(Application, application_id)
        if application is None or application.state not in WAITING_FOR_APPLICANT:
            return None
        if application.expires_on is None or application.expires_on >= clock.today():
            return None
        found = move(application, ApplicationAction.EXPIRE, actor)
        try:
            await let_go(application, reason=OVER, actor=actor)
        except PaidInPart:
            return None
        application.closing_reason, application.closed_at, application.expires_on = OVER, clock.now(), None
        await found.write("closing_reason", "closed_at", "expires_on", actor=actor, reason=OVER)
        await tell_applicant(application, "APPLICATION_EXPIRED", actor)
        tx.made = subject_of(application)
    return application
