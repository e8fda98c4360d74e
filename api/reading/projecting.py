"""Turns collected fields into a projection: each field of the schema becomes what its binding names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_list_type,
)
from graphql.type import GraphQLNonNull

from api.reading.collect import Collector, Fields
from api.reading.fields import ENTITIES, READING, Bound, How
from api.reading.given import BadInput, Given, arguments_of
from api.reading.lists import window
from domain.kernel.actor import Role
from domain.kernel.ids import own_id, parse_id
from domain.kernel.projection.entity import About, Amount, Derived, Entity, Many, One
from domain.kernel.projection.selection import (
    Call,
    Concrete,
    Constant,
    Edge,
    Either,
    Found,
    FoundMany,
    Group,
    Listing,
    MoneyValue,
    Nodes,
    Page,
    PageField,
    PageInfo,
    PageWord,
    Parameter,
    Part,
    Selected,
    Selection,
    Single,
    Value,
    Word,
)

DEFINITION = "strawberry-definition"
MAX_KEY_BYTES = 60
MAX_NODES = 100
VERSION, STATE = "~version", "~state"
STATE_OF_ROW = (Value(VERSION, "version"), Value(STATE, "state"))
"""Hidden helpers of a watched row, which are taken out again before it is shown."""


class Forbidden(PermissionError):
    """Fields beyond the reader's roles; `fields` are their coordinates, `Type.field`."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        super().__init__(", ".join(fields))
        self.fields = fields


def bound_of(definition: GraphQLField) -> tuple[Bound | None, str]:
    """The binding of a field and its Python name."""
    declared = definition.extensions.get(DEFINITION)
    if declared is None:
        return None, ""
    return declared.metadata.get(READING), declared.python_name


@dataclass
class Projector:
    """Projects one operation for one set of roles."""

    schema: GraphQLSchema
    collector: Collector
    roles: frozenset[Role]
    forbidden: list[str] = field(default_factory=list)

    @property
    def variables(self) -> Mapping[str, Any]:
        """The coerced variables of the call that the plan is made for."""
        return self.collector.variables

    def project(self, type_: GraphQLObjectType, fields: Fields, entity: Entity | None = None) -> Selection:
        """The selection of collected fields.

        Raises: BadInput for arguments that cannot be answered; Forbidden, once, for all fields beyond the roles.
        """
        selection = self.fields(type_, fields, entity)
        if self.forbidden:
            raise Forbidden(tuple(dict.fromkeys(self.forbidden)))
        return selection

    def fields(self, type_: GraphQLObjectType, fields: Fields, entity: Entity | None) -> Selection:
        """The selection of the fields of one type over one row."""
        found: list[Selected] = []
        for key, nodes in fields.items():
            if len(key.encode()) > MAX_KEY_BYTES:
                raise BadInput(((key,), f"is a response name of more than {MAX_KEY_BYTES} bytes"))
            if nodes[0].name.value == "__typename":
                found.append(Constant(key, f'"{type_.name}"'))
            elif (selected := self.one(type_, key, nodes, entity)) is not None:
                found.append(selected)
        return tuple(found)

    def one(self, type_: GraphQLObjectType, key: str, nodes: list[FieldNode], entity: Entity | None) -> Selected | None:
        """One field, or None when the reader may not select it."""
        definition = type_.fields[nodes[0].name.value]
        binding, python_name = bound_of(definition)
        if binding is None:
            raise TypeError(f"{type_.name}.{nodes[0].name.value} stands on nothing")
        if binding.roles is not None and self.roles.isdisjoint(binding.roles):
            self.forbidden.append(f"{type_.name}.{nodes[0].name.value}")
            return None
        spot = Spot(key, nodes, definition, binding, binding.name or python_name, entity)
        return self.at(spot)

    def at(self, spot: Spot) -> Selected:
        """The projection of a field by the way it is bound."""
        return _WAYS[spot.bound.how](self, spot)

    def group(self, spot: Spot) -> Selected:
        """Columns of the same row under one name."""
        return Group(spot.key, self.below(spot, spot.entity))

    def query(self, spot: Spot) -> Selected:
        """The query root inside a payload."""
        return Group(spot.key, self.below(spot, None))

    def errors(self, spot: Spot) -> Selected:
        """The refusals of a payload, which are put in when there are any."""
        return Constant(spot.key, "[]")

    def by_id(self, spot: Spot) -> Selected:
        """A row by its public id."""
        entity = ENTITIES[spot.type.name]
        given = spot.arguments(self.variables)["id"]
        reading = Parameter("uuid", lambda call: own_id(entity.prefix, given.read(call)))
        return Found(spot.key, Concrete(entity, self.below(spot, entity)), "id", reading)

    def watched(self, spot: Spot) -> Selected:
        """A row by its public id, with what tells its states apart beside the selection."""
        entity = ENTITIES[spot.type.name]
        given = spot.arguments(self.variables)["id"]
        reading = Parameter("uuid", lambda call: own_id(entity.prefix, given.read(call)))
        return Found(spot.key, Concrete(entity, (*self.below(spot, entity), *STATE_OF_ROW)), "id", reading)

    def below(self, spot: Spot, entity: Entity | None) -> Selection:
        """The selection below a field whose type is one object type."""
        type_ = cast(GraphQLObjectType, spot.type)
        return self.fields(type_, self.collector.below(type_, spot.nodes), entity)

    def named(self, spot: Spot) -> Selected:
        """A readable or relation of the row."""
        entity = spot.row_entity
        if spot.name in entity.columns:
            return self.readable(spot, entity)
        relation = entity.relations[spot.name]
        match relation:
            case One():
                return Single(spot.key, relation, self.below(spot, relation.target))
            case Many():
                order = relation.target.orders[spot.bound.order or next(iter(relation.target.orders))]
                below = self.below(spot, relation.target)
                return Listing(spot.key, relation, order, spot.bound.descending, below)
            case About(kind_column, id_column, targets):
                choices = self.choices(spot, {str(kind): target for kind, target in targets.items()})
                return Either(spot.key, kind_column, id_column, choices)

    def readable(self, spot: Spot, entity: Entity) -> Selected:
        """A column, an amount with its parts, or a derived part with its shape."""
        found = entity.columns[spot.name]
        if isinstance(found, Amount):
            parts = self.collector.below(cast(GraphQLObjectType, spot.type), spot.nodes)
            return MoneyValue(spot.key, spot.name, tuple(self._money_part(key, nodes) for key, nodes in parts.items()))
        if isinstance(found, Derived):
            given = _reading(spot.arguments(self.variables)) if found.given else None
            return Value(spot.key, spot.name, self.parts(spot.type, spot.nodes), given)
        return Value(spot.key, spot.name)

    def parts(self, type_: GraphQLNamedType, nodes: list[FieldNode]) -> tuple[Part, ...] | None:
        """What is selected of a derived object, however deep; None of a plain value."""
        if not isinstance(type_, GraphQLObjectType):
            return None
        return tuple(
            self._part(type_, key, below) for key, below in self.collector.below(type_, nodes).items()
        )

    def _part(self, type_: GraphQLObjectType, key: str, nodes: list[FieldNode]) -> Part:
        name = nodes[0].name.value
        if name == "__typename":
            return Part(key, f'"{type_.name}"')
        return Part(key, name, self.parts(get_named_type(type_.fields[name].type), nodes))

    @staticmethod
    def _money_part(key: str, nodes: list[FieldNode]) -> Value | Constant:
        name = nodes[0].name.value
        return Constant(key, '"Money"') if name == "__typename" else Value(key, name)

    def choices(self, spot: Spot, targets: Mapping[str, Entity]) -> tuple[tuple[str, Concrete], ...]:
        """What is asked of each concrete type that an interface or union may be."""
        found: list[tuple[str, Concrete]] = []
        possible = {each.name for each in self.possible(spot.type)}
        for kind, entity in targets.items():
            if entity.name in possible:
                type_ = cast(GraphQLObjectType, self.schema.type_map[entity.name])
                below = self.fields(type_, self.collector.below(type_, spot.nodes), entity)
                found.append((kind, Concrete(entity, below)))
        return tuple(found)

    def possible(self, type_: GraphQLNamedType) -> Iterable[GraphQLObjectType]:
        """The concrete types of an abstract one."""
        if isinstance(type_, GraphQLInterfaceType | GraphQLUnionType):
            return self.schema.get_possible_types(type_)
        return [cast(GraphQLObjectType, type_)]

    def connection(self, spot: Spot) -> Selected:
        """A page over a relation of the row or over all rows in sight."""
        type_ = cast(GraphQLObjectType, spot.type)
        node_type = cast(GraphQLObjectType, get_named_type(type_.fields["nodes"].type))
        relation: Many | None = None
        if spot.entity is not None:
            relation = cast(Many, spot.entity.relations[spot.name])
        entity = relation.target if relation else ENTITIES[node_type.name]
        fields = self.collector.below(type_, spot.nodes)
        parts = tuple(self.page_field(type_, node_type, key, nodes, entity) for key, nodes in fields.items())
        return Page(spot.key, entity, relation, window(entity, spot.arguments(self.variables)), parts)

    def page_field(
        self, type_: GraphQLObjectType, node_type: GraphQLObjectType, key: str, nodes: list[FieldNode], entity: Entity
    ) -> PageField:
        """One field of a connection, of an edge or of the page information."""
        match nodes[0].name.value:
            case "__typename":
                return Constant(key, f'"{type_.name}"')
            case "nodes" | "node":
                return Nodes(key, self.fields(node_type, self.collector.below(node_type, nodes), entity))
            case "edges":
                edge = cast(GraphQLObjectType, get_named_type(type_.fields["edges"].type))
                inner = self.collector.below(edge, nodes)
                parts = (self.page_field(edge, node_type, name, each, entity) for name, each in inner.items())
                return Edge(key, tuple(cast("Constant | PageWord | Nodes", part) for part in parts))
            case "pageInfo":
                info = cast(GraphQLObjectType, get_named_type(type_.fields["pageInfo"].type))
                inner = self.collector.below(info, nodes)
                parts = (self.page_field(info, node_type, name, each, entity) for name, each in inner.items())
                return PageInfo(key, tuple(cast("Constant | PageWord", part) for part in parts))
            case name:
                return PageWord(key, Word(type_.fields[name].extensions[DEFINITION].python_name))

    def by_key(self, spot: Spot) -> Selected:
        """A row by one of its unique keys."""
        entity = ENTITIES[spot.type.name]
        arguments = spot.arguments(self.variables)
        by = arguments.get("by")
        name = next(iter(by.value if by else arguments))
        column, inner = spot.bound.keys[name], by.child(name) if by else arguments[name]
        read: Callable[[Call], Any] = inner.read
        if column == "id":
            reading = Parameter("uuid", lambda call: own_id(entity.prefix, read(call)))
        else:
            reading = Parameter("text", read)
        return Found(spot.key, Concrete(entity, self.below(spot, entity)), column, reading)

    def mine(self, spot: Spot) -> Selected:
        """The reader's own row, by a fact about the reader."""
        entity, fact = ENTITIES[spot.type.name], spot.bound.fact
        reading = Parameter("uuid", lambda call: getattr(call.actor, str(fact)))
        return Found(spot.key, Concrete(entity, self.below(spot, entity)), "id", reading)

    def outcome(self, spot: Spot) -> Selected:
        """The row that a verb returned; a plain value that it told is put in afterwards."""
        if spot.type.name not in ENTITIES:
            return Constant(spot.key, "null")
        entity, name = ENTITIES[spot.type.name], spot.name
        reading = Parameter("uuid", lambda call: (call.ids or {}).get(name))
        return Found(spot.key, Concrete(entity, self.below(spot, entity)), "id", reading)

    def node(self, spot: Spot) -> Selected:
        """Rows by ids of any kind: only the kinds that the given ids name are compiled."""
        given = spot.arguments(self.variables)["ids" if spot.bound.how is How.NODES else "id"]
        texts = given.value if isinstance(given.value, list) else [given.value]
        if len(texts) > MAX_NODES:
            raise BadInput((given.path, f"has more than {MAX_NODES} ids"))
        named = prefixes(texts)
        targets = {entity.prefix: entity for entity in ENTITIES.values() if entity.prefix in named}
        choices = tuple(concrete for _, concrete in self.choices(spot, targets))
        if spot.bound.how is How.NODES:
            return FoundMany(spot.key, choices, Parameter("text[]", given.read))
        if not choices:
            return Constant(spot.key, "null")
        entity = choices[0].entity
        reading = Parameter("uuid", lambda call: own_id(entity.prefix, given.read(call)))
        return Found(spot.key, choices[0], "id", reading)


_WAYS: Mapping[How, Callable[[Projector, Spot], Selected]] = {
    How.NAMED: Projector.named,
    How.GROUP: Projector.group,
    How.CONNECTION: Projector.connection,
    How.BY_ID: Projector.by_id,
    How.WATCHED: Projector.watched,
    How.BY_KEY: Projector.by_key,
    How.MINE: Projector.mine,
    How.NODE: Projector.node,
    How.NODES: Projector.node,
    How.OUTCOME: Projector.outcome,
    How.QUERY: Projector.query,
    How.ERRORS: Projector.errors,
}


def _reading(arguments: Mapping[str, Given]) -> Callable[[Call], Mapping[str, Any]]:
    """How a call's values of a field's arguments are read."""
    return lambda call: {name: given.read(call) for name, given in arguments.items()}


def prefixes(texts: Iterable[str]) -> frozenset[str]:
    """The kinds that well-formed ids name."""
    return frozenset(parsed[0] for text in texts if (parsed := parse_id(text)))


@dataclass(frozen=True)
class Spot:
    """One field where it stands: its response name, its nodes, its definition, its binding, and the row's entity."""

    key: str
    nodes: list[FieldNode]
    definition: GraphQLField
    bound: Bound
    name: str
    entity: Entity | None

    @property
    def type(self) -> GraphQLNamedType:
        """The field's type without list and non-null."""
        return get_named_type(self.definition.type)

    @property
    def is_list(self) -> bool:
        """Whether the field is a list."""
        type_ = self.definition.type
        return is_list_type(type_.of_type if isinstance(type_, GraphQLNonNull) else type_)

    @property
    def row_entity(self) -> Entity:
        """The entity whose row the field belongs to."""
        if self.entity is None:
            raise TypeError(f"{self.key} needs a row")
        return self.entity

    def arguments(self, variables: Mapping[str, Any]) -> dict[str, Given]:
        """The field's arguments."""
        return arguments_of(self.definition, self.nodes[0], variables, self.key)
