"""Checks at start that every field of the schema stands on something, with the nullability that it promises."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_non_null_type,
)

from api.reading.fields import ENTITIES, How
from api.reading.projecting import bound_of
from domain.kernel.projection.entity import About, Entity, Many, One


class UnsoundSchema(TypeError):
    """The schema promises what its rooms do not let be read; the text lists every field at fault."""


def check_schema(schema: GraphQLSchema) -> None:
    """Compares every type of an entity with what its room declares.

    Raises: UnsoundSchema with all faults.
    """
    faults = [
        f"{name}.{field}: {fault}"
        for name, entity in ENTITIES.items()
        if name in schema.type_map
        for field, fault in _faults(cast(GraphQLObjectType, schema.type_map[name]), entity)
    ]
    if faults:
        raise UnsoundSchema("\n".join(faults))


def _faults(type_: GraphQLObjectType, entity: Entity) -> Iterator[tuple[str, str]]:
    for name, definition in type_.fields.items():
        bound, python_name = bound_of(definition)
        if bound is None:
            yield name, "stands on nothing"
        elif bound.how is How.GROUP:
            yield from _faults(cast(GraphQLObjectType, get_named_type(definition.type)), entity)
        else:
            fault = _fault(definition, bound.name or python_name, entity)
            if fault:
                yield name, fault


def _fault(definition: GraphQLField, name: str, entity: Entity) -> str | None:
    required = is_non_null_type(definition.type)
    if name in entity.columns:
        return "is required but may be null" if required and entity.columns[name].nullable else None
    relation = entity.relations.get(name)
    match relation:
        case None:
            return f"{entity.name} has no {name}"
        case One(nullable=nullable):
            return "is required but its row may be out of sight" if required and nullable else None
        case About():
            return "is required but its row may be out of sight" if required else None
        case Many(target=target):
            return _list_fault(definition, target)


def _list_fault(definition: GraphQLField, target: Entity) -> str | None:
    """Whether the orders and filters that a connection offers are those of its rows."""
    order = definition.args.get("orderBy")
    if order is not None:
        by = get_named_type(cast(GraphQLInputObjectType, get_named_type(order.type)).fields["by"].type)
        unknown = set(cast(GraphQLEnumType, by).values) - set(target.orders)
        if unknown:
            return f"{target.name} has no orders {sorted(unknown)}"
    where = definition.args.get("where")
    if where is not None:
        fields = cast(GraphQLInputObjectType, get_named_type(where.type)).fields
        unknown = {name for name in fields if _snake(name) not in target.filters}
        if unknown:
            return f"{target.name} has no filters {sorted(unknown)}"
    return None


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
