"""Changing what somebody may be, and up to which amount decide: proposed by one administrator, confirmed by another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from domain.audit.entries import record
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.money import Money
from domain.kernel.refusals import AlreadyExists, Forbidden, Invalid, NotFound
from domain.kernel.rows import expect_version, lock_row, lock_visible, save_changes
from domain.kernel.subject import Subject, SubjectKind
from domain.staff.authority import authority
from domain.staff.lifecycle import CHANGE_LIFECYCLE
from domain.staff.models import AuthorityLimit, Staff, StaffChange
from domain.staff.reading import STAFF_CHANGE
from domain.staff.refusals import SecondAdministratorNeeded
from domain.staff.rules import staff_roles
from domain.staff.terms import AuthorityKind, ChangeAction, ChangeKind


async def propose_roles(
    staff_id: UUID, *, roles: Iterable[Role], reason: str, expected_version: int, actor: Actor
) -> UUID:
    """Proposes all the roles that somebody is to have from then on; nobody proposes his or her own.

    Raises: Forbidden, NotFound, StaleVersion, Invalid; AlreadyExists while another change of roles waits.
    """
    _expect_proposer(staff_id, actor)
    given = staff_roles(roles)
    async with transaction():
        expect_version(await _lock_staff(staff_id), expected_version)
        return await propose(staff_id, {"kind": ChangeKind.ROLES, "roles": given}, reason=reason, actor=actor)


async def propose_limit(staff_id: UUID, *, kind: AuthorityKind, limit: Money, reason: str, actor: Actor) -> UUID:
    """Proposes up to which amount somebody may decide; nobody proposes his or her own limit.

    Raises: Forbidden, NotFound; Invalid for a negative amount; AlreadyExists while another change of it waits.
    """
    _expect_proposer(staff_id, actor)
    if limit.minor < 0:
        raise Invalid("min", "0", path=("input", "limit"))
    asked = {"authority": kind, "limit_minor": limit.minor, "currency": limit.currency}
    async with transaction():
        await _lock_staff(staff_id)
        return await propose(staff_id, {"kind": ChangeKind.LIMIT, **asked}, reason=reason, actor=actor)


async def propose(staff_id: UUID, asked: dict[str, Any], *, reason: str, actor: Actor) -> UUID:
    """Writes a proposal down, in the caller's transaction, which holds the row of the member of staff.

    Raises: AlreadyExists while one of the same kind waits.
    """
    alike = {key: asked[key] for key in ("kind", "authority") if key in asked}
    state = CHANGE_LIFECYCLE.initial
    if await StaffChange.filter(staff_id=staff_id, state=state, **alike).exists():
        raise AlreadyExists("A change that waits for its confirmation", path=("input", "staffId"))
    row = await StaffChange.create(staff_id=staff_id, state=state, reason=reason, proposer_id=actor.staff_id, **asked)
    await _record("propose", row, actor, after=_content(row), reason=reason)
    return row.id


async def confirm(change_id: UUID, *, expected_version: int, actor: Actor) -> StaffChange:
    """Lets a change count from now on, by somebody who neither proposed it nor is meant by it.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, SecondAdministratorNeeded.
    """
    async with transaction():
        row = await _take(change_id, ChangeAction.CONFIRM, expected_version, actor)
        if actor.staff_id in {row.proposer_id, row.staff_id}:
            raise SecondAdministratorNeeded
        await save_changes(row, "state", "decider_id", "decided_at")
        before = await (_give_roles(row) if row.authority is None else _set_limit(row, row.authority))
        await _record("confirm", row, actor, before=before, after=_content(row), reason=row.reason)
    return row


async def reject(change_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> StaffChange:
    """Turns a change down, or takes back one's own; nothing changes, and another may be proposed.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden.
    """
    async with transaction():
        row = await _take(change_id, ChangeAction.REJECT, expected_version, actor)
        row.rejection_reason = reason
        await save_changes(row, "state", "decider_id", "decided_at", "rejection_reason")
        await _record("reject", row, actor, before=_content(row), after={"state": row.state}, reason=reason)
    return row


def _expect_proposer(staff_id: UUID, actor: Actor) -> None:
    if not actor.has(Role.ADMIN) or actor.staff_id == staff_id:
        raise Forbidden(permission="staff_change:propose")


async def _lock_staff(staff_id: UUID) -> Staff:
    row = await lock_row(Staff, staff_id)
    if row is None:
        raise NotFound(kind="Staff")
    return row


async def _take(change_id: UUID, action: ChangeAction, expected_version: int, actor: Actor) -> StaffChange:
    row = await lock_visible(StaffChange, STAFF_CHANGE, change_id, actor)
    expect_version(row, expected_version)
    row.state = CHANGE_LIFECYCLE.step(row.state, action, actor)
    row.decider_id, row.decided_at = actor.staff_id, clock.now()
    return row


async def _give_roles(row: StaffChange) -> dict[str, Any]:
    staff = await _lock_staff(row.staff_id)
    before, staff.roles = staff.roles, row.roles
    await save_changes(staff, "roles")
    return {"roles": before}


async def _set_limit(row: StaffChange, kind: AuthorityKind) -> dict[str, Any]:
    before = await authority(row.staff_id, kind, clock.now())
    await AuthorityLimit.create(
        staff_id=row.staff_id,
        kind=kind,
        limit_minor=row.limit_minor,
        currency=row.currency,
        set_by=row.decider_id,
    )
    return {"kind": kind, "limit": before}


def _content(row: StaffChange) -> dict[str, Any]:
    if row.limit_minor is None or row.currency is None:
        return {"roles": row.roles}
    return {"kind": row.authority, "limit": Money(row.limit_minor, row.currency)}


async def _record(verb: str, row: StaffChange, actor: Actor, **told: Any) -> None:
    await record(f"staff_change:{verb}", Subject(SubjectKind.STAFF, row.staff_id), actor, **told)
