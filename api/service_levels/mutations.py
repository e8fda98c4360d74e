"""Changes of service levels."""

from __future__ import annotations

import strawberry

from api.changes import Changed, change, changed
from api.service_levels.inputs import ServiceStandardSetInput, SpecialDaySetInput
from api.service_levels.types import ServiceStandard, SpecialDay
from domain.kernel.actor import Actor
from domain.service_levels import calendars, standards
from domain.service_levels.standards import Promised


@change(*standards.SETTERS, standard=ServiceStandard)
async def service_standard_set(given: ServiceStandardSetInput, actor: Actor) -> Changed:
    """Promises something else from a later day on; what began before keeps the promise of its day."""
    promised = Promised(
        given.subject_kind, given.stage, given.channel, given.calendar, given.minutes, given.urgent_minutes
    )
    standard = await standards.set_standard(
        promised, applies_from=given.applies_from, source=given.source, actor=actor
    )
    return changed(standard=standard.id)


@change(*calendars.SETTERS, day=SpecialDay)
async def special_day_set(given: SpecialDaySetInput, actor: Actor) -> Changed:
    """Says that people work on a day, or do not, whatever the published calendar says 调休."""
    day = await calendars.set_day(
        given.day, is_working=given.is_working, name=given.name, source=given.source, actor=actor
    )
    return changed(day=day.id)


@strawberry.type
class ServiceLevelsMutations:
    """Changes of service levels."""

    service_standard_set = service_standard_set
    special_day_set = special_day_set
