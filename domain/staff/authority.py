"""Up to which amount a member of staff may decide."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from domain.kernel.money import Money
from domain.staff.models import AuthorityLimit
from domain.staff.terms import AuthorityKind

__all__ = ["AuthorityKind", "authority"]

NOTHING = Money(0)


async def authority(staff_id: UUID | None, kind: AuthorityKind, at: datetime) -> Money:
    """The limit that counted at an instant; nothing for whoever has none."""
    limits = AuthorityLimit.filter(staff_id=staff_id, kind=kind, valid_from__lte=at)
    found = await limits.order_by("-valid_from", "-id").first()
    return Money(found.limit_minor, found.currency) if found else NOTHING
