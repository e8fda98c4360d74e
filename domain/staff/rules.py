"""What a set of roles must be."""

from __future__ import annotations

from collections.abc import Iterable

from domain.kernel.actor import STAFF_ROLES, Role
from domain.kernel.refusals import Invalid


def staff_roles(roles: Iterable[Role]) -> list[Role]:
    """The roles without repetition, in the order of their names.

    Raises: Invalid without any, or with one that is not for staff.
    """
    given = sorted(set(roles))
    if not given or not STAFF_ROLES.issuperset(given):
        raise Invalid("staff_roles", path=("input", "roles"))
    return given
