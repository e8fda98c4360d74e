"""Which function carries out which kind of job: exactly one each."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from domain.jobs.execution import Handler
from domain.jobs.kinds import kind_of

H = TypeVar("H", bound=Handler)

HANDLERS: dict[type, Handler] = {}


class HandledAlready(ValueError):
    """A second function wants to carry out the same kind."""


def handles(job: type) -> Callable[[H], H]:
    """Registers the function below as the one that carries out a kind of job.

    Raises: UnknownKind for a class that is no job; HandledAlready.
    """
    kind = kind_of(job)

    def register(handler: H) -> H:
        taken = HANDLERS.get(job)
        if taken is not None and taken is not handler:
            raise HandledAlready(f"{kind.name} is handled by {taken.__module__} already")
        HANDLERS[job] = handler
        return handler

    return register
