"""One connection of `graphql-transport-ws`: who calls, which operations run, and why it is closed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack, aclosing, suppress
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import orjson
from starlette.types import Receive, Scope, Send

from api.answering import Asked
from api.credentials import ANONYMOUS, OWN_PAGE
from api.documents import DocumentStore
from api.errors import Code, RequestError, SignedOut, failed, in_language, unexpected
from api.http import Parameters, language, typed
from api.origin import origin, origin_of
from api.rates import Bucket, Rates
from api.subscribing.feed import Feed, errors_of
from api.subscribing.places import Places
from api.subscribing.sending import Gone, hand_over
from api.watching import Ending, Transport, Watched, begin, finish
from domain.kernel.actor import Actor
from domain.kernel.tracing import Side, span

INIT_TIME = 10.0  # seconds until a client must have said who it is
MOST_OPERATIONS = 100
RESTARTED = 1012  # with which the server closes its sockets when it is told to end
Authenticate = Callable[[Mapping[bytes, bytes]], Awaitable[Actor]]


class Close(IntEnum):
    """Why a connection is closed: the codes of the protocol, and what they mean here."""

    AGAIN_LATER = 1013
    """Whether the token counts could not be found out; try again in a moment."""
    BAD_MESSAGE = 4400
    """A message is not of the protocol."""
    UNAUTHORIZED = 4401
    """An operation before the connection was acknowledged, or the session has ended."""
    FORBIDDEN = 4403
    """The token is not valid; come back with a newer one."""
    NO_PROTOCOL = 4406
    """The client does not speak the protocol."""
    TOO_SLOW = 4408
    """The client did not say in time who it is."""
    TAKEN = 4409
    """An operation of this id runs already."""
    TOO_MANY = 4429
    """A second `connection_init`, or more connections than one client may have."""
    FAULT = 4500
    """A fault of ours."""


class Closed(Exception):
    """The connection must be closed."""

    def __init__(self, code: Close, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


NOT_OF_THE_PROTOCOL = "Invalid message"
SESSION_OVER = "The session has ended"


@dataclass(frozen=True)
class Serving:
    """What connections are served with."""

    feed: Feed
    store: DocumentStore
    authenticate: Authenticate
    places: Places
    rates: Rates
    proxies: int


@dataclass(eq=False)
class Connection:
    """One connection that was accepted. `live` are the operations that run, by the client's ids."""

    serving: Serving
    scope: Scope
    receive: Receive
    send: Send
    actor: Actor | None = None
    is_initialised: bool = False
    live: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _left: Ending = Ending.LEFT
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _held: ExitStack = field(default_factory=ExitStack)
    _end: asyncio.Future[Closed | None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    @property
    def headers(self) -> dict[bytes, bytes]:
        """The headers of the handshake."""
        return dict(self.scope["headers"])

    @property
    def language(self) -> str:
        """The language of the reader, `zh` or `en`."""
        return language(self.headers.get(b"accept-language", b""))

    @property
    def address(self) -> str | None:
        """Where the connection comes from."""
        return origin_of(self.scope, self.serving.proxies)

    async def serve(self) -> None:
        """Serves the connection until it is closed from either side."""
        slow = Closed(Close.TOO_SLOW, "Connection initialisation timeout")
        timer = asyncio.get_running_loop().call_later(INIT_TIME, self._end_unless_initialised, slow)
        reading = asyncio.create_task(self._read())
        try:
            ends: tuple[asyncio.Future[Any], ...] = (reading, self._end)
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            closed, left = self._verdict(reading), tuple(self.live)
        finally:
            timer.cancel()
            await self._stop(reading)
            self._held.close()
        with suppress(Gone):
            await self._close(closed, left)

    def _verdict(self, reading: asyncio.Task[None]) -> Closed | None:
        """Why the connection is closed, or None when the client has gone."""
        if self._end.done():
            return self._end.result()
        match error := reading.exception():
            case Closed():
                return error
            case None | Gone():
                return None
            case _:
                unexpected(error)
                return Closed(Close.FAULT, "Internal server error")

    async def _stop(self, reading: asyncio.Task[None]) -> None:
        tasks = (reading, *self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _close(self, closed: Closed | None, left: tuple[str, ...]) -> None:
        """Says goodbye; where the session has ended, to each operation by itself."""
        if closed is None:
            return
        if closed.reason == SESSION_OVER:
            for name in left:
                await self._say_error(name, in_language([failed(SignedOut())], self.language))
        await hand_over(self.send, {"type": "websocket.close", "code": int(closed.code), "reason": closed.reason})

    def _finish(self, closed: Closed | None) -> None:
        if not self._end.done():
            self._end.set_result(closed)

    def _end_unless_initialised(self, closed: Closed) -> None:
        if self.actor is None:
            self._finish(closed)

    def _session_over(self) -> None:
        self._finish(Closed(Close.UNAUTHORIZED, SESSION_OVER))

    async def _read(self) -> None:
        """Takes the client's messages one after the other.

        Raises: Closed; Gone.
        """
        while (message := await self.receive())["type"] == "websocket.receive":
            await self._take(_decoded(message.get("text")))
        if message.get("code") == RESTARTED:
            self._left = Ending.STOPPED

    async def _take(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "connection_init":
                await self._initialise(_object(message))
            case "ping":
                payload = _object(message)
                await self._say({"type": "pong", "payload": payload} if payload else {"type": "pong"})
            case "pong":
                _object(message)
            case "subscribe":
                await self._subscribe(message)
            case "complete":
                if (task := self.live.pop(_id(message), None)) is not None:
                    task.cancel()
            case _:
                raise Closed(Close.BAD_MESSAGE, NOT_OF_THE_PROTOCOL)

    async def _initialise(self, payload: dict[str, Any]) -> None:
        if self.is_initialised:
            raise Closed(Close.TOO_MANY, "Too many initialisation requests")
        self.is_initialised = True
        actor = await self._caller(payload)
        try:
            self._held.enter_context(self.serving.places.held(actor, self.address or ""))
        except RequestError as full:
            raise Closed(Close.TOO_MANY, "Too many connections") from full
        self._held.enter_context(self.serving.feed.watcher.guarding(actor, self._session_over))
        self.actor = actor
        await self._say({"type": "connection_ack"})

    async def _caller(self, payload: dict[str, Any]) -> Actor:
        """Who calls: by the payload, as browsers cannot set headers, else by the handshake's own header."""
        given = payload.get("Authorization", payload.get("authorization"))
        if not isinstance(given, str | None):
            raise Closed(Close.BAD_MESSAGE, NOT_OF_THE_PROTOCOL)
        own = {} if given is None else {b"authorization": given.encode()}
        try:
            # A page of ours opened the socket, or one of a listed origin: the handshake was refused to others.
            actor = await self.serving.authenticate(self.headers | {OWN_PAGE: b"1"} | own)
            is_live = await self.serving.feed.watcher.is_live(actor)
        except RequestError as refused:
            raise Closed(Close.FORBIDDEN, "Forbidden") from refused
        except (ConnectionError, TimeoutError) as lost:
            raise Closed(Close.AGAIN_LATER, "Try again in a moment") from lost
        if not is_live:
            raise Closed(Close.FORBIDDEN, "Forbidden")
        return actor

    async def _subscribe(self, message: dict[str, Any]) -> None:
        if self.actor is None:
            raise Closed(Close.UNAUTHORIZED, "Unauthorized")
        name = _id(message)
        if name in self.live:
            raise Closed(Close.TAKEN, "Subscriber already exists")
        try:
            parameters = typed(message.get("payload"))
        except RequestError as error:
            raise Closed(Close.BAD_MESSAGE, NOT_OF_THE_PROTOCOL) from error
        if len(self.live) >= MOST_OPERATIONS:
            text = f"At most {MOST_OPERATIONS} operations may run on one connection."
            refusal = RequestError.of(Code.THROTTLED, text)
            await self._say_error(name, in_language(refusal.errors, self.language))
            return
        task = self.live[name] = asyncio.create_task(self._operate(name, parameters, self.actor))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _operate(self, name: str, parameters: Parameters, actor: Actor) -> None:
        """Carries out one operation to its end, whatever it is, and tells of it."""
        watched = begin(None, Transport.SOCKET)
        watched.actor = actor
        with span("operation", side=Side.SERVER, parent=self.headers.get(b"traceparent")):
            try:
                await self._carry_out(name, parameters, watched)
            except Gone:
                watched.ending = Ending.LEFT
                self._finish(None)
            except asyncio.CancelledError:
                watched.ending = Ending.SIGNED_OUT if self._is_over else self._left
                raise
            finally:
                finish(watched)

    @property
    def _is_over(self) -> bool:
        """Whether the connection is closed because its session has ended."""
        found = self._end.result() if self._end.done() else None
        return found is not None and found.reason == SESSION_OVER

    async def _carry_out(self, name: str, parameters: Parameters, watched: Watched) -> None:
        """Tells all results of one operation, or why there are no more.

        Raises: Gone.
        """
        origin.set(self.address)
        bucket = self.serving.rates.bucket(watched.actor or ANONYMOUS, self.address)
        try:
            await self._tell(name, parameters, watched, bucket)
        except Gone:
            raise
        except Exception as error:  # noqa: BLE001 - told to the client, whose other operations go on
            self.live.pop(name, None)
            await self._say_error(name, errors_of(error, self.language, bucket))
            if isinstance(error, RequestError) and error.code is Code.UNAUTHENTICATED:
                watched.ending = Ending.SIGNED_OUT
                self._session_over()
        else:
            self.live.pop(name, None)
            await self._say({"id": name, "type": "complete"})

    async def _tell(self, name: str, parameters: Parameters, watched: Watched, bucket: Bucket) -> None:
        actor = watched.actor or ANONYMOUS
        watched.document = self.serving.store.find(parameters.document, actor)
        watched.operation = watched.document.operation(parameters.operation_name)
        asked = Asked(actor, parameters.variables, self.language, bucket=bucket)
        head = b'{"id":' + orjson.dumps(name) + b',"type":"next","payload":'
        async with aclosing(self.serving.feed.results(watched.operation, asked)) as results:
            async for result in results:
                await self._say_text(head + result.body + b"}")

    async def _say_error(self, name: str, errors: list[Mapping[str, Any]]) -> None:
        await self._say({"id": name, "type": "error", "payload": errors})

    async def _say(self, message: dict[str, Any]) -> None:
        await self._say_text(orjson.dumps(message))

    async def _say_text(self, text: bytes) -> None:
        await hand_over(self.send, {"type": "websocket.send", "text": text.decode()})


def _decoded(text: str | None) -> dict[str, Any]:
    """A message of the client.

    Raises: Closed when it is binary, no JSON, or nothing that has a type.
    """
    try:
        found = orjson.loads(text or "")
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict) or not isinstance(found.get("type"), str):
        raise Closed(Close.BAD_MESSAGE, NOT_OF_THE_PROTOCOL)
    return found


def _object(message: dict[str, Any]) -> dict[str, Any]:
    """The payload of a message that may have one."""
    payload = message.get("payload")
    if not isinstance(payload, dict | None):
        raise Closed(Close.BAD_MESSAGE, NOT_OF_THE_PROTOCOL)
    return payload or {}


def _id(message: dict[str, Any]) -> str:
    """The client's name of an operation."""
    found = message.get("id")
    if not isinstance(found, str) or not found:
        raise Closed(Close.BAD_MESSAGE, NOT_OF_THE_PROTOCOL)
    return found
