"""How verbs take hold of a claims bordereau, and how they write what became of it."""

from __future__ import annotations

from uuid import UUID

from domain.audit.entries import record
from domain.bordereaux.terms import BordereauAction
from domain.claim_bordereaux.lifecycle import CLAIM_BORDEREAU_LIFECYCLE
from domain.claim_bordereaux.models import ClaimBordereau
from domain.claim_bordereaux.reading import CLAIM_BORDEREAU
from domain.kernel.actor import Actor
from domain.kernel.rows import expect_version, lock_visible, save_changes
from domain.kernel.subject import Subject, SubjectKind


def subject_of(bordereau: ClaimBordereau) -> Subject:
    """The bordereau as other rooms name it."""
    return Subject(SubjectKind.CLAIM_BORDEREAU, bordereau.id)


async def take(bordereau_id: UUID, *, expected_version: int, actor: Actor) -> ClaimBordereau:
    """Locks a claims bordereau that the actor sees.

    Raises: NotFound, StaleVersion.
    """
    row = await lock_visible(ClaimBordereau, CLAIM_BORDEREAU, bordereau_id, actor)
    expect_version(row, expected_version)
    return row


async def move(
    row: ClaimBordereau,
    action: BordereauAction,
    *columns: str,
    actor: Actor,
    reason: str | None = None,
    **after: object,
) -> None:
    """Moves a locked bordereau on, writes these columns with its state, and records it.

    Raises: IllegalStep, Forbidden.
    """
    before = row.state
    row.state = CLAIM_BORDEREAU_LIFECYCLE.step(before, action, actor)
    await save_changes(row, "state", *columns)
    told: dict[str, object] = {"state": row.state, **after}
    await record(
        f"claim_bordereau:{action.lower()}", subject_of(row), actor, before={"state": before}, after=told, reason=reason
    )
