"""What staff shows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import strawberry

from api.enums import described
from api.node import Node
from api.reading import fields
from api.scalars import MoneyType
from domain.kernel.actor import Role
from domain.kernel.money import Currency
from domain.staff.reading import AUTHORITY_LIMIT, STAFF, STAFF_CHANGE
from domain.staff.terms import AuthorityKind, ChangeAction, ChangeKind, ChangeState, ProductGrade

described(Role)
described(AuthorityKind)
described(ChangeKind, "StaffChangeKind")
described(ChangeState, "StaffChangeState")
described(ChangeAction, "StaffChangeAction")
ROLE_READERS = (Role.ADMIN, Role.COMPLIANCE, Role.HR)


@fields.entity_type(STAFF)
class Staff(Node):
    """A member of staff 员工; out of sight for customers and partners."""

    name: str = fields.bound("The name.")
    email: str = fields.bound("The mail address at work.")
    active: bool = fields.bound("Whether the person still works here.")
    roles: list[Role] = fields.bound("What the person may be.", roles=ROLE_READERS)
    sales_grade: ProductGrade | None = fields.bound(
        "The hardest grade of product that the person may sell 销售资质; null for none."
    )
    qualified_until: date | None = fields.bound("The last day on which the person may sell it.")
    version: int = fields.bound("How often it was changed.")
    limits: list[Annotated[AuthorityLimit, strawberry.lazy("api.staff.types")]] = fields.bound(
        "Authority limits 授权额度, newest first; one's own, or all for administration and compliance.",
        order="RECORDED",
        descending=True,
    )
    changes: list[Annotated[StaffChange, strawberry.lazy("api.staff.types")]] = fields.bound(
        "Changes of roles and limits, newest first; for administration, compliance and human resources.",
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


@fields.entity_type(STAFF_CHANGE)
class StaffChange(Node):
    """Other roles or another limit for somebody 权限变更: proposed by one person, it counts when another confirms."""

    kind: ChangeKind = fields.bound("What it is of.")
    state: ChangeState = fields.bound("Where it stands.")
    roles: list[Role] = fields.bound("All roles from then on; empty for a limit.")
    authority: AuthorityKind | None = fields.bound("What the limit is for; null for roles.")
    limit: MoneyType | None = fields.bound("Up to which amount from then on; null for roles.")
    currency: Currency | None = fields.bound("The currency of its limit; null for roles.")
    reason: str = fields.bound("Why it was proposed.")
    rejection_reason: str | None = fields.bound("Why it was turned down.")
    proposed_at: datetime = fields.bound("When it was proposed.")
    decided_at: datetime | None = fields.bound("When it was confirmed or rejected.")
    available_actions: list[ChangeAction] = fields.bound(
        "What you may do with it now; confirming needs somebody who neither proposed it nor is meant by it."
    )
    version: int = fields.bound("What `expectedVersion` is compared with.")
    staff: Staff | None = fields.bound("Whom it is about.")
    proposer: Staff | None = fields.bound("Who proposed it.")
    decider: Staff | None = fields.bound("Who confirmed or rejected it.")
