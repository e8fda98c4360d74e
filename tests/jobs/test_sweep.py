"""A lease that ran out gives the job to another; one that costs three workers their lives is given up."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from domain.jobs.relaying import SWEEP_SIZE, Ticket, open_relay, sweep
from domain.jobs.rules import backoff, crash_pause, jittered
from domain.jobs.terms import Queue
from domain.kernel.ids import new_id
from tests.jobs.conftest import Place
from tests.jobs.kinds import Hasty, Two


async def crashed(place: Place, ticket: Ticket) -> None:
    """The worker claims the job and dies; the lease runs out."""
    await place.worker._claim(ticket)
    await place.lapse(ticket.job_id)


async def test_a_lease_that_still_runs_is_left_alone(place: Place) -> None:
    ticket = await place.ticket(Two(new_id()))
    swept = await sweep(place.relay)
    assert (swept.lapsed, swept.crashed) == (0, 0)
    await place.worker._claim(ticket)
    assert (await sweep(place.relay)).crashed == 0
    assert await place.state(ticket.job_id) == "EXECUTING"


async def test_a_message_that_never_arrived_costs_no_attempt(place: Place) -> None:
    ticket = await place.ticket(Two(new_id()))
    await place.lapse(ticket.job_id)
    assert (await sweep(place.relay)).lapsed == 1
    row = await place.row(ticket.job_id)
    assert (row["state"], row["attempt"], row["lapses"], row["crashes"]) == ("AVAILABLE", 0, 1, 0)
    assert await place.attempts(ticket.job_id) == []
    (again,) = await place.dispatch()
    assert again.fence == 2


async def test_the_first_crash_may_be_the_machines_and_the_job_goes_on_at_once(place: Place) -> None:
    ticket = await place.ticket(Two(new_id()))
    await crashed(place, ticket)
    assert (await sweep(place.relay)).crashed == 1
    row = await place.row(ticket.job_id)
    assert (row["state"], row["attempt"], row["crashes"], row["error_code"]) == ("AVAILABLE", 1, 1, "WORKER_LOST")
    assert row["run_at"] <= row["now"]
    (told,) = await place.attempts(ticket.job_id)
    assert (told["outcome"], told["worker"], told["fence"]) == ("CRASHED", "worker-1", 1)


async def test_a_job_that_kills_three_workers_is_dead(place: Place) -> None:
    job_id = await place.add(Two(new_id()))
    for crash in (1, 2, 3):
        (ticket,) = await place.dispatch()
        await crashed(place, ticket)
        await sweep(place.relay)
        row = await place.row(job_id)
        assert row["crashes"] == crash
        if crash == 2:
            stored = timedelta(seconds=10, milliseconds=1)  # an instant is stored to the millisecond
            assert timedelta(seconds=9) < row["run_at"] - row["now"] <= stored
            await place.set(job_id, "run_at = clock_timestamp()")
    row = await place.row(job_id)
    assert row["state"] == "DEAD"
    assert row["finished_at"] is not None
    assert await place.dispatch() == []
    assert [each["outcome"] for each in await place.attempts(job_id)] == ["CRASHED"] * 3


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ("cancel_requested = true", "CANCELLED"),
        ("deadline_at = clock_timestamp()", "DEAD"),
        ("max_attempts = 1", "DEAD"),
    ],
)
async def test_a_crashed_job_without_a_future_ends(place: Place, change: str, state: str) -> None:
    ticket = await place.ticket(Two(new_id()))
    await crashed(place, ticket)
    await place.set(ticket.job_id, change)
    await sweep(place.relay)
    assert await place.state(ticket.job_id) == state


async def test_a_lapsed_job_whose_time_is_over_ends(place: Place) -> None:
    ticket = await place.ticket(Hasty(new_id()))
    await place.lapse(ticket.job_id)
    await place.set(ticket.job_id, "deadline_at = clock_timestamp()")
    await sweep(place.relay)
    row = await place.row(ticket.job_id)
    assert (row["state"], row["error_code"]) == ("DEAD", "DEADLINE_PASSED")


async def test_a_job_that_waits_in_the_broker_for_ever_is_not_called_poison(place: Place) -> None:
    ticket = await place.ticket(Two(new_id()))
    for _ in range(10):
        await place.lapse(ticket.job_id)
        await sweep(place.relay)
        (ticket,) = await place.dispatch()
    row = await place.row(ticket.job_id)
    assert (row["lapses"], row["crashes"], row["attempt"], row["state"]) == (10, 0, 0, "DISPATCHED")


async def test_sweeps_side_by_side_count_each_crash_once(place: Place) -> None:
    jobs = [await place.add(Two(new_id())) for _ in range(20)]
    for ticket in await place.dispatch():
        await crashed(place, ticket)
    relays = [await open_relay(place.url) for _ in range(4)]
    swept = await asyncio.gather(*map(sweep, relays))
    for relay in relays:
        await relay.close()
    assert sum(each.crashed for each in swept) == 20
    assert {(await place.row(each))["crashes"] for each in jobs} == {1}


async def test_a_row_that_is_held_is_passed_by(place: Place) -> None:
    held, free = await place.ticket(Two(new_id())), await place.ticket(Two(new_id()))
    for ticket in (held, free):
        await crashed(place, ticket)
    async with place.connection.transaction():
        await place.connection.execute("SELECT FROM job WHERE id = $1 FOR UPDATE", held.job_id)
        assert (await sweep(place.relay)).crashed == 1
    assert (await sweep(place.relay)).crashed == 1


async def test_a_sweep_is_bounded_and_the_next_goes_on(place: Place) -> None:
    await place.connection.execute(
        """INSERT INTO job (id, kind, schema_version, arguments, queue, priority, state, run_at, attempt, max_attempts,
             crashes, lapses, fence, lease_until, cancel_requested, created_at, version)
           SELECT gen_random_uuid(), 'test.two', 1, '{}', 'BULK', 100, 'DISPATCHED', now(), 0, 20, 0, 0, 1,
             now() - interval '1 s', false, now(), 1 FROM generate_series(1, $1)""",
        SWEEP_SIZE + 10,
    )
    assert [(await sweep(place.relay)).lapsed for _ in range(3)] == [SWEEP_SIZE, 10, 0]


async def test_a_relay_sweeps_its_own_queues_only(place: Place) -> None:
    ticket = await place.ticket(Two(new_id()))
    await place.lapse(ticket.job_id)
    assert (await sweep(place.relay, (Queue.MONEY,))).lapsed == 0
    assert (await sweep(place.relay, (Queue.MONEY, Queue.BULK))).lapsed == 1


def test_pauses_double_up_to_an_hour() -> None:
    assert [backoff(n).total_seconds() for n in (1, 2, 3, 10, 11, 10_000)] == [5, 10, 20, 2560, 3600, 3600]
    assert crash_pause(0) == timedelta(0)
    assert crash_pause(1) == timedelta(seconds=10)
    spread = [jittered(timedelta(seconds=100)).total_seconds() for _ in range(500)]
    assert 75 <= min(spread) < 80
    assert 120 < max(spread) <= 125
