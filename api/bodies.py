"""Bodies of requests outside GraphQL, read no further than they may be long."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import Request


async def read_body(request: Request, most: int) -> bytes | None:
    """The body, or None when it has more than `most` bytes."""
    found = bytearray()
    async for part in request.stream():
        found += part
        if len(found) > most:
            return None
    return bytes(found)


async def arriving(chunks: AsyncIterator[bytes], silence: float) -> AsyncIterator[bytes]:
    """A body as it comes. Units: `silence` in seconds.

    Raises: TimeoutError for a sender that falls silent.
    """
    while True:
        async with asyncio.timeout(silence):
            chunk = await anext(chunks, None)
        if chunk is None:
            return
        yield chunk
