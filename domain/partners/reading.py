"""What can be read of partners, and by whom."""

from __future__ import annotations

from domain.jobs.reading import JOB
from domain.kernel.actor import STAFF_ROLES, Fact, Role
from domain.kernel.projection.entity import (
    Column,
    Entity,
    Filter,
    about,
    days,
    flags,
    link,
    maybe_texts,
    order,
    texts,
    wholes,
)
from domain.kernel.projection.visibility import EVERYTHING, Owns
from domain.kernel.projection.wire import RATE, TEXT
from domain.kernel.subject import SubjectKind
from domain.service_levels.reading import SERVICE_ATTAINMENT

PARTNER = Entity(
    name="Partner",
    table="partner",
    prefix="par",
    seen_by={**dict.fromkeys(STAFF_ROLES, EVERYTHING), Role.PARTNER: Owns("id", Fact.PARTNER_ID)},
    columns={
        **texts("code", "name", "kind"),
        **flags("active"),
        **wholes("version"),
        "commission_rate": Column("commission_rate", RATE),
        **maybe_texts("license_number"),
        **days("licensed_until", nullable=True),
    },
    orders={"RECORDED": order()},
    filters={"code": Filter("code", TEXT)},
)

link(SERVICE_ATTAINMENT, "partner", PARTNER, "partner_id")
about(JOB, "requested_by", SubjectKind.PARTNER, PARTNER)
