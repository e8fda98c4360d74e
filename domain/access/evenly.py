"""Answers after the same time, whatever was found out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

ANSWER_AFTER = timedelta(milliseconds=150)
"""Longer than any request that a one-time code is part of takes."""


@asynccontextmanager
async def answering_evenly() -> AsyncIterator[None]:
    """Lets what a block finds out not show in its duration."""
    loop = asyncio.get_running_loop()
    over_at = loop.time() + ANSWER_AFTER.total_seconds()
    try:
        yield
    finally:
        await asyncio.sleep(over_at - loop.time())
