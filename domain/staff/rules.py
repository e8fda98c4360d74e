"""What a set of roles must be, and who may sell which product."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from domain.kernel.actor import STAFF_ROLES, Role
from domain.kernel.refusals import Invalid
from domain.staff.refusals import NotQualified
from domain.staff.terms import ProductGrade

HARDNESS = tuple(ProductGrade)
"""Grades from the plainest to the hardest."""


def staff_roles(roles: Iterable[Role]) -> list[Role]:
    """The roles without repetition, in the order of their names.

    Raises: Invalid without any, or with one that is not for staff.
    """
    given = sorted(set(roles))
    if not given or not STAFF_ROLES.issuperset(given):
        raise Invalid("staff_roles", path=("input", "roles"))
    return given


def may_sell(
    sales_grade: ProductGrade | None, qualified_until: date | None, product_grade: ProductGrade, on: date
) -> bool:
    """Whether somebody qualified for a grade up to and including a day may sell a product of a grade on another.

    Who may sell a grade may sell the plainer ones. Source: NFRA Order 2025-7 arts. 32-35.
    """
    if sales_grade is None or qualified_until is None or on > qualified_until:
        return False
    return HARDNESS.index(product_grade) <= HARDNESS.index(sales_grade)


def expect_qualified(
    sales_grade: ProductGrade | None, qualified_until: date | None, product_grade: ProductGrade, on: date
) -> None:
    """Refuses a sale by somebody who may not sell such a product on that day.

    Raises: NotQualified.
    """
    if not may_sell(sales_grade, qualified_until, product_grade, on):
        raise NotQualified(grade=product_grade)
