"""Leaving and coming back: who leaves is out at once, and who comes back has no role until two confirm one."""

from __future__ import annotations

from uuid import UUID

from domain.access.sessions import end_sessions_of
from domain.access.terms import EndReason
from domain.audit.entries import record
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.refusals import Forbidden, NotFound
from domain.kernel.rows import expect_version, lock_row, save_changes
from domain.kernel.subject import Subject, SubjectKind
from domain.staff.lifecycle import PRESENCE_LIFECYCLE
from domain.staff.models import Staff
from domain.staff.terms import Presence, PresenceAction


async def leave(staff_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> None:
    """Lets somebody go, who is signed out everywhere at once; one person suffices, since taking away is safe.

    Raises: NotFound, StaleVersion, IllegalStep; Forbidden, also for oneself.
    """
    async with transaction():
        staff = await _take(staff_id, PresenceAction.LEAVE, expected_version, actor)
        await save_changes(staff, "active")
        await end_sessions_of(staff_id, EndReason.LEFT)
        await record("staff:leave", Subject(SubjectKind.STAFF, staff_id), actor, reason=reason)


async def come_back(staff_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> None:
    """Takes somebody on again, without any role: one is proposed and confirmed by two administrators, as for others.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden.
    """
    async with transaction():
        staff = await _take(staff_id, PresenceAction.RETURN, expected_version, actor)
        before: dict[str, object] = {"roles": staff.roles}
        staff.roles = []
        await save_changes(staff, "active", "roles")
        subject = Subject(SubjectKind.STAFF, staff_id)
        await record("staff:return", subject, actor, before=before, after={"roles": staff.roles}, reason=reason)


async def _take(staff_id: UUID, action: PresenceAction, expected_version: int, actor: Actor) -> Staff:
    staff = await lock_row(Staff, staff_id)
    if staff is None:
        raise NotFound(kind="Staff")
    expect_version(staff, expected_version)
    if actor.staff_id == staff_id:
        raise Forbidden(permission=PRESENCE_LIFECYCLE.permission(action))
    present = Presence.ACTIVE if staff.active else Presence.LEFT
    staff.active = PRESENCE_LIFECYCLE.step(present, action, actor) is Presence.ACTIVE
    return staff
