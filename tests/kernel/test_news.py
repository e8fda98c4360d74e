"""Hints of changed rows: after the commit, once for each row, and over Redis to whoever else listens."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import pytest
import redis.asyncio
from redis.exceptions import ConnectionError as RedisAway

from domain.audit.entries import record
from domain.kernel import news
from domain.kernel.actor import Actor
from domain.kernel.database import NoTransaction, transaction
from domain.kernel.ids import new_id
from domain.kernel.subject import Subject, SubjectKind
from gateways.news import CHANNEL, RedisNews, read, written

OFFICE = Actor.system("test")


def claim() -> Subject:
    return Subject(SubjectKind.CLAIM, new_id())


@pytest.fixture
def heard() -> Iterator[list[Subject]]:
    """What is told in this process."""
    found: list[Subject] = []
    forget = news.hear_here(found.append)
    yield found
    forget()


async def test_a_change_is_told_once_after_its_commit(database: str, heard: list[Subject]) -> None:
    one, other = claim(), claim()
    async with transaction():
        for subject in (one, one, other):
            await record("claim:test", subject, OFFICE)
        assert heard == []
    assert heard == [one, other]


async def test_what_was_rolled_back_is_not_told(database: str, heard: list[Subject]) -> None:
    async def fails() -> None:
        async with transaction():
            await record("claim:test", claim(), OFFICE)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fails()
    assert heard == []


async def test_a_change_outside_a_transaction_is_none(heard: list[Subject]) -> None:
    with pytest.raises(NoTransaction):
        news.changed(claim())
    assert heard == []


def test_hints_are_read_as_they_were_written_and_all_else_is_passed_over() -> None:
    hints = {claim(), Subject(SubjectKind.JOB, new_id())}
    assert set(read(written(hints))) == hints
    (one,) = read(written({next(iter(hints))}))
    for forged in ("", "nonsense", "CLAIM:", f"NOBODY:{one.id.hex}", f"CLAIM:{one.id}", "CLAIM:" + "g" * 32):
        assert list(read(forged)) == [], forged


@asynccontextmanager
async def hearing(carrier: RedisNews) -> AsyncIterator[list[Subject]]:
    """What comes over the channel, from when it is subscribed to."""
    found: list[Subject] = []
    task = asyncio.create_task(carrier.hear(found.append))
    async with redis.asyncio.from_url(os.environ["REDIS_URL"]) as client:
        await subscribed(client)
    yield found
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def subscribed(client: redis.asyncio.Redis) -> None:
    async with asyncio.timeout(10):
        while not (await client.pubsub_numsub(CHANNEL))[0][1]:  # noqa: ASYNC110 - only Redis knows
            await asyncio.sleep(0.01)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - it comes when it does
            await asyncio.sleep(0.01)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[RedisNews]:
    carrier = RedisNews(url)
    await carrier.open()
    yield carrier
    await carrier.close()


async def test_hints_reach_whoever_listens_and_hold_a_kind_and_an_id_only() -> None:
    url, one, other = os.environ["REDIS_URL"], claim(), claim()
    async with opened(url) as teller, hearing(RedisNews(url)) as found, redis.asyncio.from_url(url) as client:
        wire = client.pubsub()
        await wire.subscribe(CHANNEL)
        for subject in (one, one, other):
            teller.tell(subject)
        await until(lambda: len(found) == 2)
        assert set(found) == {one, other}
        await wire.get_message(timeout=5)
        message = await wire.get_message(timeout=5)
        assert message is not None
        assert set(message["data"].decode().split()) == {f"CLAIM:{one.id.hex}", f"CLAIM:{other.id.hex}"}
        await wire.aclose()  # type: ignore[no-untyped-call]  # redis-py leaves it open


async def test_a_listener_that_lost_its_connection_comes_back() -> None:
    url, one = os.environ["REDIS_URL"], claim()
    async with opened(url) as teller, hearing(RedisNews(url)) as found, redis.asyncio.from_url(url) as client:
        assert await client.client_kill_filter(_type="pubsub")
        async with asyncio.timeout(10):
            while not found:
                teller.tell(one)
                await asyncio.sleep(0.05)
        assert set(found) == {one}


async def test_a_redis_that_is_away_costs_the_hint_and_nothing_else(database: str) -> None:
    with pytest.raises(RedisAway):
        async with redis.asyncio.from_url("redis://127.0.0.1:1") as client:
            await client.publish(CHANNEL, "x")
    async with opened("redis://127.0.0.1:1") as carrier:
        news.use_carrier(carrier)
        try:
            for _ in range(3):
                async with transaction():
                    await record("claim:test", claim(), OFFICE)
                await asyncio.sleep(0.05)
        finally:
            news.use_carrier(None)
