"""The relay's loop: it hears of jobs, sends them, takes back what it could not send, and outlives its neighbours."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisAway

from domain.jobs.relaying import Ticket
from domain.jobs.terms import Queue
from domain.kernel.ids import new_id
from tests.jobs.conftest import Place
from tests.jobs.kinds import Two, Urgent
from workers import metrics
from workers import relay as loop
from workers.broker import NAMESPACE, TicketBroker, connect, open_broker
from workers.relay import Relay

LEASE = timedelta(seconds=30)


class Away:
    """A broker that is out of reach for some sends, and afterwards passes tickets on."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.sent: list[tuple[Queue, Ticket]] = []

    def send(self, queue: Queue, tickets: Sequence[Ticket]) -> None:
        if self.failures:
            self.failures -= 1
            raise RedisAway("away")
        self.sent += [(queue, each) for each in tickets]


@asynccontextmanager
async def relaying(place: Place, broker: Any, **options: Any) -> AsyncIterator[Relay]:
    relay = Relay(place.url, broker, LEASE, **options)
    task = asyncio.create_task(relay.run())
    try:
        yield relay
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def sent(broker: Away, count: int, seconds: float = 10) -> list[Ticket]:
    async with asyncio.timeout(seconds):
        while len(broker.sent) < count:  # noqa: ASYNC110 - the relay sends when it does
            await asyncio.sleep(0.005)
    return [ticket for _, ticket in broker.sent]


async def test_a_job_of_this_process_goes_out_at_once(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "POLL", 60)
    broker = Away(0)
    async with relaying(place, broker):
        await asyncio.sleep(0.3)
        for count in (1, 2, 3):
            await place.add(Two(new_id()))
            await sent(broker, count, seconds=2)


async def test_a_job_of_another_process_goes_out_when_it_is_told(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "POLL", 60)
    broker = Away(0)
    async with relaying(place, broker):
        await asyncio.sleep(0.3)
        await place.connection.execute(INSERT)
        await asyncio.sleep(0.3)
        assert broker.sent == []
        await place.connection.execute("NOTIFY aftercare_job")
        await sent(broker, 1, seconds=2)


INSERT = """
INSERT INTO job (id, kind, schema_version, arguments, queue, priority, state, run_at, attempt, max_attempts, crashes,
  lapses, fence, cancel_requested, created_at, version)
VALUES (gen_random_uuid(), 'test.two', 1, '{}', 'BULK', 100, 'AVAILABLE', now(), 0, 20, 0, 0, 0, false, now(), 1)
"""


async def test_a_job_nobody_told_of_is_found_all_the_same(place: Place) -> None:
    broker = Away(0)
    async with relaying(place, broker):
        await asyncio.sleep(0.3)
        await place.connection.execute(INSERT)
        await sent(broker, 1, seconds=2)


async def test_what_could_not_be_sent_is_taken_back_and_sent_later(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "BROKER_PAUSE", 0.2)
    jobs = {await place.add(Two(new_id())) for _ in range(5)}
    broker = Away(3)
    before = metrics.UNSENT.labels(Queue.BULK)._value.get()
    async with relaying(place, broker):
        tickets = await sent(broker, 5)
    assert {each.job_id for each in tickets} == jobs
    assert {each.fence for each in tickets} == {4}
    assert metrics.UNSENT.labels(Queue.BULK)._value.get() == before + 15
    assert {(await place.row(each))["attempt"] for each in jobs} == {0}


async def test_a_redis_that_is_away_does_not_keep_anybody_from_committing(place: Place) -> None:
    broker = open_broker("unix:///nowhere/valkey.sock")
    async with relaying(place, broker):
        jobs = [await place.add(Two(new_id())) for _ in range(20)]
        await asyncio.sleep(0.5)
        assert {await place.state(each) for each in jobs} <= {"AVAILABLE", "DISPATCHED"}
    broker.close()


async def test_a_lost_connection_is_opened_anew(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "RECONNECT", 0.1)
    broker = Away(0)
    async with relaying(place, broker):
        for count in (1, 2, 3):
            await place.add(Two(new_id()))
            await sent(broker, count)
            await place.connection.execute(
                "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND application_name = 'aftercare-relay'"
            )


async def test_each_relay_serves_its_own_queues_and_sweeps_them(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "SWEEP", 0.05)
    bulk = await place.ticket(Two(new_id()))
    await place.lapse(bulk.job_id)
    urgent = await place.add(Urgent(new_id()))
    money, other = Away(0), Away(0)
    async with relaying(place, money, queues=(Queue.MONEY,)):
        assert [each.job_id for each in await sent(money, 1)] == [urgent]
        await asyncio.sleep(0.3)
        assert await place.state(bulk.job_id) == "DISPATCHED"
        async with relaying(place, other, queues=(Queue.BULK,)):
            (again,) = await sent(other, 1)
    assert (again.job_id, again.fence) == (bulk.job_id, 2)


@pytest.fixture
def redis() -> Iterator[Redis]:
    client = connect(os.environ["REDIS_URL"])
    client.flushdb()
    yield client
    client.flushdb()
    client.close()


async def test_relays_side_by_side_send_each_job_once(place: Place, redis: Redis) -> None:
    brokers: list[TicketBroker] = [open_broker(os.environ["REDIS_URL"]) for _ in range(3)]
    async with relaying(place, brokers[0]), relaying(place, brokers[1]), relaying(place, brokers[2]):
        jobs = {(await place.add(Two(new_id()))).hex for _ in range(150)}
        async with asyncio.timeout(20):
            while redis.llen(f"{NAMESPACE}:bulk") < 150:  # noqa: ASYNC110 - the relays send when they do
                await asyncio.sleep(0.02)
        await asyncio.sleep(0.5)
    found: Any = redis.lrange(f"{NAMESPACE}:bulk", 0, -1)
    waiting = [each.decode() for each in found]
    assert sorted(waiting) == sorted(f"{each}:1" for each in jobs)
    for broker in brokers:
        broker.close()


async def test_how_deep_the_queues_are_is_shown(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "MEASURE", 0.05)
    dead = await place.add(Two(new_id()))
    await place.set(dead, "state = 'DEAD', finished_at = clock_timestamp() - interval '90 s'")
    await place.ticket(Two(new_id()))
    async with relaying(place, Away(0)):
        await asyncio.sleep(0.5)
    values = {
        (metric.name, tuple(sample.labels.values())): sample.value
        for gauge in (metrics.JOBS, metrics.OLDEST) for metric in gauge.collect() for sample in metric.samples
    }  # fmt: skip
    assert values["aftercare_jobs", ("BULK", "DEAD")] == 1
    assert values["aftercare_jobs", ("BULK", "DISPATCHED")] == 1
    assert 89 < values["aftercare_job_oldest_seconds", ("BULK", "DEAD")] < 120
