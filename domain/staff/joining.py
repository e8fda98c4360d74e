"""Taking somebody on, and changing what they are."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from domain.audit.entries import record
from domain.kernel.actor import STAFF_ROLES, Actor, Role
from domain.kernel.database import take_turns, transaction
from domain.kernel.refusals import AlreadyExists, Forbidden, Invalid, NotFound
from domain.kernel.rows import expect_version, lock_row, save_changes
from domain.kernel.subject import Subject, SubjectKind
from domain.staff.models import Staff


async def join(*, name: str, email: str, roles: Iterable[Role], actor: Actor) -> UUID:
    """Takes somebody on in some roles; only an administrator makes another one.

    Raises: Forbidden; Invalid for roles that are not staff's; AlreadyExists for a known address.
    """
    if not actor.has(Role.HR, Role.ADMIN, Role.SYSTEM):
        raise Forbidden(permission="staff:join")
    if Role.ADMIN in (wanted := set(roles)) and not actor.has(Role.ADMIN, Role.SYSTEM):
        raise Forbidden(permission="staff:join:admin")
    given, name, email = _checked(wanted), name.strip(), email.strip().lower()
    async with transaction():
        await take_turns(f"staff:email:{email}")
        if await Staff.filter(email=email).exists():
            raise AlreadyExists("A member of staff with this address", path=("input", "email"))
        row = await Staff.create(name=name, email=email, roles=given)
        await record("staff:join", Subject(SubjectKind.STAFF, row.id), actor, after={"name": name, "roles": given})
    return row.id


async def change_roles(
    staff_id: UUID, *, roles: Iterable[Role], reason: str, expected_version: int, actor: Actor
) -> None:
    """Changes what somebody is; nobody changes his or her own roles.

    Raises: Forbidden, NotFound, StaleVersion, Invalid.
    """
    if not actor.has(Role.ADMIN) or actor.staff_id == staff_id:
        raise Forbidden(permission="staff:change_roles")
    given = _checked(roles)
    async with transaction():
        row = await lock_row(Staff, staff_id)
        if row is None:
            raise NotFound(kind="Staff")
        expect_version(row, expected_version)
        before, row.roles = row.roles, given
        await save_changes(row, "roles")
        await record(
            "staff:change_roles",
            Subject(SubjectKind.STAFF, row.id),
            actor,
            before={"roles": before},
            after={"roles": given},
            reason=reason,
        )


def _checked(roles: Iterable[Role]) -> list[Role]:
    given = sorted(set(roles))
    if not given or not STAFF_ROLES.issuperset(given):
        raise Invalid("staff_roles", path=("input", "roles"))
    return given
