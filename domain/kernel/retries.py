"""The one place that tries a verb again: after a deadlock, a serialization failure or a lost connection."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg

from domain.kernel.database import ConnectionLost, Unavailable, is_away

T = TypeVar("T")
ATTEMPTS = 3
BASE_PAUSE = 0.02  # seconds; doubles with each attempt

CONFLICTS = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
BUSY = (*CONFLICTS, asyncpg.LockNotAvailableError)
LOST_BEFORE_COMMIT = (
    ConnectionLost,
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

    Raises: Unavailable when the database stays out of reach or the rows stay locked; TimeoutError when a statement
    took too long; whatever else the verb raises.
    """
    try:
        return await _several_times(verb)
    except asyncpg.QueryCanceledError as cancelled:
        raise TimeoutError("a statement took too long") from cancelled
    except Exception as error:
        if isinstance(error, BUSY) or is_away(error):
            raise Unavailable(type(error).__name__) from error
        raise


async def _several_times(verb: Callable[[], Awaitable[T]]) -> T:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return await verb()
        except (*CONFLICTS, *LOST_BEFORE_COMMIT):
            if attempt == ATTEMPTS:
                raise
            await asyncio.sleep(BASE_PAUSE * 2**attempt * random.uniform(0.5, 1.5))  # noqa: S311 - spreads retries
    raise AssertionError("unreachable")
