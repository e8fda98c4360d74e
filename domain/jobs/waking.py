"""Tells the relays that there is work: those of this process at once, all others by one NOTIFY, at most every 50 ms.

The NOTIFY goes out after the commit, on a connection of its own: inside the transaction it would make commits queue up.
It is a hint only; relays look for themselves all the time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta

import asyncpg

log = logging.getLogger("aftercare.jobs")

CHANNEL = "aftercare_job"
PAUSE = timedelta(milliseconds=50)
COMMAND_TIMEOUT = 2.0  # seconds

_listeners: set[Callable[[], None]] = set()


class Waker:
    """Sends one NOTIFY for all wake-ups of 50 ms. A database out of reach costs the hint, nothing else."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._wanted = asyncio.Event()
        self._connection: asyncpg.Connection | None = None
        self._task = asyncio.create_task(self._run(), name="jobs-waker")

    def wake(self) -> None:
        """Asks for a NOTIFY; returns at once."""
        self._wanted.set()

    async def close(self) -> None:
        """Stops, and closes the connection."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._drop()

    async def _run(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            try:
                await self._notify()
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as lost:
                log.info("relays were not woken: %s", type(lost).__name__)
                await self._drop()
            await asyncio.sleep(PAUSE.total_seconds())

    async def _notify(self) -> None:
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(
                self._url,
                timeout=COMMAND_TIMEOUT,
                command_timeout=COMMAND_TIMEOUT,
                server_settings={"application_name": "aftercare-wake"},
            )
        await self._connection.execute(f"NOTIFY {CHANNEL}")

    async def _drop(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None


_waker: Waker | None = None


async def open_waking(url: str) -> None:
    """Lets this process wake the relays of others. Without it, they find the work at their next look."""
    global _waker  # noqa: PLW0603 - one for each process
    await close_waking()
    _waker = Waker(url)


async def close_waking() -> None:
    """Closes what `open_waking` opened."""
    global _waker  # noqa: PLW0603 - one for each process
    if _waker is not None:
        await _waker.close()
        _waker = None


def listen_here(listener: Callable[[], None]) -> Callable[[], None]:
    """Calls `listener` after every commit of this process that enqueued; returns what ends that."""
    _listeners.add(listener)
    return lambda: _listeners.discard(listener)


def wake() -> None:
    """Wakes the relays; called once a transaction that enqueued has committed."""
    for listener in tuple(_listeners):
        listener()
    if _waker is not None:
        _waker.wake()
