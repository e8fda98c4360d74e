"""What an API key may be used for: asked of every request before anything runs, since plans know roles only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphql import GraphQLField, GraphQLObjectType, get_named_type, is_abstract_type

from api.errors import Code, RequestError
from api.reading.collect import Collector, Fields
from api.reading.fields import ENTITIES, How
from api.reading.projecting import bound_of
from domain.access.terms import ApiScope
from domain.kernel.actor import Actor

ROOTS = frozenset({How.CONNECTION, How.BY_ID, How.BY_KEY, How.NODE, How.NODES, How.QUERY})
"""Ways of reading that lead to rows which the request neither asks in nor has just changed."""


def expect_scope(actor: Actor, scope: ApiScope | None, field: str) -> None:
    """Sees that a key was made for what a field does; people have no scopes, and may do what their roles may.

    Raises: RequestError with FORBIDDEN. A field that names no scope is for no key.
    """
    if actor.scopes is not None and scope not in actor.scopes:
        raise RequestError(Code.FORBIDDEN, (_lacking(scope, field),))


def may_read(actor: Actor) -> bool:
    """Whether somebody may read whatever the roles may; a key which is not made for reading may not."""
    return actor.scopes is None or ApiScope.READ in actor.scopes


def expect_reading(actor: Actor, collector: Collector, type_: GraphQLObjectType, fields: Fields) -> None:
    """Sees that a key which is not made for reading reads no more than its own session and the rows it changes.

    Raises: RequestError with FORBIDDEN for every field that leads to other rows.
    """
    if may_read(actor):
        return
    found = tuple(dict.fromkeys(_leading_on(collector, type_, fields)))
    if found:
        raise RequestError(Code.FORBIDDEN, tuple(_lacking(ApiScope.READ, field) for field in found))


def _leading_on(collector: Collector, type_: GraphQLObjectType, fields: Fields) -> Iterator[str]:
    for nodes in fields.values():
        name = nodes[0].name.value
        definition = type_.fields.get(name)
        if definition is None:  # about the schema itself
            continue
        target = get_named_type(definition.type)
        if _leads_on(definition):
            yield f"{type_.name}.{name}"
        elif isinstance(target, GraphQLObjectType):
            yield from _leading_on(collector, target, collector.below(target, nodes))


def _leads_on(definition: GraphQLField) -> bool:
    bound, _ = bound_of(definition)
    if bound is None:
        return False
    target = get_named_type(definition.type)
    return bound.how in ROOTS or (bound.how is How.NAMED and (target.name in ENTITIES or is_abstract_type(target)))


def _lacking(scope: ApiScope | None, field: str) -> dict[str, Any]:
    message = f"{field} is for no API key." if scope is None else f"This API key lacks the scope {scope} for {field}."
    return {"message": message, "extensions": {"code": Code.FORBIDDEN.value, "field": field, "scope": scope}}
