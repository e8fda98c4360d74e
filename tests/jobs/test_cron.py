"""Each slot of the cron table gets one job, however many schedulers run and however long none did."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from domain.jobs.cron import Line, enqueue_due, write_table
from domain.jobs.rules import MOST_SLOTS, due_slots, slot_after
from domain.jobs.terms import CatchUp
from domain.kernel.ids import new_id
from tests.jobs.conftest import Place
from tests.jobs.kinds import One, Two
from workers.schedule import TABLE, keep_time

WORK = One(new_id())


async def behind(place: Place, name: str, interval: str) -> None:
    """Lets a line's next slot have passed so long ago."""
    await place.connection.execute(
        "UPDATE schedule SET next_at = date_trunc('minute', clock_timestamp()) - $2::text::interval WHERE name = $1",
        name,
        interval,
    )


async def slots(place: Place, name: str) -> list[datetime]:
    rows = await place.connection.fetch("SELECT slot FROM job WHERE schedule = $1 ORDER BY slot", name)
    return [row["slot"] for row in rows]


async def test_a_slot_that_is_due_gets_one_job_from_two_schedulers(place: Place) -> None:
    await write_table([Line("each.minute", WORK, "* * * * *", CatchUp.LAST)])
    assert await enqueue_due() == []
    for _ in range(5):
        await behind(place, "each.minute", "0 minutes")
        found = await asyncio.gather(*(enqueue_due() for _ in range(4)))
        assert sum(len(each) for each in found) <= 1
    (slot,) = set(await slots(place, "each.minute"))
    row = await place.connection.fetchrow("SELECT * FROM job WHERE schedule = 'each.minute'")
    assert (row["run_at"], row["kind"]) == (slot, "test.one")
    next_at = await place.connection.fetchval("SELECT next_at FROM schedule")
    assert next_at == slot + timedelta(minutes=1)


async def test_a_line_moved_back_by_hand_makes_no_second_job_of_a_slot(place: Place) -> None:
    await write_table([Line("each.minute", WORK, "* * * * *", CatchUp.ALL)])
    await behind(place, "each.minute", "3 minutes")
    assert len(await enqueue_due()) == 4
    await behind(place, "each.minute", "3 minutes")
    assert await enqueue_due() == []
    assert len(await slots(place, "each.minute")) == 4


@pytest.mark.parametrize(("catch_up", "jobs"), [(CatchUp.ALL, 25), (CatchUp.LAST, 1), (CatchUp.NONE, 0)])
async def test_after_a_day_without_a_scheduler_the_line_says_what_is_made_up(
    place: Place, catch_up: CatchUp, jobs: int
) -> None:
    await write_table([Line("hourly", WORK, "0 * * * *", catch_up)])
    await place.connection.execute(
        "UPDATE schedule SET next_at = date_trunc('hour', clock_timestamp() - interval '2 minutes') - interval '1 day'"
    )
    passed = await place.connection.fetchval("SELECT extract(minute FROM clock_timestamp()) >= 2")
    made = await enqueue_due()
    if passed:
        assert len(made) == jobs
    next_at = await place.connection.fetchval("SELECT next_at > clock_timestamp() FROM schedule")
    assert next_at
    assert await enqueue_due() == []


async def test_the_stored_table_follows_the_written_one(place: Place) -> None:
    await write_table([Line("a", WORK, "0 1 * * *"), Line("b", WORK, "0 2 * * *")])
    before = {row["name"]: dict(row) for row in await place.connection.fetch("SELECT * FROM schedule")}
    await place.connection.execute("UPDATE schedule SET next_at = next_at - interval '7 days'")
    await write_table([Line("b", Two(new_id()), "0 2 * * *"), Line("c", WORK, "0 3 * * *")])
    after = {row["name"]: dict(row) for row in await place.connection.fetch("SELECT * FROM schedule")}
    assert {name: row["enabled"] for name, row in after.items()} == {"a": False, "b": True, "c": True}
    assert after["b"]["kind"] == "test.two"
    assert after["b"]["next_at"] == before["b"]["next_at"] - timedelta(days=7)
    assert after["b"]["version"] == 2
    await write_table([Line("a", WORK, "0 1 * * *"), Line("b", WORK, "30 2 * * *")])
    again = {row["name"]: dict(row) for row in await place.connection.fetch("SELECT * FROM schedule")}
    assert again["a"]["enabled"]
    assert again["b"]["next_at"] > before["b"]["next_at"] - timedelta(days=1)


async def test_a_stopped_line_makes_no_jobs(place: Place) -> None:
    await write_table([Line("a", WORK, "* * * * *")])
    await write_table([])
    await behind(place, "a", "2 minutes")
    assert await enqueue_due() == []


async def test_a_line_that_only_newer_code_knows_waits_for_it(place: Place) -> None:
    await write_table([Line("a", WORK, "* * * * *", CatchUp.ALL)])
    await behind(place, "a", "2 minutes")
    await place.connection.execute("UPDATE schedule SET kind = 'test.of_tomorrow'")
    assert await enqueue_due() == []
    await place.connection.execute("UPDATE schedule SET kind = 'test.one'")
    assert len(await enqueue_due()) == 3


UNREADABLE = [("* * * *", "Asia/Shanghai"), ("61 * * * *", "UTC"), ("* * * * *", "Mars/X")]


@pytest.mark.parametrize(("cron", "zone"), UNREADABLE)
async def test_a_line_that_cannot_be_read_is_refused_before_it_is_stored(place: Place, cron: str, zone: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        await write_table([Line("a", WORK, cron, zone=zone)])
    assert await place.connection.fetchval("SELECT count(*) FROM schedule") == 0


async def test_the_scheduler_goes_on_after_a_look_that_failed(place: Place) -> None:
    task = asyncio.create_task(keep_time((Line("a", WORK, "* * * * *", CatchUp.ALL),)))
    await asyncio.sleep(0.3)
    await place.connection.execute("ALTER TABLE schedule RENAME TO schedule_away")
    await asyncio.sleep(1.2)
    await place.connection.execute("ALTER TABLE schedule_away RENAME TO schedule")
    await behind(place, "a", "1 minute")
    async with asyncio.timeout(5):
        while not await slots(place, "a"):  # noqa: ASYNC110 - the change happens in the database
            await asyncio.sleep(0.05)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def test_every_line_of_the_real_table_can_be_read_and_has_a_handler() -> None:
    from workers.handlers import LOADED  # noqa: PLC0415 - registers every room's handlers
    from workers.registry import HANDLERS  # noqa: PLC0415

    assert LOADED
    assert len({line.name for line in TABLE}) == len(TABLE)
    for line in TABLE:
        assert slot_after(line.cron, line.zone, datetime(2026, 1, 1, tzinfo=UTC)).year == 2026
        assert type(line.work) in HANDLERS


BERLIN = "Europe/Berlin"


def local(text: str, zone: str = BERLIN, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


def test_a_line_keeps_its_local_time_over_a_change_of_clocks() -> None:
    at, found = local("2026-03-27T03:40"), []
    for _ in range(4):
        at = slot_after("40 3 * * *", BERLIN, at)
        found.append(at.astimezone(UTC).strftime("%d %H:%M"))
    assert found == ["28 02:40", "29 01:40", "30 01:40", "31 01:40"]
    at, found = local("2026-10-23T03:40"), []
    for _ in range(3):
        at = slot_after("40 3 * * *", BERLIN, at)
        found.append(at.astimezone(UTC).strftime("%d %H:%M"))
    assert found == ["24 01:40", "25 02:40", "26 02:40"]


@pytest.mark.parametrize("begin", ["2026-03-28T20:00", "2026-10-24T20:00"])
def test_slots_only_go_forward_through_a_change_of_clocks(begin: str) -> None:
    for cron in ("*/10 * * * *", "30 2 * * *", "0 * * * *", "30 1,2,3 * * *"):
        start = local(begin).astimezone(UTC)
        at, seen = start, []
        while at < start + timedelta(hours=30):
            following = slot_after(cron, BERLIN, at).astimezone(UTC)
            assert following > at
            seen.append(following)
            at = following
        assert len(seen) == len(set(seen))


def test_where_the_insurer_is_clocks_do_not_change() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    for _ in range(365):
        following = slot_after("40 2 * * *", "Asia/Shanghai", at)
        assert following.astimezone(UTC).strftime("%H:%M") == "18:40"
        at = following


NOW = datetime(2026, 6, 1, 12, 0, 30, tzinfo=UTC)


@settings(max_examples=40)
@given(some.integers(0, 3000), some.sampled_from(CatchUp))
def test_what_is_due_is_not_due_again_and_nothing_lies_in_the_future(minutes: int, catch_up: CatchUp) -> None:
    next_at = NOW.replace(second=0) - timedelta(minutes=minutes)
    due = due_slots("* * * * *", "UTC", next_at, NOW, catch_up)
    assert list(due.slots) == sorted(set(due.slots))
    assert all(next_at <= each <= NOW for each in due.slots)
    assert all(each < due.next_at for each in due.slots)
    if catch_up is CatchUp.ALL:
        assert len(due.slots) == min(minutes + 1, MOST_SLOTS)
    else:
        assert due.next_at > NOW
        assert due.slots == (NOW.replace(second=0),)


def test_a_slot_missed_by_more_than_a_minute_is_let_go_where_the_line_says_so() -> None:
    slot = NOW - timedelta(seconds=61)
    assert due_slots("0 0 1 1 *", "UTC", slot, NOW, CatchUp.NONE).slots == ()
    assert due_slots("0 0 1 1 *", "UTC", slot + timedelta(seconds=1), NOW, CatchUp.NONE).slots != ()


def test_nothing_is_due_before_its_time() -> None:
    for catch_up in CatchUp:
        due = due_slots("* * * * *", "UTC", NOW + timedelta(seconds=30), NOW, catch_up)
        assert (due.slots, due.next_at) == ((), NOW + timedelta(seconds=30))
