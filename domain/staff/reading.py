"""What can be read of staff, and by whom: colleagues by name, limits and roles by compliance and administration."""

from __future__ import annotations

from domain.kernel.actor import STAFF_ROLES, Fact, Role
from domain.kernel.projection.entity import Amount, Column, Entity, flags, instants, link, order, texts, wholes
from domain.kernel.projection.visibility import EVERYTHING, Owns
from domain.kernel.projection.wire import JSON

STAFF = Entity(
    name="Staff",
    table="staff",
    prefix="stf",
    seen_by=dict.fromkeys(STAFF_ROLES, EVERYTHING),
    columns={**texts("name", "email"), **flags("active"), **wholes("version"), "roles": Column("roles", JSON)},
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
link(AUTHORITY_LIMIT, "staff", STAFF, "staff_id", back="limits")
