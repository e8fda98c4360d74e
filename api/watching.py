"""What is told of each operation once it has ended: one line in the log, the metrics, the name of its span."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from random import getrandbits
from time import perf_counter

from graphql import OperationType

from api.documents import Document, Operation
from api.metrics import FOLLOWED, REQUESTS
from domain.kernel import tracing
from domain.kernel.actor import Actor
from domain.kernel.logs import Told, tell, without_personal_data
from domain.kernel.watching import Spent, request_id, spent

log = logging.getLogger("aftercare.api")

REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{8,64}")
SHOWN_HASH = 12  # characters; enough to find a document by
SLOW = 1.0  # seconds
UNREAD = ("none", "none")
"""How requests without a document are counted."""


class Transport(StrEnum):
    """How an operation is asked and answered."""

    HTTP = "http"
    """By one request and one answer."""
    EVENTS = "sse"
    """By one request and a stream of events."""
    SOCKET = "ws"
    """Beside others over a WebSocket."""


class Ending(StrEnum):
    """Why an operation that may be followed for long has no more to say."""

    COMPLETE = "complete"
    """Everything was said, or why there is no more."""
    LEFT = "left"
    """Its client has had enough, has gone, or does not read."""
    SIGNED_OUT = "signed-out"
    """The session behind it is over."""
    STOPPED = "stopped"
    """This process ends."""


@dataclass(slots=True)
class Watched(Spent):
    """One operation under way: what is known of it so far, and nothing that somebody typed but a document's own names.

    `code` is the first error or refusal; `cost` is what the document weighs, where it was weighed; `status` is that of
    an HTTP answer; `results` were sent. Units: `size` in bytes.
    """

    request_id: str = ""
    began: float = 0.0
    transport: Transport = Transport.HTTP
    document: Document | None = None
    operation: Operation | None = None
    actor: Actor | None = None
    code: str | None = None
    cost: int | None = None
    status: int | None = None
    size: int = 0
    results: int = 0
    ending: Ending = Ending.COMPLETE

    @property
    def is_followed(self) -> bool:
        """Whether it may go on for long: how long it took says nothing then."""
        return self.operation is not None and self.operation.kind is OperationType.SUBSCRIPTION


def begin(given: bytes | None, transport: Transport = Transport.HTTP) -> Watched:
    """Watches the operation of this task from now on; `given` is the request's name where its caller gave it one."""
    watched = Watched(0, 0.0, own_request_id(given), perf_counter(), transport)
    request_id.set(watched.request_id)
    spent.set(watched)
    return watched


def _current() -> Watched | None:
    """The operation of this task, if it is watched."""
    found = spent.get()
    return found if isinstance(found, Watched) else None


def note_code(code: str) -> None:
    """Remembers why a part of the operation was not carried out, unless another part's reason is known already."""
    if (watched := _current()) is not None and watched.code is None:
        watched.code = code


def note_cost(points: int) -> None:
    """Remembers what the document costs."""
    if (watched := _current()) is not None:
        watched.cost = points


def note_ending(ending: Ending) -> None:
    """Remembers why there is no more to say."""
    if (watched := _current()) is not None:
        watched.ending = ending


def note_result(size: int) -> None:
    """Counts one of several results. Units: `size` in bytes."""
    if (watched := _current()) is not None:
        watched.results += 1
        watched.size += size
        if watched.operation is not None and watched.is_followed:
            FOLLOWED.events[watched.operation.label] += 1


@contextmanager
def following(operation: Operation) -> Iterator[None]:
    """Counts a subscription as open for the time of a block."""
    FOLLOWED.open[operation.label] += 1
    try:
        yield
    finally:
        FOLLOWED.open[operation.label] -= 1


def finish(watched: Watched) -> None:
    """Tells of an operation that has ended."""
    seconds, operation, outcome = perf_counter() - watched.began, watched.operation, watched.code or "OK"
    tally = REQUESTS.tallies[(operation.label, operation.kind_name) if operation else UNREAD]
    tally.add(outcome, watched.statements, watched.seconds, watched.size)
    if is_followed := watched.is_followed:
        event, level = "ended", logging.INFO
    else:
        tally.took(seconds)
        event, level = ("slow", logging.WARNING) if seconds > SLOW else ("answered", logging.INFO)
    if log.isEnabledFor(level):
        tell(log, level, event, _told(watched, seconds, is_followed=is_followed))
    if (tracer := tracing.tracer()) is not None:
        facts = {f"aftercare.{name}": value for name, value in _told(watched, seconds, is_followed=is_followed).items()}
        tracer.describe(operation.shown_name if operation else None, facts)


def _told(watched: Watched, seconds: float, *, is_followed: bool) -> Told:
    operation, document, actor = watched.operation, watched.document, watched.actor
    told: Told = {
        "request_id": watched.request_id,
        "transport": watched.transport.value,
        "operation": operation.shown_name if operation else None,
        "kind": operation.kind_name if operation else None,
        "document": document.hash[:SHOWN_HASH] if document else None,
        "actor": actor.label if actor else None,
        "status": watched.status,
        "code": watched.code,
        "cost": watched.cost,
        "ms": round(seconds * 1000, 2),
        "sql_ms": round(watched.seconds * 1000, 2),
        "statements": watched.statements,
        "bytes": watched.size,
    }
    return told | {"results": watched.results, "ending": watched.ending.value} if is_followed else told


def own_request_id(given: bytes | None) -> str:
    """The name of a request in audit and logs: the caller's where it is a plain word, else one of ours."""
    text = given.decode("latin-1") if given else ""
    fits = text and REQUEST_ID.fullmatch(text) and without_personal_data(text) == text
    return text if fits else f"{getrandbits(128):032x}"
