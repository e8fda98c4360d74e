"""The one place that tries a verb again: after a deadlock, a serialization failure or a lost connection."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg

T = TypeVar("T")
ATTEMPTS = 3
BASE_PAUSE = 0.02  # seconds; doubles with each attempt

CONFLICTS = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
LOST_BEFORE_START = (
    asyncpg.CannotConnectNowError,
    asyncpg.ConnectionDoesNotExistError,
    asyncpg.AdminShutdownError,
    ConnectionRefusedError,
    FileNotFoundError,
)


async def retrying(verb: Callable[[], Awaitable[T]]) -> T:
    """The verb's result, tried at most three times where a failure certainly left nothing behind.

    A connection lost before the commit was sent rolled back; one lost during it raises OutcomeUnknown from the
    transaction and passes through.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return await verb()
        except (*CONFLICTS, *LOST_BEFORE_START):
            if attempt == ATTEMPTS:
                raise
            await asyncio.sleep(BASE_PAUSE * 2**attempt * random.uniform(0.5, 1.5))  # noqa: S311 - spreads retries
    raise AssertionError("unreachable")
