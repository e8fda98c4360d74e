"""Up to which amount a member of staff may decide, and who may change it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from domain.audit.entries import record
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.money import Money
from domain.kernel.refusals import Forbidden, Invalid, NotFound
from domain.kernel.rows import lock_row
from domain.kernel.subject import Subject, SubjectKind
from domain.staff.models import AuthorityLimit, Staff
from domain.staff.terms import AuthorityKind

__all__ = ["AuthorityKind", "authority", "set_limit"]

NOTHING = Money(0)


async def authority(staff_id: UUID | None, kind: AuthorityKind, at: datetime) -> Money:
    """The limit that counted at an instant; nothing for whoever has none."""
    limits = AuthorityLimit.filter(staff_id=staff_id, kind=kind, valid_from__lte=at)
    found = await limits.order_by("-valid_from", "-id").first()
    return Money(found.limit_minor, found.currency) if found else NOTHING


async def set_limit(staff_id: UUID, *, kind: AuthorityKind, limit: Money, reason: str, actor: Actor) -> UUID:
    """Sets a limit from now on; nobody sets his or her own.

    Raises: Forbidden; NotFound; Invalid for a negative amount.
    """
    if not actor.has(Role.ADMIN) or actor.staff_id == staff_id:
        raise Forbidden(permission="staff:set_limit")
    if limit.minor < 0:
        raise Invalid("min", "0", path=("input", "limit"))
    async with transaction():
        if await lock_row(Staff, staff_id) is None:
            raise NotFound(kind="Staff")
        before = await authority(staff_id, kind, clock.now())
        row = await AuthorityLimit.create(
            staff_id=staff_id, kind=kind, limit_minor=limit.minor, currency=limit.currency, set_by=actor.staff_id
        )
        await record(
            "staff:set_limit",
            Subject(SubjectKind.STAFF, staff_id),
            actor,
            before={"kind": kind, "limit": before},
            after={"kind": kind, "limit": limit},
            reason=reason,
        )
    return row.id
