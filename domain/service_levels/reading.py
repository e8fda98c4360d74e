"""What can be read of service levels, and by whom: what is promised, what runs, and how well it was kept."""

from __future__ import annotations

from domain.jobs.reading import JOB
from domain.kernel.actor import STAFF_ROLES, Role
from domain.kernel.projection.entity import (
    Entity,
    Expression,
    Filter,
    about,
    days,
    flags,
    instants,
    link,
    order,
    texts,
    wholes,
)
from domain.kernel.projection.visibility import EVERYTHING, SeenBy
from domain.kernel.projection.wire import ANY_ID, DAY, INSTANT, RATE, TEXT, TRUTH
from domain.kernel.subject import SubjectKind

STAFF: SeenBy = dict.fromkeys(STAFF_ROLES - {Role.ADMIN}, EVERYTHING)
SERVING: SeenBy = dict.fromkeys(
    (
        Role.SALES, Role.CUSTOMER_SERVICE, Role.CLAIMS_HANDLER, Role.CLAIMS_MANAGER, Role.UNDERWRITER, Role.RISK,
        Role.COMPLIANCE,
    ),
    EVERYTHING,
)  # fmt: skip

SERVICE_STANDARD = Entity(
    name="ServiceStandard",
    table="service_standard",
    prefix="sst",
    kind=SubjectKind.SERVICE_STANDARD,
    seen_by=STAFF,
    columns={
        **texts("subject_kind", "stage", "channel", "calendar", "source"),
        **wholes("minutes", "urgent_minutes"),
        **days("applies_from"),
    },
    orders={"RECORDED": order()},
    filters={"subject_kind": Filter("subject_kind", TEXT)},
)
SPECIAL_DAY = Entity(
    name="SpecialDay",
    table="special_day",
    prefix="sdy",
    kind=SubjectKind.SPECIAL_DAY,
    seen_by=STAFF,
    columns={**days("day"), **flags("is_working"), **texts("name", "source"), **wholes("version")},
    orders={"DAY": order("day", "date"), "RECORDED": order()},
    filters={"day": Filter("day", DAY)},
)
SERVICE_CLOCK = Entity(
    name="ServiceClock",
    table="service_clock",
    prefix="clk",
    seen_by=SERVING,
    columns={
        **texts("subject_kind", "stage", "channel", "priority", "calendar", "state"),
        **wholes("minutes", "warned", "version"),
        **instants("started_at", "due_at"),
        **instants("breached_at", "ended_at", nullable=True),
        "is_overdue": Expression("{row}.state = 'RUNNING' AND {row}.due_at < {now}", TRUTH),
    },
    orders={"DUE_AT": order("due_at"), "RECORDED": order()},
    filters={
        "subject_id": Filter("subject_id", ANY_ID),
        "state": Filter("state", TEXT),
        "due_at": Filter("due_at", INSTANT),
        "stage": Filter("stage", TEXT, indexed=False),
        "subject_kind": Filter("subject_kind", TEXT, indexed=False),
        "priority": Filter("priority", TEXT, indexed=False),
    },
)
SERVICE_PAUSE = Entity(
    name="ServicePause",
    table="service_pause",
    prefix="spz",
    seen_by=SERVING,
    columns={**texts("reason"), **instants("paused_at"), **instants("resumed_at", nullable=True)},
    orders={"RECORDED": order()},
)
SERVICE_ATTAINMENT = Entity(
    name="ServiceAttainment",
    table="service_attainment",
    prefix="sat",
    seen_by=SERVING,
    columns={
        **days("month"),
        **texts("subject_kind", "stage", "channel", "priority"),
        **wholes("met", "breached"),
        **instants("counted_at"),
        "attainment": Expression(
            "CASE WHEN {row}.met + {row}.breached > 0 "
            "THEN round({row}.met::numeric / ({row}.met + {row}.breached), 6) END",
            RATE,
            nullable=True,
        ),
    },
    orders={"MONTH": order("month", "date"), "RECORDED": order()},
    filters={
        "month": Filter("month", DAY),
        "subject_kind": Filter("subject_kind", TEXT, indexed=False),
        "stage": Filter("stage", TEXT, indexed=False),
        "channel": Filter("channel", TEXT, indexed=False),
    },
)
link(SERVICE_PAUSE, "clock", SERVICE_CLOCK, "clock_id", back="pauses", nullable=False, seen_with_parent=True)
about(JOB, "subject", SubjectKind.SERVICE_STANDARD, SERVICE_STANDARD)
