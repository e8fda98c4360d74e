"""What callers say of service levels."""

from __future__ import annotations

from datetime import date

import strawberry

from api import inputs
from domain.kernel.subject import SubjectKind
from domain.service_levels.terms import ServiceCalendar, ServiceChannel, ServiceStage

LONGEST = 527_040  # minutes; a year


@strawberry.input(description="Another promise from a later day on.")
class ServiceStandardSetInput:
    """Another promise."""

    subject_kind: SubjectKind = inputs.plain("What kind of matter it is for.")
    stage: ServiceStage = inputs.plain("Up to which point it counts.")
    channel: ServiceChannel = inputs.plain("For which channel.")
    calendar: ServiceCalendar = inputs.plain("Which time counts.")
    minutes: int = inputs.number("The target, in minutes of the calendar's time.", 0, LONGEST)
    urgent_minutes: int = inputs.number("The target in the green channel, in minutes; no longer.", 0, LONGEST)
    applies_from: date = inputs.plain("The day from which on it is promised; after today.")
    source: str = inputs.text("Where it comes from.", 200)


@strawberry.input(description="A day that is no ordinary one.")
class SpecialDaySetInput:
    """A day that is no ordinary one."""

    day: date = inputs.plain("The day, in the insurer's zone; after today.")
    is_working: bool = inputs.plain("Whether people work on it.")
    name: str = inputs.text("What day it is.", 100)
    source: str = inputs.text("Where it comes from.", 200)
