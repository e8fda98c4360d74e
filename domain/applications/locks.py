"""How verbs take hold of an application."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain.applications.lifecycle import APPLICATION_LIFECYCLE
from domain.applications.models import Application
from domain.applications.reading import APPLICATION
from domain.applications.terms import ApplicationAction, ApplicationState
from domain.audit.entries import record
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
        await save_changes(self.application, "state", *columns)
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

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden.
    """
    application = await lock_visible(Application, APPLICATION, application_id, actor)
    expect_version(application, expected_version)
    return move(application, action, actor)


def move(application: Application, action: ApplicationAction, actor: Actor) -> Move:
    """Moves an application that is locked already.

    Raises: IllegalStep, Forbidden.
    """
    before = application.state
    application.state = APPLICATION_LIFECYCLE.step(before, action, actor)
    return Move(application, action, before)


def subject_of(application: Application) -> Subject:
    """The application as other rooms name it."""
    return Subject(SubjectKind.APPLICATION, application.id)
