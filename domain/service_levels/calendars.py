"""Which days people work: the State Council's calendar, and the days that were set otherwise."""

from __future__ import annotations

from datetime import date
from functools import cache

import holidays

from domain.audit.entries import record
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import fetch, take_turns, transaction
from domain.kernel.refusals import Forbidden, Invalid
from domain.kernel.subject import Subject, SubjectKind
from domain.service_levels.models import SpecialDay
from domain.service_levels.rules import IsWorking

SETTERS = (Role.COMPLIANCE, Role.CUSTOMER_SERVICE)
"""Who says that a day is no ordinary one."""


@cache
def published() -> holidays.HolidayBase:
    """Public holidays 法定节假日 and make-up days 调休 of mainland China, as the State Council publishes them.

    Of a year that is not published yet only the holidays by law are known; special days say the rest.
    """
    return holidays.country_holidays("CN")


async def working_days() -> IsWorking:
    """Whether people work on a day, in the current transaction."""
    special = {row["day"]: row["is_working"] for row in await fetch("SELECT day, is_working FROM special_day")}

    def is_working(day: date) -> bool:
        found = special.get(day)
        return published().is_working_day(day) if found is None else bool(found)

    return is_working


async def set_day(day: date, *, is_working: bool, name: str, source: str, actor: Actor) -> SpecialDay:
    """Says that people work on a day, or do not, whatever the published calendar says.

    Clocks that run already keep their due time. Raises: Forbidden; Invalid for a day that has begun.
    """
    if not actor.has(*SETTERS):
        raise Forbidden(permission="special_day:set")
    if day <= clock.today():
        raise Invalid(constraint="future", path=("input", "day"))
    async with transaction():
        await take_turns(f"special_day:{day}")
        found = await SpecialDay.filter(day=day).first()
        before: dict[str, object] = {"is_working": found.is_working, "name": found.name} if found else {}
        if found is None:
            found = SpecialDay(day=day, version=0)
        found.is_working, found.name, found.source = is_working, name, source
        found.version += 1
        await found.save()
        await record(
            "special_day:set", Subject(SubjectKind.SPECIAL_DAY, found.id), actor, before=before,
            after={"day": day, "is_working": is_working, "name": name}, reason=source,
        )  # fmt: skip
    return found
