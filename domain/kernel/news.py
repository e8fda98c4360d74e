"""Tells whoever watches a row that it has changed: a hint after the commit, to this process and, carried, to others.

A hint names a row and nothing of it. It may be lost, come twice or come too early; who needs to know looks for himself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol, TypeAlias

from domain.kernel.database import current
from domain.kernel.subject import Subject

Hear: TypeAlias = Callable[[Subject], None]


class Carrier(Protocol):
    """Carries hints between the processes; implemented by a gateway."""

    async def open(self) -> None:
        """Begins to carry, on the running loop."""

    async def close(self) -> None:
        """Stops; what was not sent yet is dropped."""

    def tell(self, subject: Subject) -> None:
        """Sends a hint some time soon; returns at once and never fails."""

    async def hear(self, heard: Hear) -> None:
        """Passes on the hints of all processes until it is cancelled, over any loss of the connection."""


_carrier: Carrier | None = None
_listeners: set[Hear] = set()


def use_carrier(chosen: Carrier | None) -> None:
    """Sets how this process's hints reach others; without one, others find changes at their next look."""
    global _carrier  # noqa: PLW0603 - one for each process
    _carrier = chosen


def carrier() -> Carrier | None:
    """How hints travel between processes, if they do."""
    return _carrier


async def open_news() -> None:
    """Opens the carrier, where there is one."""
    if _carrier is not None:
        await _carrier.open()


async def close_news() -> None:
    """Closes it."""
    if _carrier is not None:
        await _carrier.close()


def hear_here(listener: Hear) -> Callable[[], None]:
    """Calls `listener` for every change of this process; returns what ends that."""
    _listeners.add(listener)
    return lambda: _listeners.discard(listener)


def changed(subject: Subject) -> None:
    """Tells of a row that the current transaction changes, once it has committed.

    Raises: NoTransaction outside of one.
    """
    current().after_commit[f"changed:{subject.kind}:{subject.id}"] = partial(tell, subject)


def tell(subject: Subject) -> None:
    """Tells of a row that was changed just now."""
    for listener in tuple(_listeners):
        listener(subject)
    if _carrier is not None:
        _carrier.tell(subject)
