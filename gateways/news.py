"""Hints of changed rows over Redis: one message for all of a few milliseconds, kinds and ids only.

Nothing depends on a hint, so nothing is kept for a Redis that is away, and nobody waits for it.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterator
from uuid import UUID

import redis.asyncio
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError, RedisError  # noqa: A004 - Redis's own

from domain.kernel.news import Hear
from domain.kernel.subject import Subject, SubjectKind

log = logging.getLogger("aftercare.news")

CHANNEL = "aftercare:changed"
GATHER = 0.02  # seconds in which hints come together
MOST = 1_000  # hints in one message; what changes faster than that is found by looking
STEP = 2.0  # seconds for a connection and for each command
SILENCE = 15.0  # seconds without a message after which a connection is tested
AGAIN = 0.5  # seconds until a lost connection is made anew

_HINT = re.compile(r"([A-Z]+):([0-9a-f]{32})")


def written(subjects: set[Subject]) -> str:
    """Hints as they travel."""
    return " ".join(f"{each.kind}:{each.id.hex}" for each in subjects)


def read(message: str) -> Iterator[Subject]:
    """The hints of a message; whatever else stands in it is passed over."""
    for kind, row in _HINT.findall(message):
        if kind in SubjectKind.__members__:
            yield Subject(SubjectKind(kind), UUID(hex=row))


class RedisNews:
    """Carries hints by a channel of one Redis."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._pending: set[Subject] = set()
        self._wanted = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Begins to send, on the running loop."""
        await self.close()
        self._wanted = asyncio.Event()
        self._task = asyncio.create_task(self._send_all(), name="news")

    async def close(self) -> None:
        """Stops sending."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        self._pending.clear()

    def tell(self, subject: Subject) -> None:
        """Sends a hint with the next message."""
        if self._task is not None and len(self._pending) < MOST:
            self._pending.add(subject)
            self._wanted.set()

    async def hear(self, heard: Hear) -> None:
        """Passes on what comes over the channel, for ever."""
        while True:
            try:
                await self._hear(heard)
            except (RedisError, OSError) as lost:
                log.info("no news: %s", type(lost).__name__)
            await asyncio.sleep(AGAIN)

    async def _hear(self, heard: Hear) -> None:
        async with self._client() as client, client.pubsub() as channel:
            await channel.subscribe(CHANNEL)
            while True:
                for subject in read(await _next(channel)):
                    heard(subject)

    async def _send_all(self) -> None:
        async with self._client() as client:
            while True:
                await self._wanted.wait()
                await asyncio.sleep(GATHER)
                self._wanted.clear()
                pending, self._pending = self._pending, set()
                try:
                    await client.publish(CHANNEL, written(pending))
                except (RedisError, OSError) as lost:
                    log.info("%s hints were lost: %s", len(pending), type(lost).__name__)
                    await asyncio.sleep(AGAIN)

    def _client(self) -> redis.asyncio.Redis:
        return redis.asyncio.from_url(
            self._url,
            decode_responses=True,
            socket_connect_timeout=STEP,
            socket_timeout=STEP,
            retry=Retry(NoBackoff(), 1),
        )


async def _next(channel: PubSub) -> str:
    """The next message. A channel that was silent for long is asked whether it is there at all.

    Raises: RedisError.
    """
    message = await channel.get_message(timeout=SILENCE)
    if message is None:
        await channel.ping()
        message = await channel.get_message(timeout=STEP)
    if message is None:
        raise ConnectionError("it does not answer")
    return str(message["data"])
