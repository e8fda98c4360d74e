"""GraphQL over HTTP: negotiation, a strictly typed request, status codes in one table, answers framed as bytes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

import orjson
from graphql import OperationType
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import Receive, Scope, Send

from api.answering import Answering, Asked
from api.credentials import ANONYMOUS
from api.documents import DocumentStore, Named, Operation
from api.errors import Code, RequestError, in_language, refusal_of
from api.framing import COMPLETE, SOCKET_PROTOCOL, next_event
from api.idempotency import sent_key
from api.manifest import bare
from api.origin import origin, origin_of
from api.rates import REFUSED, Bucket, Rates, Throttled
from api.watching import Transport, Watched, begin, finish, note_code
from domain.kernel.actor import Actor
from domain.kernel.tracing import Side, span

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
EVENTS = "text/event-stream"
MEDIA_TYPES = (GRAPHQL, JSON, EVENTS)
"""What answers may be; of two that a client likes equally well, the earlier one."""
CONTENT_TYPES = {media: f"{media}; charset=utf-8".encode() for media in MEDIA_TYPES}
GUARDS = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)
"""What an answer says of itself: it is for one reader, now, JSON whatever a browser may guess, and no page."""
ZIPPED_FROM = 1_400  # bytes; a shorter answer is one packet anyway
ZIP_LEVEL = 4

# Status of a request error under `application/graphql-response+json`; the older type answers 200 to these, as its
# clients expect. One table, so that the draft's newer codes are a small change once they settle.
HTTP_STATUS: Mapping[Code, int] = {
    Code.BAD_REQUEST: 400,
    Code.GRAPHQL_PARSE_FAILED: 400,
    Code.GRAPHQL_VALIDATION_FAILED: 400,
    Code.QUERY_TOO_COMPLEX: 400,
    Code.BAD_USER_INPUT: 400,
    Code.OPERATION_RESOLUTION_FAILURE: 400,
    Code.PERSISTED_QUERY_NOT_FOUND: 400,
    Code.UNAUTHENTICATED: 401,
    Code.FORBIDDEN: 403,
    Code.THROTTLED: 429,
    Code.TIMEOUT: 504,
    Code.SERVICE_UNAVAILABLE: 503,
    Code.OUTCOME_UNKNOWN: 503,
    Code.INTERNAL_SERVER_ERROR: 500,
}
KINDS = {"query": str, "operationName": str, "variables": dict, "extensions": dict, "documentId": str}
WELL_FORMED = frozenset(HTTP_STATUS) - {Code.BAD_REQUEST, Code.UNAUTHENTICATED, Code.THROTTLED}


@dataclass(frozen=True)
class HttpError(Exception):
    """A request refused before it is GraphQL: the status, one sentence, and headers that help."""

    status: int
    message: str
    headers: tuple[tuple[bytes, bytes], ...] = ()


@dataclass(frozen=True)
class Parameters:
    """The parameters of a GraphQL request, type-checked."""

    document: Named
    operation_name: str | None
    variables: Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """A response before it is sent."""

    status: int
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()
    media: str = JSON


Stream: TypeAlias = Callable[[Operation, Asked, str, Receive, Send], Awaitable[None]]
"""Answers by events: an operation, what is asked, the address that asks. What it raises it raises before it sends."""


@dataclass
class Exchange:
    """One request and what becomes known while it is served: the media type of its answer, and who pays for it."""

    scope: Scope
    receive: Receive
    headers: Mapping[bytes, bytes]
    watched: Watched
    media: str = JSON
    address: str | None = None
    bucket: Bucket | None = None

    @property
    def method(self) -> str:
        """The method."""
        found: str = self.scope["method"]
        return found


class GraphQLEndpoint:
    """The ASGI application behind `/graphql`."""

    def __init__(
        self,
        answering: Answering,
        store: DocumentStore,
        authenticate: Callable[[Mapping[bytes, bytes]], Awaitable[Actor]],
        rates: Rates,
        *,
        body_limit: int,
        deadline: float,
        proxies: int,
        stream: Stream,
    ) -> None:
        self.answering, self.store, self.authenticate, self.rates = answering, store, authenticate, rates
        self.body_limit, self.deadline, self.proxies, self.stream = body_limit, deadline, proxies, stream
        self._zipped = GZipMiddleware(self._serve, ZIPPED_FROM, ZIP_LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request, compressed for whoever accepts that; the others do not pay for it."""
        headers: dict[bytes, bytes] = dict(scope["headers"])
        if b"gzip" in headers.get(b"accept-encoding", b""):
            await self._zipped(scope, receive, send)
        else:
            await self._serve(scope, receive, send, headers)

    async def _serve(
        self, scope: Scope, receive: Receive, send: Send, headers: Mapping[bytes, bytes] | None = None
    ) -> None:
        given = dict(scope["headers"]) if headers is None else headers
        watched = begin(given.get(b"x-request-id"))
        exchange = Exchange(scope, receive, given, watched)
        with span("request", side=Side.SERVER, parent=given.get(b"traceparent")):
            answer = await self._answered(exchange, send)
            if answer is not None:
                watched.status, watched.size = answer.status, len(answer.body)
            finish(watched)
        if answer is not None:
            await _send(exchange, answer, send)

    async def _answered(self, exchange: Exchange, send: Send) -> Answer | None:
        """The answer, whatever happens; None when it was a stream, which is sent as it comes."""
        try:
            exchange.media = media = negotiate(exchange.headers.get(b"accept", b"").decode("latin-1"), exchange.method)
            operation, asked = await self._asked(exchange)
            if media == EVENTS:
                exchange.watched.transport, exchange.watched.status = Transport.EVENTS, 200
                await self.stream(operation, asked, exchange.address or "", exchange.receive, send)
                return None
            async with asyncio.timeout(self.deadline):
                return Answer(200, await self.answering.answer(operation, asked), media=media)
        except Exception as error:  # noqa: BLE001 - nothing of a fault but its id leaves the server
            return refused(error, exchange)

    async def _asked(self, exchange: Exchange) -> tuple[Operation, Asked]:
        headers, watched = exchange.headers, exchange.watched
        parameters = await self._parameters(exchange)
        watched.actor = actor = await self._caller(exchange)
        document = self.store.find(parameters.document, actor, by_url=exchange.method != "POST")
        watched.document, operation = document, document.operation(parameters.operation_name)
        watched.operation = operation
        if exchange.method != "POST" and operation.kind is not OperationType.QUERY:
            raise HttpError(405, "Only queries are answered by GET.", ((b"allow", b"POST"),))
        if operation.kind is OperationType.SUBSCRIPTION and exchange.media != EVENTS:
            raise HttpError(400, f"Subscriptions are answered as {EVENTS}, or over a WebSocket by {SOCKET_PROTOCOL}.")
        key = sent_key(exchange.scope["headers"]) if operation.kind is OperationType.MUTATION else None
        accepted = language(headers.get(b"accept-language", b""))
        return operation, Asked(actor, parameters.variables, accepted, key, exchange.bucket)

    async def _caller(self, exchange: Exchange) -> Actor:
        """Who asks. Whoever sends a token that counts for nothing pays as the address it came from."""
        exchange.address = origin_of(exchange.scope, self.proxies)
        origin.set(exchange.address)
        try:
            actor = await self.authenticate(exchange.headers)
        except RequestError:
            self.rates.bucket(ANONYMOUS, exchange.address).spend(REFUSED)
            raise
        exchange.bucket = self.rates.bucket(actor, exchange.address)
        return actor

    async def _parameters(self, exchange: Exchange) -> Parameters:
        if exchange.method == "POST":
            check_content_type(exchange.headers.get(b"content-type", b""))
            return typed(_decoded(await self._body(exchange.headers, exchange.receive), "The body"))
        if exchange.method in {"GET", "HEAD"}:
            return typed(_from_url(exchange.scope["query_string"]))
        raise HttpError(405, "Use POST.", ((b"allow", b"GET, HEAD, POST"),))

    async def _body(self, headers: Mapping[bytes, bytes], receive: Receive) -> bytes:
        length = headers.get(b"content-length", b"")
        if length.isdigit() and int(length) > self.body_limit:
            raise HttpError(413, f"A request has at most {self.body_limit} bytes.")
        chunks = bytearray()
        while True:
            message = await receive()
            chunks += message.get("body", b"")
            if len(chunks) > self.body_limit:
                raise HttpError(413, f"A request has at most {self.body_limit} bytes.")
            if not message.get("more_body"):
                return bytes(chunks)


def refused(error: Exception, exchange: Exchange) -> Answer:
    """The answer to a request that is not carried out."""
    match error:
        case HttpError():
            refusal = RequestError.of(Code.BAD_REQUEST, error.message)
            return Answer(error.status, _told(refusal, exchange), error.headers, whole(exchange.media))
        case Throttled():
            return request_error(error, exchange, ((b"retry-after", str(error.wait).encode()),))
    if exchange.bucket is not None:
        exchange.bucket.charge_for(error)
    return request_error(refusal_of(error), exchange)


def request_error(error: RequestError, exchange: Exchange, more: tuple[tuple[bytes, bytes], ...] = ()) -> Answer:
    """The response to a GraphQL request that is not answered.

    It comes as events where those are read and the request was well-formed.
    """
    body, mild, media = _told(error, exchange), error.code in WELL_FORMED, exchange.media
    if media == EVENTS and mild:
        return Answer(200, next_event(body) + COMPLETE, more, EVENTS)
    return Answer(200 if mild and media == JSON else HTTP_STATUS[error.code], body, more, whole(media))


def _told(error: RequestError, exchange: Exchange) -> bytes:
    """The body of a refusal in the reader's language."""
    note_code(error.code)
    reader = language(exchange.headers.get(b"accept-language", b""))
    return orjson.dumps({"errors": in_language(error.errors, reader)})


async def _send(exchange: Exchange, answer: Answer, send: Send) -> None:
    length = (b"content-length", str(len(answer.body)).encode())
    named = (b"x-request-id", exchange.watched.request_id.encode())
    told = exchange.bucket.headers if exchange.bucket is not None else ()
    sent = [(b"content-type", CONTENT_TYPES[answer.media]), length, named, *GUARDS, *told, *answer.headers]
    await send({"type": "http.response.start", "status": answer.status, "headers": sent})
    await send({"type": "http.response.body", "body": b"" if exchange.method == "HEAD" else answer.body})


def whole(media: str) -> str:
    """The media type of an answer that comes in one piece."""
    return JSON if media == EVENTS else media


@lru_cache(maxsize=256)
def check_content_type(content_type: bytes) -> None:
    """Accepts JSON in UTF-8 only.

    Raises: HttpError 415.
    """
    kind, *options = content_type.decode("latin-1").lower().split(";")
    if kind.strip() != JSON:
        raise HttpError(415, f"Send the request as {JSON}.", ((b"accept", JSON.encode()),))
    if any("charset" in option and "utf-8" not in option for option in options):
        raise HttpError(415, "Send the request in UTF-8.")


@lru_cache(maxsize=256)
def negotiate(accept: str, method: str) -> str:
    """The media type of the response, by the client's weights; equal weights prefer the newer type when it is named.

    Events are what a client wants most or nothing, and only a POST is answered by them: clients that name all they
    could read, name events too.
    Raises: HttpError 406 when the client accepts none.
    """
    if not accept.strip():
        return JSON
    weights = [_weighed(part) for part in accept.lower().split(",")]
    best: tuple[float, str] = (0.0, "")
    for media in MEDIA_TYPES if method == "POST" else (GRAPHQL, JSON):
        named = [weight for name, weight in weights if name == media]
        wild = [weight for name, weight in weights if name in {"*/*", "application/*"}] if media == JSON else []
        weight = max(named or wild or [0.0])
        if weight > best[0]:
            best = (weight, media)
    if not best[1]:
        raise HttpError(406, f"Answers are {GRAPHQL} or {JSON}.")
    return best[1]


def _weighed(part: str) -> tuple[str, float]:
    name, *options = (each.strip() for each in part.split(";"))
    weight = next((option[2:] for option in options if option.startswith("q=")), "1")
    try:
        return name, float(weight)
    except ValueError:
        return name, 0.0


@lru_cache(maxsize=256)
def language(accepted: bytes) -> str:
    """The reader's language: `zh` where it is weighed higher than English, or as high and named before; else `en`."""
    found, highest = "en", 0.0
    for part in accepted.decode("latin-1").lower().split(","):
        name, weight = _weighed(part)
        if (main := name.split("-")[0]) in {"zh", "en"} and weight > highest:
            found, highest = main, weight
    return found


def _decoded(given: bytes, what: str) -> object:
    try:
        return orjson.loads(given)
    except orjson.JSONDecodeError as error:
        if "depth" in error.msg:
            raise RequestError.of(Code.BAD_REQUEST, f"{what} is nested too deeply.") from None
        place = f"line {error.lineno}, column {error.colno}"
        raise RequestError.of(Code.BAD_REQUEST, f"{what} is not JSON in UTF-8: {error.msg} ({place}).") from None


def _from_url(query_string: bytes) -> object:
    try:
        found: dict[str, Any] = dict(parse_qsl(query_string.decode("ascii"), strict_parsing=bool(query_string)))
    except ValueError:
        raise RequestError.of(Code.BAD_REQUEST, "The URL's parameters are malformed.") from None
    for name in ("variables", "extensions"):
        if name in found:
            found[name] = _decoded(found[name].encode(), f"The URL's parameter {name}")
    return found


def typed(value: object) -> Parameters:
    """The parameters of a decoded request.

    Raises: RequestError with BAD_REQUEST for every parameter of a wrong type.
    """
    if not isinstance(value, dict):
        raise RequestError.of(Code.BAD_REQUEST, "The request is not an object.")
    faults = [
        f"{name} has the wrong type."
        for name, given in value.items()
        if given is not None and name in KINDS and not isinstance(given, KINDS[name])
    ]
    if faults:
        extensions = {"code": Code.BAD_REQUEST.value}
        raise RequestError(Code.BAD_REQUEST, tuple({"message": text, "extensions": extensions} for text in faults))
    persisted = (value.get("extensions") or {}).get("persistedQuery")
    digest = persisted.get("sha256Hash") if isinstance(persisted, dict) else value.get("documentId")
    found = bare(digest) if isinstance(digest, str) else None
    text = value.get("query")
    if found and text == "":  # what graphql-ws sends for want of a text, which it insists on
        text = None
    return Parameters(Named(text, found), value.get("operationName"), value.get("variables") or {})
