"""The rows of service levels: the table of promises, days that are no ordinary ones, clocks and their pauses."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.kernel import clock, columns
from domain.kernel.subject import SubjectKind
from domain.service_levels.terms import (
    ClockState,
    PauseReason,
    ServiceCalendar,
    ServiceChannel,
    ServicePriority,
    ServiceStage,
)


class ServiceStandard(Model):
    """One promise 服务标准, from a day on: the one of a kind, stage and channel that began last is in force.

    Units: minutes of the calendar's time; `urgent_minutes` in the green channel.
    """

    id: UUID = columns.key()
    subject_kind: SubjectKind = columns.choice(SubjectKind)
    stage: ServiceStage = columns.choice(ServiceStage)
    channel: ServiceChannel = columns.choice(ServiceChannel)
    calendar: ServiceCalendar = columns.choice(ServiceCalendar)
    minutes: int = columns.whole()
    urgent_minutes: int = columns.whole()
    applies_from: date = columns.day()
    source: str = columns.text(200)
    created_at: datetime = columns.instant(clock.now)

    class Meta:
        table = "service_standard"
        constraints = (
            UniqueConstraint(fields=("subject_kind", "stage", "channel", "applies_from"), name="service_standard_key"),
            CheckConstraint(check="minutes BETWEEN 0 AND 527040", name="service_standard_minutes"),
            CheckConstraint(check="urgent_minutes BETWEEN 0 AND minutes", name="service_standard_urgent_minutes"),
        )
        indexes = (Index(fields=("subject_kind", "id"), name="service_standard_subject_kind"),)


class SpecialDay(Model):
    """A day on which people work, or do not, otherwise than the published calendar says 特殊日."""

    id: UUID = columns.key()
    day: date = columns.day()
    is_working: bool = columns.flag()
    name: str = columns.text(100)
    source: str = columns.text(200)
    created_at: datetime = columns.instant(clock.now)
    version: int = columns.version()

    class Meta:
        table = "special_day"
        constraints = (UniqueConstraint(fields=("day",), name="special_day_key"),)
        indexes = (Index(fields=("day", "id"), name="special_day_day"),)


class ServiceClock(Model):
    """How long one matter takes up to one stage 服务时钟.

    `minutes` and `calendar` are what was promised when it started, or when it came into the green channel; `due_at`
    moves with every pause. `warned` counts the warnings given, of which the last is the breach; `warn_at` is when the
    next one is due, null while the clock stands still or has ended.
    """

    id: UUID = columns.key()
    subject_kind: SubjectKind = columns.choice(SubjectKind)
    subject_id: UUID = columns.reference()
    stage: ServiceStage = columns.choice(ServiceStage)
    channel: ServiceChannel = columns.choice(ServiceChannel)
    priority: ServicePriority = columns.choice(ServicePriority)
    calendar: ServiceCalendar = columns.choice(ServiceCalendar)
    minutes: int = columns.whole()
    customer_id: UUID | None = columns.maybe_reference()
    partner_id: UUID | None = columns.maybe_reference()
    state: ClockState = columns.choice(ClockState)
    started_at: datetime = columns.instant()
    due_at: datetime = columns.instant()
    breached_at: datetime | None = columns.maybe_instant()
    ended_at: datetime | None = columns.maybe_instant()
    warned: int = columns.whole(0)
    warn_at: datetime | None = columns.maybe_instant()
    version: int = columns.version()

    class Meta:
        table = "service_clock"
        constraints = (
            CheckConstraint(
                check="(ended_at IS NULL) = (state IN ('RUNNING', 'PAUSED'))", name="service_clock_ended_when"
            ),
            CheckConstraint(
                check="state <> 'BREACHED' OR breached_at IS NOT NULL", name="service_clock_breached_when"
            ),
            CheckConstraint(check="warn_at IS NULL OR state = 'RUNNING'", name="service_clock_warns_while_running"),
            CheckConstraint(check="warned BETWEEN 0 AND 3", name="service_clock_warned"),
        )
        indexes = (
            Index(fields=("subject_id", "id"), name="service_clock_subject"),
            Index(fields=("warn_at", "id"), name="service_clock_warn_at"),
            Index(fields=("due_at", "id"), name="service_clock_due_at"),
            Index(fields=("state", "due_at", "id"), name="service_clock_state_due"),
            Index(fields=("state", "id"), name="service_clock_state"),
        )


class ServicePause(Model):
    """A stretch of time in which a clock stood still 暂停; several may overlap, each for a reason of its own."""

    id: UUID = columns.key()
    clock: Any = columns.belongs_to("ServiceClock")
    clock_id: UUID
    reason: PauseReason = columns.choice(PauseReason)
    paused_at: datetime = columns.instant()
    resumed_at: datetime | None = columns.maybe_instant()

    class Meta:
        table = "service_pause"
        constraints = (
            CheckConstraint(check="resumed_at IS NULL OR resumed_at >= paused_at", name="service_pause_forward"),
        )
        indexes = (Index(fields=("clock_id", "id"), name="service_pause_clock"),)


class ServiceAttainment(Model):
    """How many promises due in a month were kept, as counted last 时效达成; no partner is all together.

    `month` is its first day. `migrations/sql/service_levels.sql` holds the unique key.
    """

    id: UUID = columns.key()
    month: date = columns.day()
    subject_kind: SubjectKind = columns.choice(SubjectKind)
    stage: ServiceStage = columns.choice(ServiceStage)
    channel: ServiceChannel = columns.choice(ServiceChannel)
    priority: ServicePriority = columns.choice(ServicePriority)
    partner_id: UUID | None = columns.maybe_reference()
    met: int = columns.whole()
    breached: int = columns.whole()
    counted_at: datetime = columns.instant()

    class Meta:
        table = "service_attainment"
        indexes = (Index(fields=("month", "id"), name="service_attainment_month"),)


class TimeLimit(Model):
    """A limit of time from a day on 时限设置, with its source; what stands in the code is only the text of today."""

    id: UUID = columns.key()
    name: str = columns.text(64)
    days: int = columns.whole()
    valid_from: date = columns.day()
    source: str = columns.text(200)

    class Meta:
        table = "time_limit"
        constraints = (
            UniqueConstraint(fields=("name", "valid_from"), name="time_limit_name_key"),
            CheckConstraint(check="days > 0", name="time_limit_positive"),
        )
