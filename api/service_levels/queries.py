"""Queries of service levels."""

from __future__ import annotations

import strawberry

from api.listing import order_of, where_of
from api.paging import Connection
from api.reading import fields
from api.service_levels.types import ServiceAttainment, ServiceClock, ServiceStandard, SpecialDay
from domain.kernel.subject import SubjectKind
from domain.service_levels.reading import SERVICE_ATTAINMENT, SERVICE_CLOCK, SERVICE_STANDARD, SPECIAL_DAY
from domain.service_levels.terms import ClockState, ServiceChannel, ServicePriority, ServiceStage


@strawberry.type
class ServiceLevelsQueries:
    """Reads of service levels."""

    service_standards: Connection[ServiceStandard] = fields.connection(
        "What is promised, was, and will be.",
        order=order_of(SERVICE_STANDARD),
        where=where_of(SERVICE_STANDARD, subject_kind=SubjectKind),
    )
    special_days: Connection[SpecialDay] = fields.connection(
        "Days that are no ordinary ones.", order=order_of(SPECIAL_DAY), where=where_of(SPECIAL_DAY)
    )
    service_clocks: Connection[ServiceClock] = fields.connection(
        "Clocks.",
        order=order_of(SERVICE_CLOCK),
        where=where_of(
            SERVICE_CLOCK, state=ClockState, stage=ServiceStage, subject_kind=SubjectKind, priority=ServicePriority
        ),
    )
    service_attainments: Connection[ServiceAttainment] = fields.connection(
        "How many promises were kept, by month, kind, stage, channel and partner.",
        order=order_of(SERVICE_ATTAINMENT),
        where=where_of(
            SERVICE_ATTAINMENT, subject_kind=SubjectKind, stage=ServiceStage, channel=ServiceChannel
        ),
    )
