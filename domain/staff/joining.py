"""Taking somebody on."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from domain.audit.entries import record
from domain.kernel.actor import Actor, Role
from domain.kernel.database import take_turns, transaction
from domain.kernel.refusals import AlreadyExists, Forbidden
from domain.kernel.subject import Subject, SubjectKind
from domain.staff.changes import propose
from domain.staff.models import Staff
from domain.staff.rules import staff_roles
from domain.staff.terms import ChangeKind

JOINING = "joining"

async def join(*, name: str, email: str, roles: Iterable[Role], actor: Actor) -> UUID:
    """Takes somebody on, and proposes the roles, which an administrator confirms; the system gives them at once.

    Only an administrator proposes another one.

    Raises: Forbidden; Invalid for roles that are not staff's; AlreadyExists for a known address.
    """
    if not actor.has(Role.HR, Role.ADMIN, Role.SYSTEM):
        raise Forbidden(permission="staff:join")
    if Role.ADMIN in (wanted := set(roles)) and not actor.has(Role.ADMIN, Role.SYSTEM):
        raise Forbidden(permission="staff:join:admin")
    given, name, email = staff_roles(wanted), name.strip(), email.strip().lower()
    by_system = actor.has(Role.SYSTEM)
    async with transaction():
        await take_turns(f"staff:email:{email}")
        if await Staff.filter(email=email).exists():
            raise AlreadyExists("A member of staff with this address", path=("input", "email"))
        row = await Staff.create(name=name, email=email, roles=given if by_system else [])
        await record("staff:join", Subject(SubjectKind.STAFF, row.id), actor, after={"name": name, "roles": row.roles})
        if not by_system:
            await propose(row.id, {"kind": ChangeKind.ROLES, "roles": given}, reason=JOINING, actor=actor)
    return row.id

