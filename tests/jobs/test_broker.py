"""Messages carry a job's id and its fence; whatever else comes out of Redis is harmless."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some
from redis import Redis
from redis.exceptions import RedisError

from domain.jobs.relaying import Ticket
from domain.jobs.terms import Queue
from domain.kernel.ids import new_id
from workers.broker import NAMESPACE, NOBODY, TicketEncoder, connect, open_broker, read_ticket, wire_text

BULK = f"{NAMESPACE}:bulk"
TICKETS = some.builds(Ticket, job_id=some.uuids(), fence=some.integers(0, 10**18 - 1))


@given(TICKETS)
def test_a_ticket_comes_back_as_it_was_sent(ticket: Ticket) -> None:
    assert read_ticket(wire_text(ticket).encode()) == ticket
    assert len(wire_text(ticket)) < 60


@given(some.binary(max_size=80))
def test_any_bytes_are_read_as_a_ticket_of_nobody_or_of_what_they_say(data: bytes) -> None:
    found = read_ticket(data)
    assert found == NOBODY or wire_text(found).encode().lstrip(b"0") == data.lstrip(b"0")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00" * 40,
        b"0" * 32 + b":",
        b"0" * 32 + b":-1",
        b"0" * 32 + b":" + b"9" * 19,
        b"G" * 32 + b":1",
        b"0" * 32 + b":1\n",
        b"0" * 32 + ":\u0661".encode(),
        b'{"queue_name": "money", "actor_name": "money", "args": ["x", 1]}',
    ],
)
def test_what_is_no_ticket_is_nobodys(data: bytes) -> None:
    assert read_ticket(data) == NOBODY


def test_a_message_names_the_actor_of_its_own_process_whatever_it_says() -> None:
    encoder = TicketEncoder(Queue.BULK)
    forged = json.dumps({"queue_name": "money", "actor_name": "money", "args": [], "kwargs": {"x": 1}}).encode()
    read = encoder.decode(forged)
    assert (read["queue_name"], read["actor_name"], read["kwargs"]) == ("bulk", "bulk", {})
    assert encoder.decode(encoder.encode({"args": (str(UUID(int=5)), 7)}))["args"] == (str(UUID(int=5)), 7)


@pytest.fixture
def redis() -> Iterator[Redis]:
    client = connect(os.environ["REDIS_URL"])
    client.flushdb()
    yield client
    client.flushdb()
    client.close()


def texts(found: Any) -> list[str]:
    """What Redis answered, as texts."""
    return [each.decode() for each in found]


async def test_a_batch_is_put_into_its_queue_in_order_all_or_none(redis: Redis) -> None:
    broker = open_broker(os.environ["REDIS_URL"])
    tickets = [Ticket(new_id(), n) for n in range(100)]
    broker.send(Queue.BULK, tickets)
    waiting = texts(redis.lrange(BULK, 0, -1))
    assert waiting == [wire_text(each) for each in tickets]
    assert sorted(texts(redis.hkeys(f"{BULK}.msgs"))) == sorted(waiting)
    assert sorted(texts(redis.keys("*"))) == [BULK, f"{BULK}.msgs"]
    broker.close()


def test_a_redis_out_of_reach_is_told_at_once_and_nothing_is_tried_twice() -> None:
    broker = open_broker("unix:///nowhere/valkey.sock")
    begun = time.monotonic()
    with pytest.raises(RedisError):
        broker.send(Queue.BULK, [Ticket(new_id(), 1)])
    assert time.monotonic() - begun < 1
    assert connect("redis://127.0.0.1:1").get_retry().get_retries() == 0  # type: ignore[union-attr]
    broker.close()


def test_dramatiqs_own_retries_delays_and_results_are_left_out() -> None:
    broker = open_broker(os.environ["REDIS_URL"])
    assert broker.middleware == []
    broker.declare_queue("bulk")
    assert (broker.queues, broker.delay_queues) == ({"bulk"}, set())
    broker.close()
