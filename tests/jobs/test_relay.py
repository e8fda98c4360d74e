"""The relay's loop: it hears of jobs, sends them, takes back what it could not send, and outlives its neighbours."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client import REGISTRY
from redis import Redis
from redis.exceptions import ConnectionError as RedisAway

from domain.jobs.execution import Executor, JobRun
from domain.jobs.relaying import Ticket
from domain.jobs.terms import Outcome, Queue
from domain.kernel.database import transaction
from domain.kernel.ids import new_id
from tests.factories.notices import tell
from tests.factories.payouts import customer_with_account, payout_approved
from tests.jobs.conftest import Place
from tests.jobs.kinds import HANDLERS, SCRIPTS, Scripted, Two, Urgent
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


def shown(name: str, **labels: str) -> float | None:
    """A gauge of this process."""
    return REGISTRY.get_sample_value(name, labels)


async def until(right: Callable[[], bool], seconds: float = 10) -> None:
    """Waits until the relay has counted what is awaited."""
    async with asyncio.timeout(seconds):
        while not right():  # noqa: ASYNC110 - the relay counts when it does
            await asyncio.sleep(0.02)


async def test_how_deep_the_queues_are_is_shown(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "MEASURE", 0.05)
    dead = await place.add(Two(new_id()))
    await place.set(dead, "state = 'DEAD', finished_at = clock_timestamp() - interval '90 s'")
    await place.ticket(Two(new_id()))
    async with relaying(place, Away(0)):
        await until(lambda: shown("aftercare_jobs", queue="BULK", state="DEAD") == 1)
    assert shown("aftercare_jobs", queue="BULK", state="DISPATCHED") == 1
    assert 89 < (shown("aftercare_job_oldest_seconds", queue="BULK", state="DEAD") or 0) < 120


async def test_payouts_that_nobody_knows_the_end_of_are_shown_with_their_age(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "MEASURE", 0.05)
    payment = await payout_approved()
    await place.connection.execute(
        "UPDATE payout SET state = 'UNKNOWN', submitted_at = clock_timestamp() - interval '300 s' WHERE id = $1",
        payment.payout.id,
    )
    async with relaying(place, Away(0)):
        await until(lambda: shown("aftercare_payouts_under_way", state="UNKNOWN") == 1)
        assert shown("aftercare_payouts_under_way", state="SUBMITTED") == 0
        assert 299 < (shown("aftercare_payout_unknown_age_seconds") or 0) < 330
        await place.connection.execute("UPDATE payout SET state = 'SUBMITTED' WHERE id = $1", payment.payout.id)
        await until(lambda: shown("aftercare_payouts_under_way", state="SUBMITTED") == 1)
        await until(lambda: shown("aftercare_payout_unknown_age_seconds") == 0)
    assert shown("aftercare_payouts_under_way", state="UNKNOWN") == 0


async def test_the_age_of_the_oldest_notice_that_waits_is_shown(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "MEASURE", 0.05)
    customer_id = await customer_with_account()
    async with transaction():
        notice = await tell(customer_id)
    await place.connection.execute(
        "UPDATE notification SET created_at = clock_timestamp() - interval '70 s' WHERE id = $1", notice
    )
    async with relaying(place, Away(0)):
        await until(lambda: 69 < (shown("aftercare_notice_oldest_seconds") or 0) < 100)
        await place.connection.execute("UPDATE notification SET state = 'SENDING' WHERE id = $1", notice)
        await until(lambda: shown("aftercare_notice_oldest_seconds") == 0)


async def test_attempts_are_counted_by_their_number(place: Place) -> None:
    def counted(most: str) -> float:
        return REGISTRY.get_sample_value("aftercare_job_attempts_bucket", {"queue": "BULK", "le": most}) or 0

    worker = Executor("worker-1", HANDLERS, LEASE, metrics.count_attempt)
    before = counted("1.0"), counted("2.0")

    async def fails(_: JobRun) -> Outcome:
        raise ConnectionError

    key = new_id()
    SCRIPTS[key] = fails
    ticket = await place.ticket(Scripted(key))
    await worker.perform(ticket)
    await place.set(ticket.job_id, "run_at = clock_timestamp()")
    (again,) = await place.dispatch()
    await worker.perform(again)
    assert (counted("1.0"), counted("2.0")) == (before[0] + 1, before[1] + 2)
