"""What can be read of partners, and by whom."""

from __future__ import annotations

from domain.jobs.reading import JOB
from domain.kernel.actor import STAFF_ROLES, Fact, Role
from domain.kernel.projection.entity import Column, Entity, Filter, about, flags, order, texts, wholes
from domain.kernel.projection.visibility import EVERYTHING, Owns
from domain.kernel.projection.wire import RATE, TEXT
from domain.kernel.subject import SubjectKind

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
    },
    orders={"RECORDED": order()},
    filters={"code": Filter("code", TEXT)},
)

about(JOB, "requested_by", SubjectKind.PARTNER, PARTNER)
