"""How a type of the schema says what its fields stand on: names declared in the rooms' `reading.py`, each once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument

from api.rights import requires, sight, with_roles
from domain.kernel.actor import Fact, Role
from domain.kernel.projection.entity import Entity

T = TypeVar("T")
READING = "reading"
ENTITIES: dict[str, Entity] = {}


class How(StrEnum):
    """Ways in which a field is read."""

    NAMED = "named"
    GROUP = "group"
    CONNECTION = "connection"
    BY_ID = "by_id"
    WATCHED = "watched"
    BY_KEY = "by_key"
    MINE = "mine"
    NODE = "node"
    NODES = "nodes"
    OUTCOME = "outcome"
    ERRORS = "errors"
    QUERY = "query"


@dataclass(frozen=True)
class Bound:
    """What a field stands on. `name` is the readable or relation; None means the field's own Python name."""

    how: How
    name: str | None = None
    roles: frozenset[Role] | None = None
    fact: Fact | None = None
    keys: Mapping[str, str] = field(default_factory=dict)
    order: str | None = None
    descending: bool = True
    final: frozenset[str] = frozenset()


def _field(
    bound: Bound, description: str, arguments: Iterable[StrawberryArgument] = (), deprecated: str | None = None
) -> Any:
    text = with_roles(description, bound.roles)
    found = strawberry.field(
        description=text, directives=requires(bound.roles), metadata={READING: bound}, deprecation_reason=deprecated
    )
    found.arguments = list(arguments)
    return found


def _argument(name: str, annotation: object, description: str) -> StrawberryArgument:
    return StrawberryArgument(name, None, StrawberryAnnotation(annotation), description=description)


def bound(
    description: str,
    name: str | None = None,
    *,
    roles: Iterable[Role] | None = None,
    order: str | None = None,
    descending: bool = False,
    deprecated: str | None = None,
) -> Any:
    """A field that stands on a readable or relation of its row's entity.

    `roles` restricts who may select it; `order` is the order of a plain list; `deprecated` says what to read instead
    and from which day on the field may be gone.
    """
    allowed = None if roles is None else frozenset(roles)
    bound_to = Bound(How.NAMED, name, allowed, order=order, descending=descending)
    return _field(bound_to, description, deprecated=deprecated)


def derived(
    description: str, *, roles: Iterable[Role] | None = None, **arguments: tuple[object, str]
) -> Any:
    """A field that Python works out of its row's columns and the field's arguments, each with type and description.

    `roles` restricts who may select it.
    """
    given = [_argument(name, kind, text) for name, (kind, text) in arguments.items()]
    return _field(Bound(How.NAMED, None, None if roles is None else frozenset(roles)), description, given)


def group(description: str) -> Any:
    """An object that shows columns of the same row under one name."""
    return _field(Bound(How.GROUP), description)


def connection(
    description: str,
    name: str | None = None,
    *,
    order: object,
    where: object | None = None,
    roles: Iterable[Role] | None = None,
) -> Any:
    """A keyset connection: over a relation of the row, or at the root over all rows in sight.

    `order` is the input type with `by` and `direction`; `where` the input type of the filters.
    """
    allowed = None if roles is None else frozenset(roles)
    arguments = [
        _argument("first", int | None, "How many rows from the start, 1 to 100; 20 if neither is given."),
        _argument("after", str | None, "Rows behind this cursor."),
        _argument("last", int | None, "How many rows from the end, 1 to 100; not together with `first`."),
        _argument("before", str | None, "Rows ahead of this cursor."),
        _argument("order_by", _optional(order), "The order; newest first if none is given."),
    ]
    if where is not None:
        arguments.append(_argument("where", _optional(where), "Which rows; all in sight if nothing is given."))
    return _field(Bound(How.CONNECTION, name, allowed), description, arguments)


def _optional(kind: Any) -> Any:
    return kind | None


def by_id(description: str, roles: Iterable[Role] | None = None) -> Any:
    """A root field: the row of an id, null when it is missing, malformed or out of sight."""
    allowed = None if roles is None else frozenset(roles)
    argument = _argument("id", strawberry.ID, "The row's id.")
    return _field(Bound(How.BY_ID, roles=allowed), description, [argument])


def watched(description: str, final: Iterable[str] = ()) -> Any:
    """A root field of the subscriptions: the row of an id as it stands, and again whenever it has changed.

    `final` are the states after which it changes no more. One that is missing or out of sight ends it at once.
    """
    arguments = [
        _argument("id", strawberry.ID, "The row's id."),
        _argument("after", int | None, "The version seen last, so that only later ones are told."),
    ]
    return _field(Bound(How.WATCHED, final=frozenset(final)), description, arguments)


def by_key(description: str, kind: object, **keys: str) -> Any:
    """A root field: the row found by one of several unique keys (a one-of input); `keys` maps input to column."""
    return _field(Bound(How.BY_KEY, keys=keys), description, [_argument("by", kind, "One of the row's keys.")])


def by_number(description: str, column: str) -> Any:
    """A root field: the row of a number for people, null when it is missing or out of sight."""
    bound_to = Bound(How.BY_KEY, keys={"number": column})
    return _field(bound_to, description, [_argument("number", str, "The number, as on paper.")])


def mine(description: str, fact: Fact) -> Any:
    """A root field: the reader's own row."""
    return _field(Bound(How.MINE, fact=fact), description)


def node(description: str) -> Any:
    """The root field `node`."""
    return _field(Bound(How.NODE), description, [_argument("id", strawberry.ID, "Any row's id.")])


def nodes(description: str) -> Any:
    """The root field `nodes`."""
    ids = _argument("ids", list[strawberry.ID], "Ids of any rows, 100 at most.")
    return _field(Bound(How.NODES), description, [ids])


def outcome(description: str, name: str) -> Any:
    """A payload's field: the row that the verb changed or made."""
    return _field(Bound(How.OUTCOME, name), description)


def errors(description: str) -> Any:
    """A payload's field: why the verb refused."""
    return _field(Bound(How.ERRORS), description)


def query(description: str) -> Any:
    """A payload's field: the whole query root, read after the change."""
    return _field(Bound(How.QUERY), description)


def entity_type(entity: Entity) -> Callable[[type[T]], type[T]]:
    """Declares a class as the GraphQL type of an entity; its docstring and who sees its rows are the description."""

    def declare(cls: type[T]) -> type[T]:
        ENTITIES[entity.name] = entity
        return strawberry.type(name=entity.name, description=f"{cls.__doc__} {sight(entity.seen_by)}")(cls)

    return declare
