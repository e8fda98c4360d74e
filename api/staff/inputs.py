"""What callers say of staff."""

from __future__ import annotations

from datetime import date

import strawberry

from api import inputs
from api.scalars import MoneyInput
from domain.kernel.actor import Role
from domain.staff.terms import AuthorityKind, ProductGrade


@strawberry.input(description="Somebody to take on.")
class StaffJoinInput:
    """Somebody to take on."""

    name: str = inputs.text("The name.", 100)
    email: str = inputs.text("The mail address at work; unique.", 254)
    roles: list[Role] = inputs.many("What the person is to be, one role at least.")


@strawberry.input(description="Other roles for somebody.")
class StaffProposeRolesInput:
    """Other roles for somebody."""

    staff_id: strawberry.ID = inputs.plain("The member of staff; nobody proposes his or her own roles.")
    roles: list[Role] = inputs.many("All roles from now on, one at least.")
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="Another authority limit for somebody.")
class StaffProposeLimitInput:
    """Another authority limit for somebody."""

    staff_id: strawberry.ID = inputs.plain("The member of staff; nobody proposes his or her own limit.")
    kind: AuthorityKind = inputs.plain("What the limit is for.")
    limit: MoneyInput = inputs.plain("The amount from now on.")
    reason: str = inputs.reason()


@strawberry.input(description="A proposed change that is to count.")
class StaffConfirmChangeInput:
    """A proposed change that is to count."""

    change_id: strawberry.ID = inputs.plain("The change.")
    expected_version: int = inputs.version()


@strawberry.input(description="A proposed change that is not to count.")
class StaffRejectChangeInput:
    """A proposed change that is not to count."""

    change_id: strawberry.ID = inputs.plain("The change.")
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="The right to sell products up to a grade; it replaces what was granted before.")
class StaffGrantQualificationInput:
    """The right to sell products up to a grade."""

    staff_id: strawberry.ID = inputs.plain("The member of staff; nobody grants himself or herself.")
    grade: ProductGrade = inputs.plain("The hardest grade that the person may sell.")
    qualified_until: date = inputs.plain("The last day on which the person may; today or later.")
    reason: str = inputs.reason()
    expected_version: int = inputs.version()
