"""What service levels show."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.enums import described
from api.node import Node
from api.reading import fields
from domain.kernel.subject import SubjectKind
from domain.service_levels.reading import (
    SERVICE_ATTAINMENT,
    SERVICE_CLOCK,
    SERVICE_PAUSE,
    SERVICE_STANDARD,
    SPECIAL_DAY,
)
from domain.service_levels.terms import (
    ClockState,
    PauseReason,
    ServiceCalendar,
    ServiceChannel,
    ServicePriority,
    ServiceStage,
)

if TYPE_CHECKING:
    from api.partners.types import Partner

for _kind in (ClockState, PauseReason, ServiceCalendar, ServiceChannel, ServicePriority, ServiceStage, SubjectKind):
    described(_kind)


@fields.entity_type(SERVICE_STANDARD)
class ServiceStandard(Node):
    """One promise 服务标准, from a day on; of those for the same the one that began last is in force."""

    subject_kind: SubjectKind = fields.bound("What kind of matter it is for.")
    stage: ServiceStage = fields.bound("Up to which point it counts.")
    channel: ServiceChannel = fields.bound("For which channel; `ANY` for those without a promise of their own.")
    calendar: ServiceCalendar = fields.bound("Which time counts.")
    minutes: int = fields.bound("The target, in minutes of the calendar's time; a working day has 540.")
    urgent_minutes: int = fields.bound("The target in the green channel 绿色通道, in minutes of the calendar's time.")
    applies_from: date = fields.bound("The day from which on it is promised.")
    source: str = fields.bound("Where it comes from.")


@fields.entity_type(SPECIAL_DAY)
class SpecialDay(Node):
    """A day on which people work, or do not, otherwise than the published calendar says 特殊日."""

    day: date = fields.bound("The day, in the insurer's zone.")
    is_working: bool = fields.bound("Whether people work on it.")
    name: str = fields.bound("What day it is.")
    source: str = fields.bound("Where it comes from.")
    version: int = fields.bound("How often it was changed.")


@fields.entity_type(SERVICE_PAUSE)
class ServicePause(Node):
    """A stretch of time in which a clock stood still 暂停."""

    reason: PauseReason = fields.bound("Why.")
    paused_at: datetime = fields.bound("From when on.")
    resumed_at: datetime | None = fields.bound("Until when; null while it lasts.")
    clock: ServiceClock = fields.bound("The clock.")


@fields.entity_type(SERVICE_CLOCK)
class ServiceClock(Node):
    """How long one matter takes up to one stage 服务时钟."""

    subject_kind: SubjectKind = fields.bound("What kind of matter it measures.")
    stage: ServiceStage = fields.bound("Up to which point.")
    channel: ServiceChannel = fields.bound("How the customer waits.")
    priority: ServicePriority = fields.bound("Whether it is in the green channel.")
    calendar: ServiceCalendar = fields.bound("Which time counts.")
    minutes: int = fields.bound("The target, in minutes of the calendar's time.")
    state: ClockState = fields.bound("Where it stands.")
    started_at: datetime = fields.bound("When it started.")
    due_at: datetime = fields.bound("When the target is reached, pauses that are over counted in.")
    is_overdue: bool = fields.bound("Whether it runs on after that.")
    breached_at: datetime | None = fields.bound("When the promise was broken, if it was.")
    ended_at: datetime | None = fields.bound("When it ended.")
    warned: int = fields.bound("How many warnings were given: at 50, 80 and 100 percent of the time.")
    version: int = fields.bound("How often it was changed.")
    pauses: list[ServicePause] = fields.bound("When it stood still.")
    subject: Node | None = fields.bound("The row that it measures.")


@fields.entity_type(SERVICE_ATTAINMENT)
class ServiceAttainment(Node):
    """How many promises due in a month were kept 时效达成率."""

    month: date = fields.bound("The month, by its first day, in the insurer's zone.")
    subject_kind: SubjectKind = fields.bound("The kind of matter.")
    stage: ServiceStage = fields.bound("Up to which point.")
    channel: ServiceChannel = fields.bound("How the customers waited.")
    priority: ServicePriority = fields.bound("Whether in the green channel.")
    partner: Annotated[Partner, strawberry.lazy("api.partners.types")] | None = fields.bound(
        "Whose book it is; null for all matters together."
    )
    met: int = fields.bound("How many ended in time.")
    breached: int = fields.bound("How many did not, those that run on after their time among them.")
    attainment: Decimal | None = fields.bound(
        "The share that ended in time, 0 to 1: met / (met + breached); null where nothing was due."
    )
    counted_at: datetime = fields.bound("When it was counted last; every ten minutes while the month may change.")
