"""How an event stream is written, as `graphql-sse` reads it: lines end in LF, and an empty one ends an event."""

from __future__ import annotations

SOCKET_PROTOCOL = "graphql-transport-ws"
"""The other way in which more than one result is told."""
BEAT = b":\n\n"
"""A comment that keeps the connection open."""
COMPLETE = b"event: complete\ndata:\n\n"
"""The end: nothing follows."""


def next_event(body: bytes, version: int | None = None) -> bytes:
    """One result; `version` is that of the row it shows, from which a client may go on.

    PostgreSQL breaks lines between the elements of a list. A line would end the data here, and means nothing in JSON.
    """
    place = b"" if version is None else b"id: %d\n" % version
    return place + b"event: next\ndata: " + body.replace(b"\n", b"") + b"\n\n"
