"""Clocks as rooms use them: started by what is promised, paused, hastened, ended, warned of, and counted."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from tortoise import Tortoise

from domain.audit.models import AuditEntry
from domain.jobs.models import Job
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.clock import INSURER_ZONE
from domain.kernel.database import transaction
from domain.kernel.ids import new_id
from domain.kernel.refusals import AlreadyExists, Forbidden, Invalid
from domain.kernel.subject import Scope, Subject, SubjectKind
from domain.service_levels import calendars, clocks, counting, standards, watching
from domain.service_levels.clocks import Matter
from domain.service_levels.models import ServiceClock, ServicePause, SpecialDay
from domain.service_levels.standards import Promised
from domain.service_levels.terms import (
    ClockState,
    PauseReason,
    ServiceCalendar,
    ServiceChannel,
    ServicePriority,
    ServiceStage,
)
from tests.factories.insured import staff
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")
FIRST, RESOLUTION = ServiceStage.FIRST_RESPONSE, ServiceStage.RESOLUTION
WATCHER = Actor.system("service_levels.watch")
MONDAY = datetime(2026, 11, 2, 10, tzinfo=INSURER_ZONE).astimezone(UTC)


def matter(
    kind: SubjectKind = SubjectKind.INQUIRY,
    channel: ServiceChannel = ServiceChannel.MAIL,
    priority: ServicePriority = ServicePriority.NORMAL,
) -> Matter:
    """Something that is measured."""
    return Matter(Subject(kind, new_id()), Scope(partner_id=new_id()), channel, priority)


def hours(number: float) -> datetime:
    """An instant of Monday, so many hours after ten."""
    return MONDAY + timedelta(hours=number)


async def started(of: Matter, *stages: ServiceStage, at: datetime = MONDAY) -> Matter:
    """The matter with clocks that run."""
    with clock.at(at):
        async with transaction():
            for stage in stages or (FIRST,):
                await clocks.start(of, stage, at=at)
    return of


async def found(of: Matter, stage: ServiceStage = FIRST) -> ServiceClock:
    """The matter's clock of a stage."""
    return await ServiceClock.get(subject_id=of.subject.id, stage=stage)


@pytest.mark.parametrize(
    ("channel", "priority", "minutes"),
    [
        (ServiceChannel.MAIL, ServicePriority.NORMAL, 120), (ServiceChannel.MAIL, ServicePriority.URGENT, 60),
        (ServiceChannel.CHAT, ServicePriority.NORMAL, 1), (ServiceChannel.PHONE, ServicePriority.NORMAL, 0),
    ],
)  # fmt: skip
async def test_a_clock_has_the_target_of_its_channel_and_the_green_channel_halves_it(
    channel: ServiceChannel, priority: ServicePriority, minutes: int
) -> None:
    one = await found(await started(matter(channel=channel, priority=priority)))
    assert (one.minutes, one.state, one.due_at) == (minutes, ClockState.RUNNING, hours(minutes / 60))


async def test_first_response_and_resolution_are_apart() -> None:
    of = await started(matter(), FIRST, RESOLUTION)
    async with transaction():
        await clocks.stop(of.subject, FIRST, at=hours(1))
    assert (await found(of)).state is ClockState.MET
    assert (await found(of, RESOLUTION)).state is ClockState.RUNNING
    assert (await found(of, RESOLUTION)).due_at == hours(24)


async def test_a_decision_on_a_claim_waits_for_its_papers() -> None:
    received, zone = datetime(2026, 11, 1, 9, tzinfo=INSURER_ZONE), INSURER_ZONE
    of = await started(matter(SubjectKind.CLAIM), RESOLUTION, at=received.astimezone(UTC))
    async with transaction():
        await clocks.pause(of.subject, PauseReason.CUSTOMER, at=datetime(2026, 11, 6, 10, tzinfo=zone))
    assert (await found(of, RESOLUTION)).state is ClockState.PAUSED
    async with transaction():
        await clocks.resume(of.subject, PauseReason.CUSTOMER, at=datetime(2026, 11, 13, 16, tzinfo=zone))
    one = await found(of, RESOLUTION)
    assert (one.state, one.due_at) == (ClockState.RUNNING, datetime(2026, 12, 8, 15, tzinfo=zone))


async def test_a_clock_stands_still_until_no_reason_is_left() -> None:
    of = await started(matter())
    async with transaction():
        await clocks.pause(of.subject, PauseReason.CUSTOMER, at=hours(0.5))
        await clocks.pause(of.subject, PauseReason.CUSTOMER, at=hours(0.6))
        await clocks.pause(of.subject, PauseReason.PARTNER, at=hours(0.75))
        await clocks.resume(of.subject, PauseReason.CUSTOMER, at=hours(1))
    assert (await found(of)).state is ClockState.PAUSED
    async with transaction():
        await clocks.resume(of.subject, PauseReason.PARTNER, at=hours(1.5))
    one = await found(of)
    assert (one.state, one.due_at) == (ClockState.RUNNING, hours(3))
    assert await ServicePause.filter(clock_id=one.id).count() == 2


async def test_the_green_channel_hastens_what_runs() -> None:
    of = await started(matter(), FIRST, RESOLUTION)
    async with transaction():
        await clocks.hasten(of.subject)
        await clocks.hasten(of.subject)
    one = await found(of)
    assert (one.priority, one.minutes, one.due_at) == (ServicePriority.URGENT, 60, hours(1))
    assert (await found(of, RESOLUTION)).minutes == 270


async def test_a_promised_instant_is_kept_to_the_minute_and_not_hastened() -> None:
    of = matter()
    with clock.at(MONDAY):
        async with transaction():
            await clocks.start_promised(of, ServiceStage.SPECIALIST_ANSWER, due_at=hours(30))
            await clocks.hasten(of.subject)
    one = await found(of, ServiceStage.SPECIALIST_ANSWER)
    assert abs(one.due_at - hours(30)) <= timedelta(minutes=1)
    assert one.priority is ServicePriority.NORMAL


@pytest.mark.parametrize(
    ("after", "state", "breached"),
    [(2, ClockState.MET, None), (2.01, ClockState.BREACHED, 2), (50, ClockState.BREACHED, 2)],
)
async def test_what_ends_late_is_a_breach(after: float, state: ClockState, breached: int | None) -> None:
    of = await started(matter())
    async with transaction():
        await clocks.stop(of.subject, FIRST, at=hours(after))
        await clocks.stop(of.subject, FIRST, at=hours(after + 1))
    one = await found(of)
    assert (one.state, one.ended_at) == (state, hours(after))
    assert one.breached_at == (None if breached is None else hours(breached))
    assert one.warn_at is None


async def test_what_is_wanted_no_more_counts_for_nothing() -> None:
    of = await started(matter(), FIRST, RESOLUTION)
    async with transaction():
        await clocks.pause(of.subject, PauseReason.CUSTOMER, at=hours(1))
        await clocks.drop(of.subject)
    assert {each.state for each in await ServiceClock.filter(subject_id=of.subject.id)} == {ClockState.DROPPED}
    assert await ServicePause.filter(resumed_at=None).count() == 0
    assert await attainment(of) == []


async def test_each_warning_is_given_once_and_the_last_is_the_breach() -> None:
    of = await started(matter())
    given: list[tuple[float, int]] = []
    for after in (0.5, 0.99, 1, 1.2, 1.6, 1.7, 2, 3):
        with clock.at(hours(after) + timedelta(seconds=1)):
            if await watching.warn(actor=WATCHER):
                given.append((after, (await found(of)).warned))
    assert given == [(1, 1), (1.6, 2), (2, 3)]
    one = await found(of)
    assert (one.breached_at, one.warn_at, one.state) == (hours(2), None, ClockState.RUNNING)
    jobs = await Job.filter(kind="service_levels.time_passing").order_by("id")
    assert [each.arguments["percent"] for each in jobs] == [50, 80, 100]
    assert {each.partner_id for each in jobs} == {of.scope.partner_id}
    assert await AuditEntry.filter(action="service_clock:warn", subject_id=of.subject.id).count() == 3


async def test_a_sweep_that_comes_late_gives_the_last_warning_only() -> None:
    of = await started(matter())
    with clock.at(hours(40)):
        assert await watching.warn(actor=WATCHER) == 1
        assert await watching.warn(actor=WATCHER) == 0
    (job,) = await Job.filter(kind="service_levels.time_passing")
    assert (job.arguments["percent"], (await found(of)).warned) == (100, 3)


async def test_nobody_is_warned_of_a_clock_that_stands_still() -> None:
    of = await started(matter())
    async with transaction():
        await clocks.pause(of.subject, PauseReason.CUSTOMER, at=hours(0.5))
    with clock.at(hours(30)):
        assert await watching.warn(actor=WATCHER) == 0
    async with transaction():
        await clocks.resume(of.subject, PauseReason.CUSTOMER, at=hours(24))
    with clock.at(hours(24.51)):
        assert await watching.warn(actor=WATCHER) == 1
    assert (await found(of)).warned == 1


async def test_a_pause_that_becomes_known_late_takes_the_breach_back() -> None:
    of = await started(matter())
    with clock.at(hours(2.1)):
        await watching.warn(actor=WATCHER)
        async with transaction():
            await clocks.pause(of.subject, PauseReason.CUSTOMER, at=hours(1))
            await clocks.resume(of.subject, PauseReason.CUSTOMER, at=hours(2))
    one = await found(of)
    assert (one.breached_at, one.warned, one.due_at) == (None, 1, hours(3))
    with clock.at(hours(3.1)):
        await watching.warn(actor=WATCHER)
    assert (await found(of)).breached_at == hours(3)


async def attainment(of: Matter) -> list[tuple[int, int]]:
    """What is counted of the matter's partner."""
    with clock.at(MONDAY + timedelta(days=20)):
        await counting.count()
    rows = await Tortoise.get_connection("default").execute_query_dict(
        "SELECT met, breached FROM service_attainment WHERE partner_id = $1", [of.scope.partner_id]
    )
    return [(row["met"], row["breached"]) for row in rows if row["met"] + row["breached"]]


async def test_attainment_is_what_was_met_of_what_was_due() -> None:
    partner = matter()
    several = [Matter(Subject(SubjectKind.INQUIRY, new_id()), partner.scope, partner.channel) for _ in range(200)]
    for each in several:
        await started(each)
    async with transaction():
        for number, each in enumerate(several[:197]):
            await clocks.stop(each.subject, FIRST, at=hours(1 if number < 188 else 5))
        await clocks.pause(several[198].subject, PauseReason.CUSTOMER, at=hours(1))
        await clocks.drop(several[199].subject)
    # 188 in time, 9 late, one that runs on after its time, one that stands still, one that is wanted no more
    assert await attainment(partner) == [(188, 10)]
    (total,) = await Tortoise.get_connection("default").execute_query_dict(
        "SELECT met, breached FROM service_attainment WHERE partner_id IS NULL AND stage = 'FIRST_RESPONSE'"
    )
    assert dict(total) == {"met": 188, "breached": 10}


def promised(**changes: object) -> Promised:
    """Another promise for mail."""
    usual: dict[str, object] = {
        "subject_kind": SubjectKind.INQUIRY, "stage": FIRST, "channel": ServiceChannel.MAIL,
        "calendar": ServiceCalendar.BUSINESS, "minutes": 90, "urgent_minutes": 30,
    }  # fmt: skip
    return Promised(**(usual | changes))  # type: ignore[arg-type]


async def test_another_promise_holds_from_its_day_on_and_never_before() -> None:
    actor, tomorrow = await staff(Role.COMPLIANCE), clock.today() + timedelta(days=1)
    await standards.set_standard(promised(), applies_from=tomorrow, source="board", actor=actor)
    async with transaction():
        today = await standards.in_force(
            SubjectKind.INQUIRY, FIRST, ServiceChannel.MAIL, ServicePriority.NORMAL, clock.today()
        )
        later = await standards.in_force(
            SubjectKind.INQUIRY, FIRST, ServiceChannel.MAIL, ServicePriority.URGENT, tomorrow
        )
        other = await standards.in_force(
            SubjectKind.INQUIRY, FIRST, ServiceChannel.APP, ServicePriority.NORMAL, tomorrow
        )
        with pytest.raises(LookupError):
            await standards.in_force(
                SubjectKind.RENEWAL, FIRST, ServiceChannel.APP, ServicePriority.NORMAL, clock.today()
            )
    assert (today.minutes, later.minutes, other.minutes) == (120, 30, 120)
    async with refused(AlreadyExists):
        await standards.set_standard(promised(minutes=91), applies_from=tomorrow, source="board", actor=actor)


async def test_a_promise_is_not_changed_for_days_that_have_begun_or_by_others() -> None:
    compliance, service = await staff(Role.COMPLIANCE), await staff(Role.CUSTOMER_SERVICE)
    tomorrow = clock.today() + timedelta(days=1)
    async with refused(Invalid):
        await standards.set_standard(promised(), applies_from=clock.today(), source="board", actor=compliance)
    async with refused(Invalid):
        longer = promised(urgent_minutes=91)
        await standards.set_standard(longer, applies_from=tomorrow, source="board", actor=compliance)
    async with refused(Forbidden):
        await standards.set_standard(promised(), applies_from=tomorrow, source="board", actor=service)


async def test_one_new_day_that_several_set_at_once_is_set_by_all_of_them_in_turn() -> None:
    service, day = await staff(Role.CUSTOMER_SERVICE), clock.today() + timedelta(days=30)
    await asyncio.gather(
        *(
            calendars.set_day(day, is_working=False, name=f"storm {number}", source="notice", actor=service)
            for number in range(5)
        )
    )
    assert (await SpecialDay.get()).version == 5


async def test_a_clock_that_ended_before_its_pause_began_ends_the_pause_at_its_beginning() -> None:
    of = await started(matter(), at=MONDAY)
    async with transaction():
        await clocks.pause(of.subject, PauseReason.CUSTOMER, at=MONDAY + timedelta(hours=1))
        await clocks.stop(of.subject, ServiceStage.RESOLUTION, ServiceStage.FIRST_RESPONSE, at=MONDAY)
    pause = await ServicePause.get()
    assert (pause.paused_at, pause.resumed_at) == (MONDAY + timedelta(hours=1), MONDAY + timedelta(hours=1))
    assert (await found(of)).ended_at == MONDAY


async def test_a_day_that_is_set_goes_before_the_published_calendar() -> None:
    service, handler = await staff(Role.CUSTOMER_SERVICE), await staff(Role.CLAIMS_HANDLER)
    saturday, monday = date(2026, 11, 7), date(2026, 11, 9)
    with clock.at(MONDAY):
        async with refused(Forbidden):
            await calendars.set_day(saturday, is_working=True, name="move", source="notice", actor=handler)
        async with refused(Invalid):
            await calendars.set_day(clock.today(), is_working=False, name="storm", source="notice", actor=service)
        await calendars.set_day(saturday, is_working=False, name="storm", source="notice", actor=service)
        await calendars.set_day(saturday, is_working=True, name="move", source="notice", actor=service)
        await calendars.set_day(monday, is_working=False, name="storm", source="notice", actor=service)
    assert await SpecialDay.all().count() == 2
    of = await started(matter(), at=datetime(2026, 11, 6, 17, tzinfo=INSURER_ZONE).astimezone(UTC))
    assert (await found(of)).due_at == datetime(2026, 11, 7, 10, tzinfo=INSURER_ZONE)
    of = await started(matter(), at=datetime(2026, 11, 7, 17, tzinfo=INSURER_ZONE).astimezone(UTC))
    assert (await found(of)).due_at == datetime(2026, 11, 10, 10, tzinfo=INSURER_ZONE)
