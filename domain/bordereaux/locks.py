"""How verbs take hold of a bordereau, and how they write what became of it."""

from __future__ import annotations

from uuid import UUID

from domain.audit.entries import record
from domain.bordereaux.kinds import B, Kind
from domain.bordereaux.terms import BordereauAction
from domain.kernel.actor import Actor
from domain.kernel.rows import expect_version, lock_visible, save_changes


async def take(kind: Kind[B], bordereau_id: UUID, *, expected_version: int, actor: Actor) -> B:
    """Locks a bordereau that the actor sees.

    Raises: NotFound, StaleVersion.
    """
    row = await lock_visible(kind.model, kind.entity, bordereau_id, actor)
    expect_version(row, expected_version)
    return row


async def move(
    kind: Kind[B],
    row: B,
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
    row.state = kind.lifecycle.step(before, action, actor)
    await save_changes(row, "state", *columns)
    told: dict[str, object] = {"state": row.state, **after}
    await record(
        kind.lifecycle.permission(action), kind.subject_of(row), actor, before={"state": before}, after=told,
        reason=reason,
    )  # fmt: skip
