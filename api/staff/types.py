"""What staff shows."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry

from api.enums import described
from api.node import Node
from api.reading import fields
from api.scalars import MoneyType
from domain.kernel.actor import Role
from domain.kernel.money import Currency
from domain.staff.reading import AUTHORITY_LIMIT, STAFF
from domain.staff.terms import AuthorityKind

described(Role)
described(AuthorityKind)
ROLE_READERS = (Role.ADMIN, Role.COMPLIANCE, Role.HR)


@fields.entity_type(STAFF)
class Staff(Node):
    """A member of staff 员工; out of sight for customers and partners."""

    name: str = fields.bound("The name.")
    email: str = fields.bound("The mail address at work.")
    active: bool = fields.bound("Whether the person still works here.")
    roles: list[Role] = fields.bound("What the person may be.", roles=ROLE_READERS)
    version: int = fields.bound("How often it was changed.")
    limits: list[Annotated[AuthorityLimit, strawberry.lazy("api.staff.types")]] = fields.bound(
        "Authority limits 授权额度, newest first; one's own, or all for administration and compliance.",
        order="RECORDED",
        descending=True,
    )


@fields.entity_type(AUTHORITY_LIMIT)
class AuthorityLimit(Node):
    """Up to which amount a member of staff may decide, from an instant on. The latest one counts."""

    kind: AuthorityKind = fields.bound("What it is for.")
    limit: MoneyType = fields.bound("The amount.")
    currency: Currency = fields.bound("Its currency.")
    valid_from: datetime = fields.bound("From when on it counts.")
    staff: Staff | None = fields.bound("Whose limit it is.")
