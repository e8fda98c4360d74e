"""A job is carried out under one fence and a lease; whoever lost either decides nothing, half-way or at the end."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from domain.audit.entries import record
from domain.jobs import operations
from domain.jobs.execution import Ending, Executor, JobRun
from domain.jobs.refusals import Fenced
from domain.jobs.relaying import Ticket, sweep
from domain.jobs.terms import Outcome
from domain.kernel.database import fetch, transaction
from domain.kernel.ids import new_id
from tests.jobs.conftest import ADMIN, STAFF, Place
from tests.jobs.kinds import EFFECT, HANDLERS, SCRIPTS, Hasty, One, Orphan, Scripted, Slow, Staged, Two, leave_effect

LAPSE = "UPDATE job SET lease_until = clock_timestamp() - interval '1 ms' WHERE id = $1"
WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'aftercare-write' AND wait_event_type = 'Lock'
"""


@pytest.mark.parametrize("kind", [One, Two, Staged])
async def test_a_job_is_done_once_and_its_effect_stands(place: Place, kind: type) -> None:
    key = new_id()
    ticket, ending = await place.perform(kind(key))
    assert ending is Ending.ENDED
    assert await place.effects() == [key]
    row = await place.row(ticket.job_id)
    assert (row["state"], row["attempt"], row["worker"], row["lease_until"]) == ("SUCCEEDED", 1, "worker-1", None)
    assert row["created_at"] <= row["dispatched_at"] <= row["started_at"] <= row["finished_at"]
    assert await place.attempts(ticket.job_id) == []


@pytest.mark.parametrize("kind", [One, Two, Staged])
async def test_a_ticket_counts_once(place: Place, kind: type) -> None:
    key = new_id()
    ticket, _ = await place.perform(kind(key))
    before = await place.snapshot()
    assert [await place.worker.perform(ticket) for _ in range(3)] == [Ending.STALE] * 3
    assert await place.snapshot() == before


@pytest.mark.parametrize("kind", [One, Two])
async def test_of_a_ticket_delivered_to_many_at_once_one_delivery_has_the_effect(place: Place, kind: type) -> None:
    ticket = await place.ticket(kind(new_id()))
    workers = [Executor(f"worker-{n}", HANDLERS, timedelta(seconds=30)) for n in range(6)]
    endings = await asyncio.gather(*(each.perform(ticket) for each in workers))
    assert sorted(endings) == [Ending.ENDED] + [Ending.STALE] * 5
    assert len(await place.effects()) == 1
    row = await place.row(ticket.job_id)
    assert (row["state"], row["attempt"]) == ("SUCCEEDED", 1)


async def test_a_ticket_that_is_not_of_this_dispatch_does_nothing(place: Place) -> None:
    ticket = await place.ticket()
    before = await place.snapshot()
    others = [Ticket(ticket.job_id, fence) for fence in (0, 2, 2**62)] + [Ticket(uuid4(), 1), Ticket(UUID(int=0), 0)]
    for other in others:
        assert await place.worker.perform(other) is Ending.STALE
    assert await place.snapshot() == before
    available = await place.add()
    assert await place.worker.perform(Ticket(available, 0)) is Ending.STALE
    assert await place.state(available) == "AVAILABLE"


@pytest.mark.parametrize("kind", [One, Two])
async def test_a_delivery_overtaken_between_its_look_and_its_hold_takes_nothing(place: Place, kind: type) -> None:
    """The job is given up and sent out anew just then: on its way again, but under a newer fence."""
    ticket = await place.ticket(kind(new_id()))
    async with place.relay.transaction():
        await place.relay.execute("SELECT FROM job WHERE id = $1 FOR UPDATE", ticket.job_id)
        late = asyncio.create_task(place.worker.perform(ticket))
        async with asyncio.timeout(10):
            while not await place.connection.fetchval(WAITING):  # noqa: ASYNC110 - it waits in the database
                await asyncio.sleep(0.01)
        await place.relay.execute(LAPSE, ticket.job_id)
        await sweep(place.relay)
        (again,) = await place.dispatch()
    assert await late is Ending.STALE
    assert again == Ticket(ticket.job_id, ticket.fence + 1)
    row = await place.row(ticket.job_id)
    assert (row["state"], row["attempt"], row["worker"]) == ("DISPATCHED", 0, None)
    assert await place.effects() == []
    assert await place.worker.perform(again) is Ending.ENDED
    assert len(await place.effects()) == 1


async def test_a_worker_that_was_given_up_decides_nothing_at_the_end(place: Place) -> None:
    key = new_id()

    async def lose(run: JobRun) -> Outcome:
        await place.lapse(run.job_id)
        await sweep(place.relay)
        await leave_effect(key, run)
        return Outcome.done()

    SCRIPTS[key] = lose
    ticket, ending = await place.perform(Scripted(key))
    assert ending is Ending.STALE
    assert await place.effects() == []
    assert await place.state(ticket.job_id) == "AVAILABLE"


async def test_a_worker_that_was_given_up_decides_nothing_half_way(place: Place) -> None:
    key, reached = new_id(), []

    async def lose(run: JobRun) -> Outcome:
        await place.lapse(run.job_id)
        await sweep(place.relay)
        async with transaction(run):
            reached.append("inside")
            await fetch(EFFECT, key, run.job_id, run.ticket.fence)
        return Outcome.done()

    SCRIPTS[key] = lose
    _, ending = await place.perform(Scripted(key))
    assert ending is Ending.STALE
    assert reached == []
    assert await place.effects() == []


@pytest.mark.parametrize(
    "outcome", [Outcome.done(), Outcome.failed("X"), Outcome.refused("X"), Outcome.unknown(), None]
)
async def test_a_worker_that_was_given_up_records_no_outcome(place: Place, outcome: Outcome | None) -> None:
    """None stands for an exception. Another worker holds the job meanwhile, and goes on holding it."""
    key = new_id()

    async def lose(run: JobRun) -> Outcome:
        await place.lapse(run.job_id)
        await sweep(place.relay)
        await place.set(run.job_id, "run_at = now()")
        assert len(await place.dispatch()) == 1
        if outcome is None:
            raise ValueError("too late")
        return outcome

    SCRIPTS[key] = lose
    ticket, ending = await place.perform(Scripted(key))
    assert ending is Ending.STALE
    row = await place.row(ticket.job_id)
    assert (row["state"], row["fence"], row["error_code"]) == ("DISPATCHED", 2, "WORKER_LOST")


async def test_between_hold_and_finish_no_other_worker_gets_the_job(place: Place) -> None:
    """The row stays locked while the effect is made, so that a sweep passes by even when the lease is over."""
    key = new_id()

    async def slow(run: JobRun) -> Outcome:
        async with transaction(run, finishing=True):
            swept = await sweep(place.relay)
            assert (swept.crashed, swept.lapsed) == (0, 0)
            await fetch(EFFECT, key, run.job_id, run.ticket.fence)
        return Outcome.done()

    SCRIPTS[key] = slow
    ticket = await place.ticket(Scripted(key))
    worker = Executor("worker-1", HANDLERS, timedelta(microseconds=1))
    assert await worker.perform(ticket) is Ending.ENDED
    assert await place.state(ticket.job_id) == "SUCCEEDED"


async def test_a_two_transaction_job_shows_that_it_is_executing(place: Place) -> None:
    key, seen = new_id(), []

    async def look(run: JobRun) -> Outcome:
        row = await place.row(run.job_id)
        seen.append((row["state"], row["attempt"], row["worker"], row["lease_until"] > row["now"]))
        await leave_effect(key, run)
        return Outcome.done()

    SCRIPTS[key] = look
    await place.perform(Scripted(key))
    assert seen == [("EXECUTING", 1, "worker-1", True)]


async def test_a_one_transaction_job_that_got_lost_once_is_claimed_so_that_crashes_count(place: Place) -> None:
    job_id = await place.add(One(new_id()))
    await place.set(job_id, "lapses = 1")
    (ticket,) = await place.dispatch()
    claimed: list[str] = []

    async def look(work: object, run: JobRun) -> Outcome:
        claimed.append(await place.state(run.job_id))
        await leave_effect(new_id(), run)
        return Outcome.done()

    assert await Executor("w", {**HANDLERS, One: look}, timedelta(seconds=30)).perform(ticket) is Ending.ENDED
    assert claimed == ["EXECUTING"]
    assert (await place.row(job_id))["attempt"] == 1


async def test_a_failed_effect_leaves_the_job_to_be_tried_again(place: Place) -> None:
    """A one-transaction job whose effect is refused by the database counts its attempt all the same."""
    key = new_id()
    await place.connection.execute("INSERT INTO test_effect VALUES ($1, $1, 0)", key)
    ticket, ending = await place.perform(One(key))
    assert ending is Ending.ENDED
    row = await place.row(ticket.job_id)
    assert (row["state"], row["attempt"], row["error_code"]) == ("AVAILABLE", 1, "INTERNAL")
    (told,) = await place.attempts(ticket.job_id)
    assert (told["outcome"], told["attempt"], told["error"]) == ("FAILED", 1, "IntegrityError")


async def test_a_job_that_was_called_off_on_its_way_is_not_begun(place: Place) -> None:
    ticket = await place.ticket(Two(new_id()))
    await place.set(ticket.job_id, "cancel_requested = true")
    assert await place.worker.perform(ticket) is Ending.GIVEN_UP
    row = await place.row(ticket.job_id)
    assert (row["state"], row["attempt"], await place.effects()) == ("CANCELLED", 0, [])


async def test_a_job_that_is_called_off_while_it_executes_ends_its_attempt_and_is_not_tried_again(place: Place) -> None:
    key = new_id()

    async def fail(run: JobRun) -> Outcome:
        await operations.cancel(run.job_id, reason="asked for", expected_version=None, actor=ADMIN, record=record)
        assert await place.state(run.job_id) == "EXECUTING"
        return Outcome.failed("X")

    SCRIPTS[key] = fail
    ticket, _ = await place.perform(Scripted(key))
    assert await place.state(ticket.job_id) == "CANCELLED"


async def test_one_that_succeeds_although_it_was_called_off_has_succeeded(place: Place) -> None:
    key = new_id()

    async def done(run: JobRun) -> Outcome:
        await place.set(run.job_id, "cancel_requested = true")
        await leave_effect(key, run)
        return Outcome.done()

    SCRIPTS[key] = done
    ticket, _ = await place.perform(Scripted(key))
    assert await place.state(ticket.job_id) == "SUCCEEDED"
    assert await place.effects() == [key]


async def test_a_job_whose_time_is_over_is_not_begun(place: Place) -> None:
    ticket = await place.ticket(Hasty(new_id()))
    await place.set(ticket.job_id, "deadline_at = clock_timestamp() - interval '1 s'")
    assert await place.worker.perform(ticket) is Ending.GIVEN_UP
    row = await place.row(ticket.job_id)
    assert (row["state"], row["error_code"], row["attempt"]) == ("DEAD", "DEADLINE_PASSED", 1)
    assert await place.effects() == []


async def test_an_attempt_that_takes_too_long_is_ended_and_counts(place: Place) -> None:
    ticket, ending = await place.perform(Hasty(new_id()))
    assert ending is Ending.ENDED
    row = await place.row(ticket.job_id)
    assert (row["state"], row["attempt"], row["error_code"]) == ("AVAILABLE", 1, "TIME_LIMIT")
    assert await place.effects() == []


async def test_a_kind_that_nobody_knows_here_waits_for_a_newer_worker(place: Place) -> None:
    orphan = await place.ticket(Orphan(new_id()))
    unknown = await place.ticket()
    await place.set(unknown.job_id, "kind = 'test.of_tomorrow'")
    newer = await place.ticket(Two(new_id()))
    await place.set(newer.job_id, "schema_version = 2")
    unreadable = await place.ticket(Two(new_id()))
    await place.set(unreadable.job_id, """arguments = '{"key": 7, "unknown": 1}'""")
    for ticket in (orphan, unknown, newer, unreadable):
        assert await place.worker.perform(ticket) is Ending.WAITING
        row = await place.row(ticket.job_id)
        assert (row["state"], row["attempt"], row["crashes"]) == ("AVAILABLE", 0, 0)
        assert timedelta(seconds=25) < row["run_at"] - row["now"] <= timedelta(seconds=30)


async def test_a_kind_that_nobody_knew_for_a_day_is_given_up(place: Place) -> None:
    ticket = await place.ticket(Orphan(new_id()))
    await place.set(ticket.job_id, "created_at = clock_timestamp() - interval '24 hours 1 minute'")
    assert await place.worker.perform(ticket) is Ending.WAITING
    row = await place.row(ticket.job_id)
    assert (row["state"], row["error_code"]) == ("DEAD", "UNKNOWN_KIND")


async def test_a_beat_keeps_the_leases_of_all_that_is_held(place: Place) -> None:
    tickets = [await place.ticket(Two(new_id())) for _ in range(3)]
    for ticket in tickets:
        await place.worker._claim(ticket)
        await place.lapse(ticket.job_id)
    for ticket in tickets[:2]:
        place.worker.heart.hold(ticket)
    await place.worker.heart.beat()
    swept = await sweep(place.relay)
    assert swept.crashed == 1
    assert [await place.state(each.job_id) for each in tickets] == ["EXECUTING", "EXECUTING", "AVAILABLE"]
    place.worker.heart.release(tickets[0])
    await place.lapse(tickets[0].job_id)
    await place.worker.heart.beat()
    assert (await sweep(place.relay)).crashed == 1


async def test_a_beat_keeps_no_lease_under_another_fence(place: Place) -> None:
    ticket = await place.ticket(Two(new_id()))
    await place.worker._claim(ticket)
    await place.lapse(ticket.job_id)
    place.worker.heart.hold(Ticket(ticket.job_id, ticket.fence + 1))
    await place.worker.heart.beat()
    assert (await sweep(place.relay)).crashed == 1


async def test_a_long_job_lives_as_long_as_its_worker_beats(place: Place) -> None:
    worker = Executor("worker-1", HANDLERS, timedelta(milliseconds=400))
    worker.heart.start()
    key = new_id()
    ticket = await place.ticket(Slow(key, 1500))
    done = asyncio.create_task(worker.perform(ticket))
    for _ in range(14):
        await asyncio.sleep(0.1)
        assert (await sweep(place.relay)).crashed == 0
    assert await done is Ending.ENDED
    await worker.heart.stop()
    assert await place.effects() == [key]


async def test_a_worker_that_has_to_stop_gives_its_jobs_back_undone(place: Place) -> None:
    key = new_id()
    ticket = await place.ticket(Slow(key, 30_000))
    task = asyncio.create_task(place.worker.perform(ticket))
    await place.until(ticket.job_id, "EXECUTING")
    await asyncio.sleep(0.05)
    await place.worker.give_back_all()
    with pytest.raises(asyncio.CancelledError):
        await task
    row = await place.row(ticket.job_id)
    assert (row["state"], row["attempt"], row["crashes"], row["lease_until"]) == ("AVAILABLE", 0, 0, None)
    assert [each["outcome"] for each in await place.attempts(ticket.job_id)] == ["GIVEN_BACK"]
    assert await place.effects() == []
    assert len(await place.dispatch()) == 1


async def test_a_job_that_a_worker_died_at_is_carried_out_alone_and_none_overtakes_it(place: Place) -> None:
    """It may be the one that kills; then it takes nobody along."""
    order: list[str] = []
    running = asyncio.Event()

    async def among(run: JobRun) -> Outcome:
        order.append("first in")
        await running.wait()
        order.append("first out")
        return Outcome.done()

    def telling(name: str) -> UUID:
        async def script(run: JobRun) -> Outcome:
            order.append(f"{name} in")
            await asyncio.sleep(0.05)
            order.append(f"{name} out")
            return Outcome.done()

        key = new_id()
        SCRIPTS[key] = script
        return key

    key = new_id()
    SCRIPTS[key] = among
    first = await place.ticket(Scripted(key))
    suspect = await place.add(Scripted(telling("suspect")))
    await place.set(suspect, "crashes = 1")
    others = [await place.add(Scripted(telling("other"))) for _ in range(2)]
    tickets = {each.job_id: each for each in await place.dispatch()}
    tasks = [asyncio.create_task(place.worker.perform(first))]
    await place.until(first.job_id, "EXECUTING")
    for job_id in (suspect, *others):
        tasks.append(asyncio.create_task(place.worker.perform(tickets[job_id])))
        await asyncio.sleep(0.05)
    assert {await place.state(each) for each in tickets} == {"DISPATCHED"}
    running.set()
    assert await asyncio.gather(*tasks) == [Ending.ENDED] * 4
    assert order == ["first in", "first out", "suspect in", "suspect out", *["other in"] * 2, *["other out"] * 2]


async def test_what_waits_behind_such_a_job_is_given_back_when_the_worker_stops(place: Place) -> None:
    suspect, waiting = await place.add(Slow(new_id(), 30_000)), await place.add(Two(new_id()))
    await place.set(suspect, "crashes = 1")
    tickets = {each.job_id: each for each in await place.dispatch()}
    tasks = [asyncio.create_task(place.worker.perform(tickets[suspect]))]
    await place.until(suspect, "EXECUTING")
    tasks.append(asyncio.create_task(place.worker.perform(tickets[waiting])))
    await asyncio.sleep(0.05)
    await place.worker.give_back_all()
    assert [type(each) for each in await asyncio.gather(*tasks, return_exceptions=True)] == [asyncio.CancelledError] * 2
    rows = [await place.row(each) for each in (suspect, waiting)]
    found = [(row["state"], row["attempt"], row["crashes"]) for row in rows]
    assert found == [("AVAILABLE", 0, 1), ("AVAILABLE", 0, 0)]
    assert await place.effects() == []


async def test_progress_can_be_followed_and_only_the_holder_tells_it(place: Place) -> None:
    key = new_id()

    async def tell(run: JobRun) -> Outcome:
        await run.report(3, 10, "rows")
        assert json.loads((await place.row(run.job_id))["progress"]) == {
            "done": 3, "total": 10, "unit": "rows", "message": None,
        }  # fmt: skip
        await place.set(run.job_id, "fence = fence + 1")
        with pytest.raises(Fenced):
            await run.report(4, None, "rows")
        return Outcome.done()

    SCRIPTS[key] = tell
    ticket, ending = await place.perform(Scripted(key))
    assert ending is Ending.STALE
    assert json.loads((await place.row(ticket.job_id))["progress"])["done"] == 3


async def test_a_worker_acts_as_the_system_for_whoever_caused_the_job(place: Place) -> None:
    key, seen = new_id(), []

    async def look(run: JobRun) -> Outcome:
        seen.append((run.actor.label, run.actor.on_behalf_of, run.attempt))
        return Outcome.done()

    SCRIPTS[key] = look
    await place.perform(Scripted(key))
    assert seen == [("system:test.scripted", STAFF.party, 1)]


async def test_the_database_being_away_leaves_the_job_to_its_lease(place: Place) -> None:
    """Nothing can be recorded then; the exception goes to whoever delivered, and the sweep finds the job."""
    key = new_id()

    async def cut(run: JobRun) -> Outcome:
        await place.connection.execute(
            "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name = 'aftercare-write'"
        )
        async with transaction(run, finishing=True):
            await fetch(EFFECT, key, run.job_id, run.ticket.fence)
        return Outcome.done()

    SCRIPTS[key] = cut
    ticket, _ = await place.perform(Scripted(key))
    state, effects = await place.state(ticket.job_id), await place.effects()
    assert (state == "SUCCEEDED") == (effects == [key])
    assert state in {"AVAILABLE", "EXECUTING", "SUCCEEDED"}
