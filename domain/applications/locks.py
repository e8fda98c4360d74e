"""How verbs take hold of an application."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain.applications.lifecycle import APPLICATION_LIFECYCLE
from domain.applications.models import Application
from domain.applications.reading import APPLICATION
from domain.applications.refusals import TermsOver
from domain.applications.terms import FOR_APPLICANTS, IN_TIME, ApplicationAction, ApplicationState
from domain.audit.entries import record
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.rows import expect_version, lock_visible, save_changes
from domain.kernel.subject import Subject, SubjectKind


@dataclass
class Move:
    """An application that is locked and moved, but not written yet, and the state that it leaves."""

    application: Application
    action: ApplicationAction
    before: ApplicationState

    async def write(self, *columns: str, actor: Actor, reason: str | None = None, **after: object) -> None:
        """Writes the state and these columns, and records it; the audit says `after` beside the state."""
        await save_changes(self.application, "state", "assisted_by", *columns)
        await record(
            f"application:{self.action.lower()}",
            subject_of(self.application),
            actor,
            before={"state": self.before},
            after={"state": self.application.state, **after},
            reason=reason,
        )


async def take(
    application_id: UUID, action: ApplicationAction, *, expected_version: int | None, actor: Actor
) -> Move:
    """Locks an application that the actor sees, and moves it.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden; TermsOver for a step on terms that stand no more.
    """
    application = await lock_visible(Application, APPLICATION, application_id, actor)
    expect_version(application, expected_version)
    found = move(application, action, actor)
    if action in IN_TIME and application.expires_on is not None and application.expires_on < clock.today():
        raise TermsOver(application.expires_on)
    return found


def move(application: Application, action: ApplicationAction, actor: Actor) -> Move:
    """Moves an application that is locked already.

    Raises: IllegalStep, Forbidden.
    """
    before = application.state
    application.state = APPLICATION_LIFECYCLE.step(before, action, actor)
    if action in FOR_APPLICANTS and actor.staff_id is not None:
        application.assisted_by = sorted({*application.assisted_by, str(actor.staff_id)})
    return Move(application, action, before)


def subject_of(application: Application) -> Subject:
    """The application as other rooms name it."""
    return Subject(SubjectKind.APPLICATION, application.id)
