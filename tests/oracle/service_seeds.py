"""Clocks in every state for the seeded world, a promise and a day that were set."""

from __future__ import annotations

from datetime import timedelta
from itertools import cycle, islice
from uuid import UUID

from domain.complaints.models import Complaint
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.subject import Scope, Subject, SubjectKind
from domain.service_levels import calendars, clocks, counting, standards, watching
from domain.service_levels.clocks import Matter
from domain.service_levels.standards import Promised
from domain.service_levels.terms import PauseReason, ServiceCalendar, ServiceChannel, ServicePriority, ServiceStage

FIRST, RESOLUTION = ServiceStage.FIRST_RESPONSE, ServiceStage.RESOLUTION
CHANNELS = (ServiceChannel.MAIL, ServiceChannel.CHAT, ServiceChannel.PHONE)


async def seed_service_levels(partners: list[UUID | None], compliance: Actor) -> None:
    """Clocks of complaints for each partner, in every state, half of them due last month."""
    turns = cycle([each.id for each in await Complaint.all().order_by("id")])
    for partner_id in partners:
        for number, channel in enumerate(CHANNELS):
            scope, priority = Scope(partner_id=partner_id), list(ServicePriority)[number % 2]
            began = clock.now() - timedelta(days=40 * (number % 2), hours=number)
            several = [
                Matter(Subject(SubjectKind.COMPLAINT, row_id), scope, channel, priority) for row_id in islice(turns, 4)
            ]
            async with transaction():
                for each in several:
                    await clocks.start(each, FIRST, at=began)
                    await clocks.start(each, RESOLUTION, at=began)
                await clocks.stop(several[0].subject, FIRST, at=began)
                await clocks.stop(several[0].subject, RESOLUTION, at=began + timedelta(days=30))
                await clocks.pause(several[1].subject, PauseReason.CUSTOMER, at=began)
                await clocks.pause(several[2].subject, PauseReason.PARTNER, at=began)
                await clocks.resume(several[2].subject, PauseReason.PARTNER, at=began + timedelta(hours=5))
                await clocks.drop(several[3].subject)
    await watching.warn(actor=Actor.system("service_levels.watch"))
    await counting.count()
    tomorrow = clock.today() + timedelta(days=1)
    promised = Promised(SubjectKind.INQUIRY, FIRST, ServiceChannel.APP, ServiceCalendar.BUSINESS, 60, 30)
    await standards.set_standard(promised, applies_from=tomorrow, source="the board", actor=compliance)
    for days, is_working in ((1, True), (9, False)):
        day = clock.today() + timedelta(days=days)
        await calendars.set_day(day, is_working=is_working, name="moved", source="a notice", actor=compliance)
