"""GraphQL over HTTP: negotiation, a strictly typed request, status codes in one table, answers framed as bytes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

import orjson
from graphql import OperationType
from starlette.types import Receive, Scope, Send

from api.answering import Answering, Asked
from api.documents import Document, DocumentStore
from api.errors import Code, RequestError, unexpected
from domain.audit.entries import request_id
from domain.kernel.actor import Actor

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
MEDIA_TYPES = (GRAPHQL, JSON)
CONTENT_TYPES = {media: f"{media}; charset=utf-8".encode() for media in MEDIA_TYPES}
GUARDS = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))
"""What an answer says of itself: it is for one reader, now, and JSON whatever a browser may guess."""

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
REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{8,64}")
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

    query: str | None
    operation_name: str | None
    variables: Mapping[str, Any]
    hash: str | None


@dataclass(frozen=True)
class Answer:
    """A response before it is sent."""

    status: int
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()


class GraphQLEndpoint:
    """The ASGI application behind `/graphql`."""

    def __init__(
        self,
        answering: Answering,
        store: DocumentStore,
        authenticate: Callable[[Mapping[bytes, bytes]], Awaitable[Actor]],
        body_limit: int,
        deadline: float,
    ) -> None:
        self.answering, self.store, self.authenticate = answering, store, authenticate
        self.body_limit, self.deadline = body_limit, deadline

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        headers: dict[bytes, bytes] = dict(scope["headers"])
        media = JSON
        try:
            media = negotiate(headers.get(b"accept", b"").decode("latin-1"))
            answer = await self._answer(scope, headers, receive)
        except HttpError as error:
            body = {"errors": [{"message": error.message, "extensions": {"code": Code.BAD_REQUEST.value}}]}
            answer = Answer(error.status, orjson.dumps(body), error.headers)
        except RequestError as error:
            answer = request_error(error, media)
        except TimeoutError:
            answer = request_error(RequestError.of(Code.TIMEOUT, "This took too long and was stopped."), media)
        except (ConnectionError, FileNotFoundError):
            answer = request_error(RequestError.of(Code.SERVICE_UNAVAILABLE, "Try again in a moment."), media)
        except Exception as error:  # noqa: BLE001 - nothing of a fault but its id leaves the server
            answer = Answer(500, orjson.dumps({"errors": [unexpected(error)]}))
        length = (b"content-length", str(len(answer.body)).encode())
        sent = [(b"content-type", CONTENT_TYPES[media]), length, *GUARDS, *answer.headers]
        await send({"type": "http.response.start", "status": answer.status, "headers": sent})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else answer.body})

    async def _answer(self, scope: Scope, headers: dict[bytes, bytes], receive: Receive) -> Answer:
        parameters = await self._parameters(scope, headers, receive)
        operation = self._document(parameters).operation(parameters.operation_name)
        if scope["method"] != "POST" and operation.kind is not OperationType.QUERY:
            raise HttpError(405, "Only queries are answered by GET.", ((b"allow", b"POST"),))
        if operation.kind is OperationType.SUBSCRIPTION:
            raise HttpError(400, "Subscriptions are not answered over plain HTTP.")
        if operation.kind is OperationType.MUTATION:
            request_id.set(own_request_id(headers.get(b"x-request-id", b"")))
        actor = await self.authenticate(headers)
        asked = Asked(actor, parameters.variables, language(headers.get(b"accept-language", b"")))
        async with asyncio.timeout(self.deadline):
            body = await self.answering.answer(operation, asked)
        return Answer(200, body)

    def _document(self, parameters: Parameters) -> Document:
        if parameters.query is None:
            if parameters.hash is None:
                raise RequestError.of(Code.BAD_REQUEST, "The request names no document.")
            return self.store.by_hash(parameters.hash)
        return self.store.by_text(parameters.query)

    async def _parameters(self, scope: Scope, headers: dict[bytes, bytes], receive: Receive) -> Parameters:
        method = scope["method"]
        if method == "POST":
            check_content_type(headers.get(b"content-type", b""))
            return typed(_decoded(await self._body(headers, receive), "The body"))
        if method in {"GET", "HEAD"}:
            return typed(_from_url(scope["query_string"]))
        raise HttpError(405, "Use POST.", ((b"allow", b"GET, HEAD, POST"),))

    async def _body(self, headers: dict[bytes, bytes], receive: Receive) -> bytes:
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


def request_error(error: RequestError, media: str) -> Answer:
    """The response to a request that is not answered."""
    plain = media == JSON and error.code in WELL_FORMED
    return Answer(200 if plain else HTTP_STATUS[error.code], orjson.dumps({"errors": error.errors}))


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
def negotiate(accept: str) -> str:
    """The media type of the response, by the client's weights; equal weights prefer the newer type when it is named.

    Raises: HttpError 406 when the client accepts neither.
    """
    if not accept.strip():
        return JSON
    weights = [_weighed(part) for part in accept.lower().split(",")]
    best: tuple[float, str] = (0.0, "")
    for media in MEDIA_TYPES:
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
    """The reader's language: `zh` where it is preferred, else `en`."""
    first = accepted.decode("latin-1").lower().split(",")[0].strip()
    return "zh" if first.startswith("zh") else "en"


def own_request_id(given: bytes) -> str:
    """The name of a request in audit and logs: the caller's where it is a plain word, else one of ours."""
    text = given.decode("latin-1")
    return text if REQUEST_ID.fullmatch(text) else uuid4().hex


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
    found = digest.removeprefix("sha256:") if isinstance(digest, str) else None
    return Parameters(value.get("query"), value.get("operationName"), value.get("variables") or {}, found)
