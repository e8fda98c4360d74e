"""The relay takes what is due, in order, within limits, each under a new fence; relays never take the same twice."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import asyncpg
import pytest

from domain.audit.entries import record
from domain.jobs import operations
from domain.jobs.relaying import LOCK_SPACE, dispatch, listen, open_relay, ready_queues, recall
from domain.jobs.rules import Gate, allowance, refilled
from domain.jobs.terms import Priority, Queue
from domain.jobs.waking import Waker
from tests.jobs.conftest import ADMIN, LEASE, Place
from tests.jobs.kinds import Urgent


async def test_a_due_job_goes_out_under_a_new_fence_and_a_lease(place: Place) -> None:
    job_id = await place.add()
    (ticket,) = await place.dispatch()
    assert (ticket.job_id, ticket.fence) == (job_id, 1)
    row = await place.row(job_id)
    assert (row["state"], row["fence"], row["attempt"]) == ("DISPATCHED", 1, 0)
    assert timedelta(seconds=25) < row["lease_until"] - row["now"] <= LEASE
    assert await place.dispatch() == []


async def test_each_dispatch_has_a_fence_of_its_own(place: Place) -> None:
    await place.add()
    for fence in (1, 2, 3):
        (ticket,) = await place.dispatch()
        assert ticket.fence == fence
        await recall(place.relay, [ticket])


async def test_jobs_of_another_time_or_queue_stay(place: Place) -> None:
    await place.add(run_at=datetime(2100, 1, 1, tzinfo=UTC))
    urgent = await place.add(Urgent(UUID(int=1)))
    assert await ready_queues(place.relay, tuple(Queue)) == [Queue.MONEY]
    assert await place.dispatch(Queue.BULK) == []
    assert [each.job_id for each in await place.dispatch(Queue.MONEY)] == [urgent]
    assert await ready_queues(place.relay, tuple(Queue)) == []


async def test_urgent_ones_go_first_then_those_that_were_due_first(place: Place) -> None:
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    wanted = []
    for priority in (Priority.LOW, Priority.NORMAL, Priority.URGENT):
        for minute in (2, 0, 1):
            at = begin + timedelta(minutes=minute)
            wanted.append((int(priority), at, await place.add(run_at=at, priority=priority)))
    went = []
    while tickets := await place.dispatch(most=2):
        assert len(tickets) <= 2
        went += [{each.job_id for each in tickets}]
    expected = [job_id for _, _, job_id in sorted(wanted)]
    assert went == [set(expected[n : n + 2]) for n in range(0, len(expected), 2)]


async def test_a_row_that_somebody_holds_is_passed_by(place: Place) -> None:
    held, free = await place.add(), await place.add()
    async with place.connection.transaction():
        await place.connection.execute("SELECT FROM job WHERE id = $1 FOR UPDATE", held)
        assert [each.job_id for each in await place.dispatch()] == [free]
    assert [each.job_id for each in await place.dispatch()] == [held]


async def test_relays_side_by_side_never_take_the_same_job(place: Place) -> None:
    wanted = {await place.add() for _ in range(60)}
    relays = [await open_relay(place.url) for _ in range(4)]
    went: list[UUID] = []

    async def take(relay: asyncpg.Connection) -> None:
        while len(went) < len(wanted):
            went.extend(each.job_id for each in await dispatch(relay, Queue.BULK, 5, LEASE))
        went.extend(each.job_id for each in await dispatch(relay, Queue.BULK, 5, LEASE))

    async with asyncio.timeout(30):
        await asyncio.gather(*map(take, relays))
    for relay in relays:
        await relay.close()
    assert len(went) == len(set(went)) == 60
    assert set(went) == wanted


async def test_relays_take_turns_at_a_queue(place: Place) -> None:
    await place.add()
    await place.add(Urgent(UUID(int=1)))
    async with place.connection.transaction():
        turn = list(Queue).index(Queue.BULK)
        await place.connection.execute("SELECT pg_advisory_xact_lock($1, $2)", LOCK_SPACE, turn)
        assert await place.dispatch(Queue.BULK) == []
        assert len(await place.dispatch(Queue.MONEY)) == 1
    assert len(await place.dispatch(Queue.BULK)) == 1


async def test_no_more_are_under_way_than_the_queue_allows(place: Place) -> None:
    for _ in range(6):
        await place.add()
    await limit(max_inflight=4)
    first = await place.dispatch()
    assert len(first) == 4
    assert await place.dispatch() == []
    await place.worker.perform(first[0])
    assert len(await place.dispatch()) == 1


async def limit(max_inflight: int = 200, rate: int | None = None) -> None:
    await operations.limit_queue(
        Queue.BULK, max_inflight=max_inflight, rate_per_second=rate, reason="test", actor=ADMIN, record=record
    )


async def test_a_paused_queue_sends_nothing_and_others_go_on(place: Place) -> None:
    await place.add()
    await place.add(Urgent(UUID(int=1)))
    await operations.pause_queue(Queue.BULK, reason="bank holiday", actor=ADMIN, record=record)
    assert await place.dispatch(Queue.BULK) == []
    assert len(await place.dispatch(Queue.MONEY)) == 1
    await operations.resume_queue(Queue.BULK, reason="over", actor=ADMIN, record=record)
    assert len(await place.dispatch(Queue.BULK)) == 1


async def test_a_rate_lets_so_many_go_in_a_second(place: Place) -> None:
    for _ in range(40):
        await place.add()
    await limit(rate=10)
    await place.connection.execute("UPDATE queue_control SET refilled_at = clock_timestamp() - interval '1 hour'")
    assert len(await place.dispatch()) == 10
    assert len(await place.dispatch()) <= 1
    await place.connection.execute("UPDATE queue_control SET refilled_at = refilled_at - interval '0.5 s', tokens = 0")
    assert 5 <= len(await place.dispatch()) <= 7


def gate(**changes: object) -> Gate:
    usual = Gate(paused=False, max_inflight=200, inflight=0, rate=None, tokens=Decimal(0), idle=timedelta(0))
    return replace(usual, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "allowed"),
    [
        ({}, 100),
        ({"paused": True}, 0),
        ({"inflight": 150}, 50),
        ({"inflight": 200}, 0),
        ({"inflight": 300}, 0),
        ({"rate": 10}, 0),
        ({"rate": 10, "tokens": Decimal("3.9")}, 3),
        ({"rate": 10, "tokens": Decimal(1), "idle": timedelta(milliseconds=250)}, 3),
        ({"rate": 10, "idle": timedelta(hours=1)}, 10),
        ({"rate": 1000, "idle": timedelta(hours=1)}, 100),
        ({"rate": 10, "idle": timedelta(hours=1), "paused": True}, 0),
    ],
)
def test_how_many_may_go_now(changes: dict[str, object], allowed: int) -> None:
    assert allowance(gate(**changes), 100) == allowed


def test_an_idle_queue_saves_no_more_than_one_second() -> None:
    assert refilled(gate(rate=10, tokens=Decimal(4), idle=timedelta(days=1))) == 10
    assert refilled(gate(rate=10, tokens=Decimal(4), idle=timedelta(milliseconds=100))) == 5


async def test_what_could_not_be_sent_is_available_again_unless_a_worker_has_it(place: Place) -> None:
    unsent, claimed, given_anew = await place.add(), await place.add(), await place.add()
    tickets = {each.job_id: each for each in await place.dispatch()}
    await place.set(claimed, "state = 'EXECUTING'")
    await place.set(given_anew, "fence = 2")
    await recall(place.relay, list(tickets.values()))
    assert await place.state(unsent) == "AVAILABLE"
    assert await place.state(claimed) == "EXECUTING"
    assert await place.state(given_anew) == "DISPATCHED"


async def test_news_from_another_process_wakes_a_relay_once_for_many(place: Place) -> None:
    heard = 0

    def told() -> None:
        nonlocal heard
        heard += 1

    await listen(place.relay, told)
    waker = Waker(place.url)
    for _ in range(50):
        waker.wake()
    for _ in range(100):
        await asyncio.sleep(0.02)
        if heard:
            break
    await asyncio.sleep(0.15)
    await waker.close()
    assert heard == 1
