"""Rates: points are taken here, shared through Redis in the background, and counted alone while Redis is away."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from redis.asyncio import Redis

from api import leasing as leasing_module
from api.leasing import PREFIX, PROCESSES, Leasing
from api.rates import ANONYMOUS, IDLE, KEPT, PARTNER, PERSON, REFUSED, Bucket, Rates, Throttled, rate_of
from domain.kernel.actor import Actor, Role
from tests.face.conftest import Face, running, signed_in
from tests.factories.insured import staff

NOBODY = Actor.anonymous()
SHARE = 1 / 50  # of the usual rates, so that few requests are many: 20 points at once, one a second


class Hands:
    """A clock that is turned by hand. Units: seconds."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def spent_until_throttled(bucket: Bucket, step: float) -> float:
    total = 0.0
    try:
        while True:
            bucket.spend(step)
            total += step
    except Throttled:
        return total


def test_a_bucket_gives_what_it_holds_and_says_how_long_to_wait() -> None:
    bucket = Rates(1).bucket(NOBODY, "192.0.2.1")
    assert spent_until_throttled(bucket, 10) == ANONYMOUS.burst
    with pytest.raises(Throttled) as throttled:
        bucket.spend(2 * ANONYMOUS.refill)
    assert throttled.value.wait == 2


def test_callers_have_buckets_of_their_own_by_kind_and_nobody_one_by_address() -> None:
    rates, partner = Rates(1), Actor(frozenset({Role.PARTNER}))
    assert [rate_of(each) for each in (NOBODY, partner, Actor(frozenset({Role.SALES})))] == [ANONYMOUS, PARTNER, PERSON]
    first = rates.bucket(NOBODY, "192.0.2.1")
    assert rates.bucket(NOBODY, "192.0.2.1") is first
    assert rates.bucket(NOBODY, "192.0.2.2") is not first
    assert "192.0.2.1" not in repr(first)


def test_neither_a_flood_of_addresses_nor_time_fills_the_memory() -> None:
    hands = Hands()
    rates = Rates(1, hands)
    for number in range(KEPT + 5):
        rates.bucket(NOBODY, str(number))
    assert len(rates) == KEPT
    hands.at = IDLE + 1
    fresh = rates.bucket(NOBODY, "192.0.2.1")
    assert len(rates.take_idle()) == KEPT - 1
    assert list(rates) == [fresh]


def test_alone_a_process_gives_out_its_share() -> None:
    rates = Rates(1)
    rates.processes = 4
    bucket = rates.bucket(NOBODY, "192.0.2.1")
    assert spent_until_throttled(bucket, 1) == ANONYMOUS.burst / 4
    rates.refill_alone(2)
    assert spent_until_throttled(bucket, 0.5) == 2 * ANONYMOUS.refill / 4
    rates.refill_alone(10_000)
    assert bucket.left == ANONYMOUS.burst / 4


@pytest.fixture
async def redis() -> AsyncIterator[Redis]:
    """The Valkey of the tests, with no rate in it."""
    client = Redis.from_url(os.environ["REDIS_URL"])
    for key in await client.keys(f"{PREFIX}*"):
        await client.delete(key)
    yield client
    await client.aclose()


async def test_processes_share_one_bucket_and_know_how_many_they_are(redis: Redis) -> None:
    both = [Rates(1), Rates(1)]
    leasings = [Leasing(each, os.environ["REDIS_URL"]) for each in both]
    buckets = [each.bucket(NOBODY, "192.0.2.1") for each in both]
    total = 0.0
    for _ in range(8):
        for rates, leasing, bucket in zip(both, leasings, buckets, strict=True):
            total += spent_until_throttled(bucket, 1)
            await leasing.lease()
            assert rates.processes <= 2
    assert [each.processes for each in both] == [2, 2]
    # Both began on credit, before they knew of each other; what they were given afterwards, time has brought.
    assert 2 * ANONYMOUS.burst <= total < 2 * ANONYMOUS.burst + 5 * ANONYMOUS.refill
    for leasing in leasings:
        await leasing.stop()
    assert await redis.zcard(PROCESSES) == 0


async def test_what_is_not_used_is_given_back(redis: Redis) -> None:
    hands = Hands()
    rates = Rates(1, hands)
    leasing = Leasing(rates, os.environ["REDIS_URL"])
    rates.bucket(NOBODY, "192.0.2.1").spend(300)
    await leasing.lease()
    hands.at = IDLE + 1
    await leasing.lease()
    assert len(rates) == 0
    other = Rates(1).bucket(NOBODY, "192.0.2.1")
    held = await redis.hget(PREFIX + other.key, "points")
    assert held is not None
    assert ANONYMOUS.burst - 300 <= float(held) <= ANONYMOUS.burst - 300 + 5 * ANONYMOUS.refill
    await leasing.stop()


async def test_nothing_in_redis_tells_who_it_is_about(redis: Redis) -> None:
    rates = Rates(1)
    leasing = Leasing(rates, os.environ["REDIS_URL"])
    rates.bucket(NOBODY, "192.0.2.77")
    await leasing.lease()
    for key in await redis.keys(f"{PREFIX}*"):
        assert b"192.0.2.77" not in key
    await leasing.stop()


async def test_without_redis_the_door_neither_closes_nor_opens() -> None:
    rates = Rates(1)
    leasing = Leasing(rates, "redis://127.0.0.1:1")
    bucket = rates.bucket(NOBODY, "192.0.2.1")
    assert spent_until_throttled(bucket, 1) == ANONYMOUS.burst
    leasing.start()
    await asyncio.sleep(0.8)
    assert 0 < bucket.left < ANONYMOUS.burst
    await leasing.stop()


class Deaf(Leasing):
    """One whose client of Redis loses the cancellation, as it may while it sends."""

    async def lease(self) -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(60)


async def test_it_ends_even_where_its_cancellation_is_lost(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leasing_module, "PAUSE", 0.0)
    leasing = Deaf(Rates(1), os.environ["REDIS_URL"])
    leasing.start()
    await asyncio.sleep(0.05)
    async with asyncio.timeout(5):
        await leasing.stop()


@pytest.fixture
async def narrow(database_url: str) -> AsyncIterator[Face]:
    """The application with a fiftieth of the usual rates."""
    async with running(database_url, rate_scale=SHARE) as found:
        yield found


async def test_who_asks_too_much_is_told_when_to_come_again(narrow: Face) -> None:
    answers = [await narrow.post({"query": "{__typename}"}) for _ in range(25)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert 2 <= len(refused) <= 5
    first, last = answers[0], refused[-1]
    assert first.headers["ratelimit-policy"] == '"points";q=20;w=20'
    assert first.headers["ratelimit"] == '"points";r=19;t=1'
    assert last.headers["ratelimit"].startswith('"points";r=0;t=')
    assert int(last.headers["retry-after"]) >= 1
    assert last.json()["errors"][0]["extensions"] == {"code": "THROTTLED"}
    assert "data" not in last.json()


async def test_one_caller_s_flood_is_not_another_s(narrow: Face) -> None:
    flooding, other = [await signed_in(await staff(Role.SALES)) for _ in range(2)]
    while (await narrow.post({"query": "{__typename}"}, flooding)).status_code == 200:
        pass
    assert (await narrow.post({"query": "{__typename}"}, other)).status_code == 200


async def test_what_is_throttled_is_not_run(narrow: Face) -> None:
    mutation = {"query": 'mutation { customerRequestCode(input: {mail: "a@example.com"}) { sent } }'}
    codes = [(await narrow.post(mutation)).status_code for _ in range(3)]
    assert codes == [200, 429, 429]


@pytest.mark.parametrize("query", ["{ nonsense }", "{", "query($x: Int!) { claims(first: $x) { totalCount } }"])
async def test_what_is_refused_costs_too(narrow: Face, query: str) -> None:
    for _ in range(round(ANONYMOUS.burst * SHARE / REFUSED)):
        await narrow.post({"query": query})
    assert (await narrow.post({"query": "{__typename}"})).status_code == 429


async def test_guessing_tokens_costs_the_address(narrow: Face) -> None:
    codes = [(await narrow.post({"query": "{__typename}"}, "nonsense")).status_code for _ in range(5)]
    assert codes == [401, 401, 401, 401, 429]
