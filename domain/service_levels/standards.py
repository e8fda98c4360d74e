"""The table of promises: what is in force on a day, and how it is changed from a later day on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.audit.entries import record
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import fetch_one, take_turns, transaction
from domain.kernel.refusals import AlreadyExists, Forbidden, Invalid
from domain.kernel.subject import Subject, SubjectKind
from domain.service_levels.models import ServiceStandard
from domain.service_levels.terms import ServiceCalendar, ServiceChannel, ServicePriority, ServiceStage, Target

SETTERS = (Role.COMPLIANCE,)
"""Who changes what is promised."""
IN_FORCE = """
SELECT minutes, urgent_minutes, calendar FROM service_standard
WHERE subject_kind = $1 AND stage = $2 AND channel IN ($3, 'ANY') AND applies_from <= $4::date
ORDER BY channel = 'ANY', applies_from DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Promised:
    """What a standard says: for which matters, up to which stage, and its target. Units: minutes of the calendar."""

    subject_kind: SubjectKind
    stage: ServiceStage
    channel: ServiceChannel
    calendar: ServiceCalendar
    minutes: int
    urgent_minutes: int


async def in_force(
    kind: SubjectKind, stage: ServiceStage, channel: ServiceChannel, priority: ServicePriority, on: date
) -> Target:
    """What is promised on a day: the channel's own promise, or else that of any channel, in the current transaction.

    Raises: LookupError when nothing is promised.
    """
    found = await fetch_one(IN_FORCE, kind, stage, channel, on)
    if found is None:
        raise LookupError(f"nothing is promised of {stage} of {kind} on {on}")
    minutes = found["urgent_minutes"] if priority is ServicePriority.URGENT else found["minutes"]
    return Target(minutes, ServiceCalendar(found["calendar"]))


async def set_standard(promised: Promised, *, applies_from: date, source: str, actor: Actor) -> ServiceStandard:
    """Promises something else from a later day on; what began before keeps the promise of its day.

    Raises: Forbidden; Invalid for a day that has begun, or an urgent target beyond the usual one; AlreadyExists.
    """
    if not actor.has(*SETTERS):
        raise Forbidden(permission="service_standard:set")
    if applies_from <= clock.today():
        raise Invalid("future", path=("input", "appliesFrom"))
    if promised.urgent_minutes > promised.minutes:
        raise Invalid("max", f"{promised.minutes}", path=("input", "urgentMinutes"))
    targets: dict[str, Any] = {"minutes": promised.minutes, "urgent_minutes": promised.urgent_minutes}
    key: dict[str, Any] = {
        "subject_kind": promised.subject_kind, "stage": promised.stage, "channel": promised.channel,
        "applies_from": applies_from,
    }  # fmt: skip
    async with transaction():
        await take_turns(f"service_standard:{'/'.join(map(str, key.values()))}")
        if await ServiceStandard.filter(**key).exists():
            raise AlreadyExists("ServiceStandard")
        standard = await ServiceStandard.create(**key, **targets, calendar=promised.calendar, source=source)
        after: dict[str, object] = {"key": tuple(key.values()), **targets}
        subject = Subject(SubjectKind.SERVICE_STANDARD, standard.id)
        await record("service_standard:set", subject, actor, after=after, reason=source)
    return standard
