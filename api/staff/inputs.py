"""What callers say of staff."""

from __future__ import annotations

import strawberry

from api import inputs
from api.scalars import MoneyInput
from domain.kernel.actor import Role
from domain.staff.terms import AuthorityKind


@strawberry.input(description="Somebody to take on.")
class StaffJoinInput:
    """Somebody to take on."""

    name: str = inputs.text("The name.", 100)
    email: str = inputs.text("The mail address at work; unique.", 254)
    roles: list[Role] = inputs.many("What the person may be, one role at least.")


@strawberry.input(description="Other roles for somebody.")
class StaffChangeRolesInput:
    """Other roles for somebody."""

    staff_id: strawberry.ID = inputs.plain("The member of staff; nobody changes his or her own roles.")
    roles: list[Role] = inputs.many("All roles from now on, one at least.")
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="Another authority limit for somebody.")
class StaffSetLimitInput:
    """Another authority limit for somebody."""

    staff_id: strawberry.ID = inputs.plain("The member of staff; nobody sets his or her own limit.")
    kind: AuthorityKind = inputs.plain("What the limit is for.")
    limit: MoneyInput = inputs.plain("The amount from now on.")
    reason: str = inputs.reason()
