"""What is told of each request once it is answered: one line in the log, the metrics, the name of its span."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from random import getrandbits
from time import perf_counter

from api.documents import Document, Operation
from api.metrics import REQUESTS
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


@dataclass(slots=True)
class Watched(Spent):
    """One request under way: what is known of it so far, and nothing that somebody typed but a document's own names.

    `code` is the first error or refusal; `cost` is what the document weighs, where it was weighed.
    """

    request_id: str = ""
    began: float = 0.0
    document: Document | None = None
    operation: Operation | None = None
    actor: Actor | None = None
    code: str | None = None
    cost: int | None = None


def begin(given: bytes | None) -> Watched:
    """Watches the request of this task from now on."""
    watched = Watched(0, 0.0, own_request_id(given), perf_counter())
    request_id.set(watched.request_id)
    spent.set(watched)
    return watched


def note_code(code: str) -> None:
    """Remembers why a part of the request was not carried out, unless another part's reason is known already."""
    watched = spent.get()
    if isinstance(watched, Watched) and watched.code is None:
        watched.code = code


def note_cost(points: int) -> None:
    """Remembers what the document costs."""
    watched = spent.get()
    if isinstance(watched, Watched):
        watched.cost = points


def finish(watched: Watched, status: int, size: int) -> None:
    """Tells of a request that is answered. Units: `size` in bytes."""
    seconds, operation = perf_counter() - watched.began, watched.operation
    tally = REQUESTS.tallies[(operation.label, operation.kind_name) if operation else UNREAD]
    tally.add(watched.code or "OK", seconds, watched.statements, watched.seconds, size)
    if seconds > SLOW:
        tell(log, logging.WARNING, "slow", _told(watched, status, seconds, size))
    elif log.isEnabledFor(logging.INFO):
        tell(log, logging.INFO, "answered", _told(watched, status, seconds, size))
    if (tracer := tracing.tracer()) is not None:
        facts = {f"aftercare.{name}": value for name, value in _told(watched, status, seconds, size).items()}
        tracer.describe(operation.shown_name if operation else None, facts)


def _told(watched: Watched, status: int, seconds: float, size: int) -> Told:
    operation, document, actor = watched.operation, watched.document, watched.actor
    return {
        "request_id": watched.request_id,
        "operation": operation.shown_name if operation else None,
        "kind": operation.kind_name if operation else None,
        "document": document.hash[:SHOWN_HASH] if document else None,
        "actor": actor.label if actor else None,
        "status": status,
        "code": watched.code,
        "cost": watched.cost,
        "ms": round(seconds * 1000, 2),
        "sql_ms": round(watched.seconds * 1000, 2),
        "statements": watched.statements,
        "bytes": size,
    }


def own_request_id(given: bytes | None) -> str:
    """The name of a request in audit and logs: the caller's where it is a plain word, else one of ours."""
    text = given.decode("latin-1") if given else ""
    fits = text and REQUEST_ID.fullmatch(text) and without_personal_data(text) == text
    return text if fits else f"{getrandbits(128):032x}"
