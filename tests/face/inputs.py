"""Makes the least input that fits a mutation, from the schema alone."""

from __future__ import annotations

from typing import Any, cast
from uuid import uuid4

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
)

from api.changes import CHANGE, Change
from api.reading.projecting import DEFINITION
from api.schema import SCHEMA
from domain.kernel.actor import STAFF_ROLES, Actor, Role

GRAPH = SCHEMA._schema
MUTATION = cast(GraphQLObjectType, GRAPH.mutation_type)
SAMPLES: dict[str, Any] = {
    "String": "x",
    "Int": 1,
    "Boolean": True,
    "Decimal": "0.5",
    "Date": "2026-01-02",
    "DateTime": "2026-01-02T03:04:05Z",
    "ID": "nonsense",
}


def declared(name: str) -> Change:
    """What a mutation runs and who may try it."""
    found: Change = MUTATION.fields[name].extensions[DEFINITION].metadata[CHANGE]
    return found


def input_type(name: str) -> GraphQLInputObjectType:
    """The input of a mutation."""
    return cast(GraphQLInputObjectType, get_named_type(MUTATION.fields[name].args["input"].type))


def sample(type_: GraphQLInputType, *, full: bool = False, **scalars: Any) -> Any:
    """A value that fits a type; `full` gives optional fields, too; `scalars` replaces values by their scalar's name."""
    match type_:
        case GraphQLNonNull():
            return sample(type_.of_type, full=full, **scalars)
        case GraphQLList():
            return [sample(type_.of_type, full=full, **scalars)]
        case GraphQLEnumType():
            return next(iter(type_.values))
        case GraphQLInputObjectType():
            wanted = {
                key: each for key, each in type_.fields.items() if full or isinstance(each.type, GraphQLNonNull)
            }
            return {key: sample(each.type, full=full, **scalars) for key, each in wanted.items()}
    named = type_.name
    return scalars.get(named, SAMPLES[named])


LONG = "x" * 10_001


def texts_in(value: Any, path: tuple[str, ...] = ("input",), *, sought: str = LONG) -> list[tuple[str, ...]]:
    """Where a text stands in an input."""
    if isinstance(value, dict):
        return [at for key, each in value.items() for at in texts_in(each, (*path, key), sought=sought)]
    if isinstance(value, list):
        return [at for key, each in enumerate(value) for at in texts_in(each, (*path, str(key)), sought=sought)]
    return [path] if value == sought else []


def document(name: str) -> str:
    """The mutation with its errors."""
    errors = "errors {__typename code message path}"
    return f"mutation($input: {input_type(name).name}!) {{{name}(input: $input) {{{errors}}}}}"


def fields_of(definition: GraphQLField) -> GraphQLObjectType:
    """The payload of a mutation."""
    return cast(GraphQLObjectType, get_named_type(definition.type))


def able(name: str) -> Actor:
    """Somebody who may try a mutation."""
    roles = declared(name).roles or frozenset({Role.ADMIN})
    return in_role(min(roles & STAFF_ROLES or roles))


def in_role(role: Role) -> Actor:
    """Somebody in one role, whom nothing concerns."""
    match role:
        case Role.ANONYMOUS:
            return Actor.anonymous()
        case Role.CUSTOMER:
            return Actor(frozenset({role}), customer_id=uuid4())
        case Role.PARTNER | Role.REPAIRER:
            return Actor(frozenset({role}), partner_id=uuid4())
    return Actor(frozenset({role}), staff_id=uuid4())
