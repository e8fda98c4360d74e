"""Up to which amount a member of staff may decide."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from domain.kernel.database import fetch_one
from domain.kernel.money import Currency, Money
from domain.staff.terms import AuthorityKind

__all__ = ["AuthorityKind", "authority"]

NOTHING = Money(0)
LATEST = """
SELECT limit_minor, currency FROM authority_limit
WHERE staff_id = $1 AND kind = $2 AND valid_from <= $3 ORDER BY valid_from DESC, id DESC LIMIT 1
"""


async def authority(staff_id: UUID | None, kind: AuthorityKind, at: datetime) -> Money:
    """The limit that counted at an instant, in the current transaction; nothing for whoever has none."""
    found = await fetch_one(LATEST, staff_id, kind, at)
    return Money(found["limit_minor"], Currency(found["currency"])) if found else NOTHING
