"""Mutations: each is one function that calls one verb; its field, arguments and payload come from one description."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints
from uuid import UUID

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.tools import create_type
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from api.errors import MutationError
from api.inputs import faults
from api.reading import fields
from api.rights import requires, with_roles
from domain.access.terms import ApiScope
from domain.kernel.actor import Actor, Role
from domain.kernel.lifecycle import Lifecycle
from domain.kernel.refusals import refuse_all

if TYPE_CHECKING:
    from api.schema import Query

CHANGE = "change"


@dataclass(frozen=True)
class Changed:
    """What a verb did: ids of the rows to show, and values that only this answer tells (a token)."""

    ids: dict[str, UUID | None] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)


def changed(**ids: UUID | None) -> Changed:
    """The rows that a verb changed or made, by the payload's field."""
    return Changed(ids)


Handler = Callable[[Any, Actor], Awaitable[Changed]]


@dataclass(frozen=True)
class Change:
    """One mutation: what it runs and who may try it.

    `scope` is what an API key needs for it, `keyed` whether an idempotency key may name it, which is kept for ever for
    money.
    """

    handler: Handler
    roles: frozenset[Role] | None
    scope: ApiScope | None
    keyed: bool = True
    for_ever: bool = False

    def judge(self, given: Any) -> None:
        """Judges the bounds of the input, all at once, before the verb is called.

        Raises: Refusals for what breaks the bounds.
        """
        refuse_all(list(faults(given)))


def takers(lifecycle: Lifecycle[Any, Any], *actions: StrEnum) -> frozenset[Role]:
    """The people who may take one of these actions from some state: what a mutation's `roles` are, from the table."""
    found = {role for line in lifecycle.steps if line.action in actions for role in line.roles}
    return frozenset(found - {Role.SYSTEM})


def change(
    *roles: Role, scope: ApiScope | None = None, keyed: bool = True, for_ever: bool = False, **shows: object
) -> Callable[[Handler], StrawberryField]:
    """Declares a mutation from its handler.

    The handler's name gives the mutation's, its first argument's type the input, its docstring the description; `shows`
    names the payload's fields: types of entities (read after the commit) or plain types (values of `Changed`). `roles`
    are those that may try it at all, all when none is given; what a step allows is decided by the verb. `scope` is what
    an API key needs for it; without one it is for no key. One that is not `keyed` takes no idempotency key: its caller
    is not known yet, or its answer is told once. Idempotency keys of what moves money are kept `for_ever`.
    """

    def declare(handler: Handler) -> StrawberryField:
        name = _camel(handler.__name__)
        hints = get_type_hints(handler)
        parameter = next(iter(inspect.signature(handler).parameters))
        allowed = frozenset(roles) or None
        text = " ".join((handler.__doc__ or "").split())
        text += f" An API key needs the scope {scope}." if scope else ""
        found: StrawberryField = strawberry.field(
            name=name,
            description=with_roles(text, allowed) if allowed else f"{text} Open to everybody.",
            directives=requires(allowed),
            metadata={CHANGE: Change(handler, allowed, scope, keyed, for_ever)},
        )
        found.python_name = handler.__name__
        found.type_annotation = StrawberryAnnotation(_payload(name, shows) | None)
        found.arguments = [
            StrawberryArgument("input", None, StrawberryAnnotation(hints[parameter]), description="What is asked.")
        ]
        return found

    return declare


def _camel(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(part.capitalize() for part in tail)


def _payload(mutation: str, shows: dict[str, object]) -> Any:
    title = mutation[0].upper() + mutation[1:]
    parts: list[StrawberryField] = []
    for name, kind in shows.items():
        part = fields.outcome("What was changed, read after the change; null when it was refused.", name)
        part.python_name = name
        part.type_annotation = StrawberryAnnotation(kind | None)  # type: ignore[operator]
        parts.append(part)
    refused = fields.errors("Why it was refused; empty exactly when it was done.")
    refused.python_name, refused.type_annotation = "errors", StrawberryAnnotation(list[MutationError])
    root = fields.query("Everything else, read after the change.")
    root.python_name = "query"
    root.type_annotation = StrawberryAnnotation(Annotated["Query", strawberry.lazy("api.schema")])
    return create_type(f"{title}Payload", [*parts, refused, root], description=f"The outcome of `{mutation}`.")
