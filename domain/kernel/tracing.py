"""Traces: what happened inside one request, from the first byte to the bank; nothing at all without a tracer."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum
from typing import Protocol, TypeAlias

Facts: TypeAlias = Mapping[str, str | int | float | None]
"""What is told of a span: names of ours, ids and numbers, never what somebody typed; None is left out."""


class Side(StrEnum):
    """On which side of a wire a span stands."""

    INTERNAL = "INTERNAL"
    SERVER = "SERVER"
    CLIENT = "CLIENT"
    CONSUMER = "CONSUMER"


class Tracer(Protocol):
    """Takes spans to where they are looked at; implemented by a gateway."""

    def span(self, name: str, side: Side, facts: Facts, parent: str | None) -> AbstractContextManager[object]:
        """A span around a block, inside the present one or inside what `parent`, a W3C `traceparent`, names."""

    def describe(self, name: str | None, facts: Facts) -> None:
        """Names the present span once it is known what it is."""

    def traceparent(self) -> str | None:
        """The present span for those who go on with its trace, as W3C Trace Context writes it."""


_NOTHING = nullcontext()
_tracer: Tracer | None = None


def use_tracer(tracer: Tracer | None) -> None:
    """Sends the spans of this process to a tracer from now on, or nowhere."""
    global _tracer  # noqa: PLW0603 - one process, one tracer
    _tracer = tracer


def span(
    name: str, facts: Facts | None = None, *, side: Side = Side.INTERNAL, parent: str | bytes | None = None
) -> AbstractContextManager[object]:
    """A span around a block."""
    if _tracer is None:
        return _NOTHING
    return _tracer.span(name, side, facts or {}, parent.decode("latin-1") if isinstance(parent, bytes) else parent)


def tracer() -> Tracer | None:
    """The tracer of this process, if it has one."""
    return _tracer


def traceparent() -> str | None:
    """What a job or a call takes along so that it goes on with the present trace."""
    return None if _tracer is None else _tracer.traceparent()
