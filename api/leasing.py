"""Fills the buckets of this process from those that all processes share in Redis, four times a second."""

from __future__ import annotations

import asyncio
import logging
import time
from uuid import uuid4

from redis.asyncio import Redis
from redis.exceptions import RedisError

from api.rates import Bucket, Rates

log = logging.getLogger("aftercare.rates")

PAUSE = 0.25  # seconds
TIMEOUT = 1.0  # seconds
SILENT = 5.0  # seconds without a sign until a process counts no more
PREFIX = "aftercare:rate:"
PROCESSES = f"{PREFIX}processes"

# What a bucket holds in Redis: its points and when they were counted. A full one need not be remembered.
LEASE = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local burst, refill, owed, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local kept = redis.call('HMGET', KEYS[1], 'points', 'at')
local points = burst
if kept[1] then points = math.min(burst, tonumber(kept[1]) + (now - tonumber(kept[2])) * refill) end
points = math.min(burst, points - owed)
local granted = math.max(0, math.min(wanted, points))
points = points - granted
redis.call('HSET', KEYS[1], 'points', points, 'at', now)
redis.call('PEXPIRE', KEYS[1], math.ceil((burst - points) / refill * 1000) + 1000)
return {tostring(granted), tostring(points)}
"""


class Leasing:
    """Leases points for the buckets of one process; while Redis is away, each is refilled by this process's share."""

    def __init__(self, rates: Rates, url: str) -> None:
        self._rates, self._name = rates, uuid4().hex
        self._redis: Redis = Redis.from_url(
            url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT, single_connection_client=True
        )
        self._script = self._redis.register_script(LEASE)
        self._task: asyncio.Task[None] | None = None
        self._away, self._ends = False, False

    def start(self) -> None:
        """Begins to lease, in the background."""
        self._task = asyncio.create_task(self._run(), name="rates-leasing")

    async def stop(self) -> None:
        """Gives back what is left, and ends."""
        self._ends = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        try:
            await self._give_back(list(self._rates))
            await self._redis.zrem(PROCESSES, self._name)
        except (RedisError, OSError):
            pass
        await self._redis.aclose()

    async def _run(self) -> None:
        last = time.monotonic()
        while not self._ends:  # the client of Redis may lose a cancellation that comes while it sends
            await asyncio.sleep(PAUSE)
            now = time.monotonic()
            try:
                await self.lease()
                self._say(away=False)
            except (RedisError, OSError) as lost:
                self._say(away=True, why=type(lost).__name__)
                self._rates.refill_alone(now - last)
            last = now

    def _say(self, *, away: bool, why: str = "") -> None:
        if away != self._away:
            self._away = away
            log.warning("rates are counted by this process alone: %s", why) if away else log.info("rates are shared")

    async def lease(self) -> None:
        """Tells Redis that this process lives, and fills its buckets once.

        Raises: RedisError or OSError while Redis is away.
        """
        now = time.time()
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.zadd(PROCESSES, {self._name: now})
            pipe.zremrangebyscore(PROCESSES, 0, now - SILENT)
            pipe.zcard(PROCESSES)
            *_, count = await pipe.execute()
        self._rates.processes = max(1, int(count))
        await self._give_back(self._rates.take_idle())
        wanting = [each for each in self._rates if each.owed or self._rates.missing(each)]
        asked = [(each, self._rates.missing(each)) for each in wanting]
        await self._ask(asked)

    async def _give_back(self, buckets: list[Bucket]) -> None:
        for each in buckets:
            each.owed -= each.left
            each.left = 0.0
        await self._ask([(each, 0.0) for each in buckets])

    async def _ask(self, asked: list[tuple[Bucket, float]]) -> None:
        if not asked:
            return
        owed = [bucket.owed for bucket, _ in asked]
        async with self._redis.pipeline(transaction=False) as pipe:
            for bucket, wanted in asked:
                rate = bucket.rate
                await self._script(
                    keys=[PREFIX + bucket.key], args=[rate.burst, rate.refill, bucket.owed, wanted], client=pipe
                )
            answers = await pipe.execute()
        for (bucket, _), told, (granted, left) in zip(asked, owed, answers, strict=True):
            bucket.owed -= told
            bucket.left += float(granted)
            bucket.elsewhere = max(0.0, float(left))
