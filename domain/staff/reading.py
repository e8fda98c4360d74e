"""What can be read of staff, and by whom: colleagues by name, limits and roles by compliance and administration."""

from __future__ import annotations

from domain.jobs.reading import JOB
from domain.kernel.actor import STAFF_ROLES, Fact, Role
from domain.kernel.projection.entity import (
    Actions,
    Amount,
    Column,
    Entity,
    Filter,
    about,
    days,
    flags,
    instants,
    link,
    maybe_texts,
    order,
    texts,
    wholes,
)
from domain.kernel.projection.visibility import EVERYTHING, Owns
from domain.kernel.projection.wire import JSON, TEXT, id_of
from domain.kernel.subject import SubjectKind
from domain.staff.lifecycle import CHANGE_LIFECYCLE
from domain.staff.terms import ChangeState

STAFF = Entity(
    name="Staff",
    table="staff",
    prefix="stf",
    seen_by=dict.fromkeys(STAFF_ROLES, EVERYTHING),
    columns={
        **texts("name", "email"),
        **flags("active"),
        **wholes("version"),
        "roles": Column("roles", JSON),
        **maybe_texts("sales_grade"),
        **days("qualified_until", nullable=True),
    },
    orders={"RECORDED": order()},
)
AUTHORITY_LIMIT = Entity(
    name="AuthorityLimit",
    table="authority_limit",
    prefix="aut",
    seen_by={
        **dict.fromkeys(STAFF_ROLES, Owns("staff_id", Fact.STAFF_ID)),
        Role.ADMIN: EVERYTHING,
        Role.COMPLIANCE: EVERYTHING,
    },
    columns={**texts("kind", "currency"), "limit": Amount("limit_minor"), **instants("valid_from")},
    orders={"RECORDED": order()},
)
STAFF_CHANGE = Entity(
    name="StaffChange",
    table="staff_change",
    prefix="scg",
    seen_by=dict.fromkeys((Role.ADMIN, Role.COMPLIANCE, Role.HR), EVERYTHING),
    columns={
        **texts("kind", "state", "reason"),
        **maybe_texts("authority", "currency", "rejection_reason"),
        "roles": Column("roles", JSON),
        "limit": Amount("limit_minor", nullable=True),
        **wholes("version"),
        **instants("proposed_at"),
        **instants("decided_at", nullable=True),
        "available_actions": Actions(CHANGE_LIFECYCLE, tuple(ChangeState)),
    },
    orders={"RECORDED": order()},
    filters={
        "staff_id": Filter("staff_id", id_of(STAFF.prefix)),
        "state": Filter("state", TEXT),
        "kind": Filter("kind", TEXT, indexed=False),
    },
)
link(AUTHORITY_LIMIT, "staff", STAFF, "staff_id", back="limits")
link(STAFF_CHANGE, "staff", STAFF, "staff_id", back="changes")
link(STAFF_CHANGE, "proposer", STAFF, "proposer_id")
link(STAFF_CHANGE, "decider", STAFF, "decider_id")
about(JOB, "requested_by", SubjectKind.STAFF, STAFF)
