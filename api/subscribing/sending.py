"""Sends to clients that may have gone, or that do not read: neither may hold anything up for long."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

from starlette.types import Send

PATIENCE = 30.0  # seconds a reader may take to make room for one more message


class Gone(Exception):
    """The client has left, or has not read for too long; nothing more is sent."""


async def hand_over(send: Send, message: MutableMapping[str, Any]) -> None:
    """Sends one message once there is room for it.

    Raises: Gone.
    """
    try:
        async with asyncio.timeout(PATIENCE):
            await send(message)
    except OSError as error:  # a time-out is one too
        raise Gone from error
