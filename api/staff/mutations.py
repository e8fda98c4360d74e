"""Changes of staff."""

from __future__ import annotations

import strawberry

from api.changes import Changed, change, changed
from api.inputs import row_id
from api.staff.inputs import StaffChangeRolesInput, StaffJoinInput, StaffSetLimitInput
from api.staff.types import AuthorityLimit, Staff
from domain.kernel.actor import Actor, Role
from domain.staff import authority, joining
from domain.staff.reading import STAFF


@change(Role.HR, Role.ADMIN, staff=Staff)
async def staff_join(given: StaffJoinInput, actor: Actor) -> Changed:
    """Takes somebody on."""
    return changed(staff=await joining.join(name=given.name, email=given.email, roles=given.roles, actor=actor))


@change(Role.ADMIN, staff=Staff)
async def staff_change_roles(given: StaffChangeRolesInput, actor: Actor) -> Changed:
    """Changes what somebody may be; nobody changes his or her own roles."""
    staff_id = row_id(STAFF.prefix, given.staff_id)
    await joining.change_roles(
        staff_id, roles=given.roles, reason=given.reason, expected_version=given.expected_version, actor=actor
    )
    return changed(staff=staff_id)


@change(Role.ADMIN, staff=Staff, limit=AuthorityLimit)
async def staff_set_limit(given: StaffSetLimitInput, actor: Actor) -> Changed:
    """Sets up to which amount somebody may decide, from now on; nobody sets his or her own limit."""
    staff_id = row_id(STAFF.prefix, given.staff_id)
    limit_id = await authority.set_limit(
        staff_id, kind=given.kind, limit=given.limit.money("input", "limit"), reason=given.reason, actor=actor
    )
    return changed(staff=staff_id, limit=limit_id)


@strawberry.type
class StaffMutations:
    """Changes of staff."""

    staff_join = staff_join
    staff_change_roles = staff_change_roles
    staff_set_limit = staff_set_limit
