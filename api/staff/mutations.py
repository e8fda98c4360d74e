"""Changes of staff."""

from __future__ import annotations

import strawberry

from api.changes import Changed, change, changed, takers
from api.inputs import row_id
from api.staff.inputs import (
    StaffConfirmChangeInput,
    StaffGrantQualificationInput,
    StaffJoinInput,
    StaffProposeLimitInput,
    StaffProposeRolesInput,
    StaffRejectChangeInput,
)
from api.staff.types import Staff, StaffChange
from domain.kernel.actor import Actor, Role
from domain.staff import changes, joining, qualifying
from domain.staff.lifecycle import CHANGE_LIFECYCLE
from domain.staff.reading import STAFF, STAFF_CHANGE
from domain.staff.terms import ChangeAction


@change(Role.HR, Role.ADMIN, staff=Staff)
async def staff_join(given: StaffJoinInput, actor: Actor) -> Changed:
    """Takes somebody on; the roles are a proposed change, which an administrator confirms."""
    return changed(staff=await joining.join(name=given.name, email=given.email, roles=given.roles, actor=actor))


@change(Role.ADMIN, change=StaffChange)
async def staff_propose_roles(given: StaffProposeRolesInput, actor: Actor) -> Changed:
    """Proposes what somebody may be; it counts when another administrator confirms it."""
    staff_id = row_id(STAFF.prefix, given.staff_id)
    change_id = await changes.propose_roles(
        staff_id, roles=given.roles, reason=given.reason, expected_version=given.expected_version, actor=actor
    )
    return changed(change=change_id)


@change(Role.ADMIN, change=StaffChange)
async def staff_propose_limit(given: StaffProposeLimitInput, actor: Actor) -> Changed:
    """Proposes up to which amount somebody may decide; it counts when another administrator confirms it."""
    staff_id = row_id(STAFF.prefix, given.staff_id)
    change_id = await changes.propose_limit(
        staff_id, kind=given.kind, limit=given.limit.money("input", "limit"), reason=given.reason, actor=actor
    )
    return changed(change=change_id)


@change(*takers(CHANGE_LIFECYCLE, ChangeAction.CONFIRM), change=StaffChange, staff=Staff)
async def staff_confirm_change(given: StaffConfirmChangeInput, actor: Actor) -> Changed:
    """Lets a proposed change count from now on; for somebody who neither proposed it nor is meant by it."""
    change_id = row_id(STAFF_CHANGE.prefix, given.change_id)
    row = await changes.confirm(change_id, expected_version=given.expected_version, actor=actor)
    return changed(change=row.id, staff=row.staff_id)


@change(*takers(CHANGE_LIFECYCLE, ChangeAction.REJECT), change=StaffChange)
async def staff_reject_change(given: StaffRejectChangeInput, actor: Actor) -> Changed:
    """Turns a proposed change down, or takes back one's own."""
    change_id = row_id(STAFF_CHANGE.prefix, given.change_id)
    row = await changes.reject(
        change_id, reason=given.reason, expected_version=given.expected_version, actor=actor
    )
    return changed(change=row.id)


@change(Role.HR, staff=Staff)
async def staff_grant_qualification(given: StaffGrantQualificationInput, actor: Actor) -> Changed:
    """Lets somebody sell products up to a grade until a day, for a reason; nobody grants himself or herself."""
    staff_id = row_id(STAFF.prefix, given.staff_id)
    await qualifying.grant_qualification(
        staff_id,
        grade=given.grade,
        until=given.qualified_until,
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(staff=staff_id)


@strawberry.type
class StaffMutations:
    """Changes of staff."""

    staff_join = staff_join
    staff_propose_roles = staff_propose_roles
    staff_propose_limit = staff_propose_limit
    staff_confirm_change = staff_confirm_change
    staff_reject_change = staff_reject_change
    staff_grant_qualification = staff_grant_qualification
