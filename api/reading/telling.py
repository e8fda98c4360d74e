"""Tells at every root field that looks rows up who sees them: what the field's type says of its rows."""

from __future__ import annotations

from typing import cast

from graphql import GraphQLField, GraphQLObjectType, GraphQLSchema, get_named_type

from api.reading.fields import ENTITIES, How
from api.reading.projecting import bound_of
from api.rights import sight, with_roles
from domain.kernel.projection.entity import Entity

LOOKING_UP = frozenset({How.CONNECTION, How.BY_ID, How.BY_KEY})


def tell_sights(schema: GraphQLSchema) -> None:
    """Adds to the description of each root field by whom its rows are seen."""
    for definition in cast(GraphQLObjectType, schema.query_type).fields.values():
        bound, _ = bound_of(definition)
        if bound is not None and bound.how in LOOKING_UP:
            text = (definition.description or "").removesuffix(with_roles("", bound.roles))
            definition.description = with_roles(f"{text} {sight(rows_of(definition).seen_by)}", bound.roles)


def rows_of(definition: GraphQLField) -> Entity:
    """The entity whose rows a field looks up, alone or in a connection."""
    type_ = cast(GraphQLObjectType, get_named_type(definition.type))
    return ENTITIES[type_.name] if type_.name in ENTITIES else rows_of(type_.fields["nodes"])
