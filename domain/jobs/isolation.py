"""Lets the jobs of a worker process run side by side, but one that a worker died at alone.

What a worker was at when it died is under suspicion, and mostly wrongly: the job that killed it takes along whatever
ran beside it. Carried out alone, it can only take itself along, and the others clear themselves.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager


class Isolation:
    """A door that jobs pass in the order they came; who shall be alone keeps it shut."""

    def __init__(self) -> None:
        self._door = asyncio.Lock()
        self._empty = asyncio.Event()
        self._empty.set()
        self._inside = 0

    def around(self, *, suspected: bool) -> AbstractAsyncContextManager[None]:
        """What a job runs in: by itself if suspected, or among others."""
        return self._alone() if suspected else self._among()

    @asynccontextmanager
    async def _among(self) -> AsyncIterator[None]:
        async with self._door:
            self._inside += 1
            self._empty.clear()
        try:
            yield
        finally:
            self._inside -= 1
            if not self._inside:
                self._empty.set()

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        async with self._door:
            await self._empty.wait()
            yield
