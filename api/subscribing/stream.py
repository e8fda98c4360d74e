"""Answers by an event stream, as the distinct connections of `graphql-sse`: one operation for each request."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import aclosing, suppress
from typing import Any

import orjson
from starlette.types import Receive, Send

from api.answering import Asked
from api.documents import Operation
from api.errors import SignedOut
from api.framing import BEAT, COMPLETE, next_event
from api.subscribing.feed import Feed, Result, errors_of
from api.subscribing.places import Places
from api.subscribing.sending import Gone, hand_over
from api.watching import Ending, note_ending

HEARTBEAT = 12.0  # seconds between two comments, so that nothing on the way takes the connection for dead
HEADERS = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-accel-buffering", b"no"),
)


class Streaming:
    """Serves the event streams of one process."""

    def __init__(self, feed: Feed, places: Places) -> None:
        self.feed, self.places = feed, places
        self._stopping = asyncio.Event()

    def end(self) -> None:
        """Ends every stream without saying that it is complete, so that its client comes back, elsewhere."""
        self._stopping.set()

    async def serve(self, operation: Operation, asked: Asked, address: str, receive: Receive, send: Send) -> None:
        """Sends the operation's results until there are no more, the client goes, or the session ends.

        Raises: RequestError with THROTTLED before anything is sent.
        """
        over = asyncio.Event()
        with self.places.held(asked.actor, address), self.feed.watcher.guarding(asked.actor, over.set):
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            results = self.feed.results(operation, asked)
            telling = asyncio.create_task(_tell(results, asked, send))
            await _first(telling, _beat(send), _left(receive), over.wait(), self._stopping.wait())
            note_ending(ending := self._ending(telling, over))
            with suppress(Gone):
                if ending is Ending.SIGNED_OUT:
                    await _tell_error(SignedOut(), asked, send)
                await _send(send, b"", more=False)

    def _ending(self, telling: asyncio.Task[None], over: asyncio.Event) -> Ending:
        """Why a stream has no more to say."""
        if not telling.cancelled():
            return Ending.LEFT if telling.exception() is not None else Ending.COMPLETE
        if over.is_set():
            return Ending.SIGNED_OUT
        return Ending.STOPPED if self._stopping.is_set() else Ending.LEFT


async def _tell(results: AsyncGenerator[Result, None], asked: Asked, send: Send) -> None:
    """Sends results to their end, whatever it is."""
    try:
        async with aclosing(results):
            async for result in results:
                await _send(send, next_event(result.body, result.version))
    except Gone:
        raise
    except Exception as error:  # noqa: BLE001 - it is told in the stream, which has begun
        await _tell_error(error, asked, send)
    else:
        await _send(send, COMPLETE)


async def _tell_error(error: Exception, asked: Asked, send: Send) -> None:
    errors = errors_of(error, asked.language, asked.bucket)
    await _send(send, next_event(orjson.dumps({"errors": errors})) + COMPLETE)


async def _beat(send: Send) -> None:
    while True:
        await asyncio.sleep(HEARTBEAT)
        await _send(send, BEAT)


async def _left(receive: Receive) -> None:
    """Returns once the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(send: Send, text: bytes, *, more: bool = True) -> None:
    await hand_over(send, {"type": "http.response.body", "body": text, "more_body": more})


async def _first(*several: asyncio.Task[None] | Coroutine[Any, Any, Any]) -> None:
    """Waits for the first of several to end, however it does, and cancels the others."""
    tasks = [asyncio.ensure_future(each) for each in several]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
