"""Turns at signing in: a wave of sign-ins waits for itself, and not everybody else for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from weakref import WeakKeyDictionary

from domain.kernel import clock
from domain.kernel.refusals import TooManyAttempts

AT_ONCE = 4
MOST_WAITING = 300
LATER = timedelta(seconds=10)


@dataclass
class _Queue:
    """Who signs in, and who waits for a turn, in one event loop."""

    places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    waiting: int = 0


_queues: WeakKeyDictionary[asyncio.AbstractEventLoop, _Queue] = WeakKeyDictionary()


@asynccontextmanager
async def turn() -> AsyncIterator[None]:
    """Waits, in the order of coming, until few enough others sign in.

    Raises: TooManyAttempts when so many wait already that they would wait for longer than a request may take.
    """
    queue = _queues.setdefault(asyncio.get_running_loop(), _Queue())
    if queue.waiting >= MOST_WAITING:
        raise TooManyAttempts(retry_at=clock.now() + LATER)
    queue.waiting += 1
    try:
        await queue.places.acquire()
    finally:
        queue.waiting -= 1
    try:
        yield
    finally:
        queue.places.release()
