"""A real worker process over a real Valkey: forged, doubled, stale and lost messages leave no trace in the rows."""

from __future__ import annotations

import asyncio
import math
import os
import random
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from redis import Redis

from domain.jobs.relaying import Ticket, sweep
from domain.jobs.terms import Queue
from domain.kernel.ids import new_id
from tests.jobs.conftest import Place
from tests.jobs.kinds import One, Slow, Two
from tests.jobs.processes import HANDLERS, free_ports, hurried_worker, metric, process
from workers.broker import NAMESPACE, TicketBroker, connect, open_broker, wire_text

BULK = f"{NAMESPACE}:bulk"


@pytest.fixture
def redis() -> Iterator[Redis]:
    client = connect(os.environ["REDIS_URL"])
    client.flushdb()
    yield client
    client.flushdb()
    client.close()


@pytest.fixture
def broker(redis: Redis) -> Iterator[TicketBroker]:
    opened = open_broker(os.environ["REDIS_URL"])
    yield opened
    opened.close()


@pytest.fixture
async def port(place: Place, redis: Redis) -> AsyncIterator[int]:
    """A worker process of the bulk queue is up; the port of its metrics."""
    found = free_ports(1)
    command = ("-m", "workers.process", "BULK", "--handlers", HANDLERS, "--metrics-port", str(found))
    with process(place.url, *command):
        async with asyncio.timeout(20):
            while math.isnan(metric(found, "process_start")):  # noqa: ASYNC110 - another process starts
                await asyncio.sleep(0.05)
        yield found


async def deliveries(port: int, count: int, seconds: float = 30) -> float:
    """Waits until so many messages were delivered; how many were dropped as stale."""
    async with asyncio.timeout(seconds):
        while metric(port, "aftercare_deliveries_total") < count:  # noqa: ASYNC110 - another process counts
            await asyncio.sleep(0.05)
    return metric(port, 'aftercare_deliveries_total{ending="STALE"}')


def put(redis: Redis, key: bytes | str, body: bytes | str) -> None:
    """Puts a message into the queue as anybody who reaches Redis could."""
    redis.hset(f"{BULK}.msgs", key, body)
    redis.rpush(BULK, key)


async def test_a_thousand_forged_messages_have_no_effect(place: Place, redis: Redis, port: int) -> None:
    dice = random.Random(1000)
    living = [await place.add() for _ in range(10)]
    sent = await place.dispatch()
    before = await place.snapshot()
    forged: list[bytes] = []
    for n in range(1000):
        ticket = dice.choice(sent)
        forged.append(
            dice.choice(
                [
                    dice.randbytes(dice.randrange(200)),
                    wire_text(Ticket(uuid4(), dice.randrange(10))).encode(),
                    wire_text(Ticket(ticket.job_id, dice.choice((0, 2, 3, 10**17)))).encode(),
                    b'{"actor_name": "money", "args": ["' + str(ticket.job_id).encode() + b'", 1]}',
                    b"\\x80\\x04cposix\\nsystem\\n",
                    b"%s:%d" % (ticket.job_id.bytes, n),
                ]
            )
        )
        put(redis, f"forged-{n}", forged[-1])
    assert await deliveries(port, 1000) == 1000
    assert await place.snapshot() == before
    assert await place.effects() == []
    assert {await place.state(each) for each in living} == {"DISPATCHED"}


@pytest.mark.parametrize("kind", [One, Two])
async def test_every_message_twice_has_every_effect_once(
    place: Place, broker: TicketBroker, redis: Redis, port: int, kind: type
) -> None:
    keys = sorted(new_id() for _ in range(60))
    for key in keys:
        await place.add(kind(key))
    tickets = await place.dispatch()
    for number, ticket in enumerate(tickets * 2):
        put(redis, f"{number}", wire_text(ticket))
    broker.send(Queue.BULK, tickets)
    assert await deliveries(port, 180) == 120
    assert await place.effects() == keys
    rows = await place.connection.fetch("SELECT DISTINCT state, attempt, fence, crashes FROM job")
    assert [tuple(row.values()) for row in rows] == [("SUCCEEDED", 1, 1, 0)]


async def test_after_everything_in_redis_was_lost_the_rows_go_out_again(
    place: Place, broker: TicketBroker, redis: Redis, port: int
) -> None:
    key = new_id()
    job_id = await place.add(Two(key))
    await place.dispatch()
    redis.flushall()
    await place.lapse(job_id)
    await sweep(place.relay)
    broker.send(Queue.BULK, await place.dispatch())
    await place.until(job_id, "SUCCEEDED")
    assert await place.effects() == [key]


async def test_a_worker_told_to_stop_gives_back_what_takes_too_long(
    place: Place, broker: TicketBroker, redis: Redis
) -> None:
    quick, slow = new_id(), new_id()
    with process(place.url, *hurried_worker(drain=1.0)) as worker:
        jobs = [await place.add(Slow(quick, 700)), await place.add(Slow(slow, 60_000))]
        tickets = await place.dispatch()
        broker.send(Queue.BULK, tickets)
        for job_id in jobs:
            await place.until(job_id, "EXECUTING", 20)
        worker.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(worker.wait, 15) == 0
    rows = [await place.row(job_id) for job_id in jobs]
    assert [(row["state"], row["attempt"], row["crashes"], row["lease_until"]) for row in rows] == [
        ("SUCCEEDED", 1, 0, None),
        ("AVAILABLE", 0, 0, None),
    ]
    assert await place.effects() == [quick]
    assert [each["outcome"] for each in await place.attempts(jobs[1])] == ["GIVEN_BACK"]


async def test_metrics_answer_on_loopback_only(place: Place, port: int) -> None:
    text = await asyncio.to_thread(_listening, port)
    assert text == {"127.0.0.1"}


LISTENING = "0A"  # as the kernel writes it


def _listening(port: int) -> set[str]:
    """The addresses on which something listens at a port."""
    found = set()
    for table, width in (("tcp", 4), ("tcp6", 16)):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            place, state = line.split()[1], line.split()[3]
            address, _, number = place.partition(":")
            if state == LISTENING and int(number, 16) == port:
                found.add(".".join(str(each) for each in bytes.fromhex(address)[::-1]) if width == 4 else address)
    return found
