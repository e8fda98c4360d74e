"""Writes documents that ask for every field of a type, and tells which fields a document asks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLUnionType,
    Visitor,
    get_named_type,
    is_leaf_type,
    parse,
    visit,
)
from graphql.utilities import TypeInfo, TypeInfoVisitor

from api.reading.fields import ENTITIES
from tests.face.inputs import GRAPH, MUTATION, fields_of, input_type

SAMPLES = {
    "id": '"nonsense"', "ids": '["nonsense"]', "number": '"nonsense"', "by": '{id: "nonsense"}',
    "device": '{category: PHONE, price: {amount: "3000.00"}, purchasedOn: "2026-01-01"}',
    "loss": '{cause: DROP, lossOn: "2026-01-02"}',
}  # fmt: skip
QUERY = cast(GraphQLObjectType, GRAPH.query_type)
SUBSCRIPTION = cast(GraphQLObjectType, GRAPH.subscription_type)


def readable() -> Iterator[GraphQLObjectType]:
    """Every object type that a query reaches."""
    waiting: list[GraphQLNamedType] = [QUERY]
    seen: set[str] = set()
    while waiting:
        type_ = waiting.pop()
        if type_.name in seen or is_leaf_type(type_):
            continue
        seen.add(type_.name)
        if isinstance(type_, GraphQLObjectType):
            yield type_
            waiting += [get_named_type(each.type) for each in type_.fields.values()]
        else:
            waiting += GRAPH.get_possible_types(type_)  # type: ignore[arg-type]  # an interface or a union


def coordinates(types: Iterable[GraphQLNamedType]) -> set[str]:
    """The fields of all object types among these but those that tell of the schema itself."""
    objects = (each for each in types if isinstance(each, GraphQLObjectType) and not each.name.startswith("__"))
    return {f"{type_.name}.{name}" for type_ in objects for name in type_.fields}


@dataclass(frozen=True)
class Asking:
    """Writes selections that leave some fields out."""

    without: frozenset[str] = frozenset()

    def everything(self, type_: GraphQLObjectType) -> str:
        """All fields of a type, of rows behind them the id."""
        return " ".join(self.one(type_, name) for name in type_.fields if f"{type_.name}.{name}" not in self.without)

    def one(self, type_: GraphQLObjectType, name: str) -> str:
        """One field with what it needs."""
        definition = type_.fields[name]
        given = {key: SAMPLES[key] for key in definition.args if key in SAMPLES}
        if "first" in definition.args:
            given["first"] = "1"
        arguments = f"({', '.join(f'{key}: {value}' for key, value in given.items())})" if given else ""
        return f"{name}{arguments}{self._below(definition)}"

    def _below(self, definition: GraphQLField) -> str:
        found = get_named_type(definition.type)
        if is_leaf_type(found):
            return ""
        if isinstance(found, GraphQLUnionType):
            return " {... on Node {id}}"
        if isinstance(found, GraphQLInterfaceType) and "id" not in found.fields:
            kinds = (f"... on {each.name} {{{self.everything(each)}}}" for each in GRAPH.get_possible_types(found))
            return f" {{{' '.join(kinds)}}}"
        if found.name in ENTITIES or not isinstance(found, GraphQLObjectType):
            return " {id}"
        return " {viewer {id}}" if found is QUERY else f" {{{self.everything(found)}}}"

    def rows(self, title: str) -> str:
        """A document for rows of a type by their ids."""
        type_ = cast(GraphQLObjectType, GRAPH.type_map[title])
        return f"query($ids: [ID!]!) {{nodes(ids: $ids) {{... on {title} {{{self.everything(type_)}}}}}}}"

    def roots(self, names: Iterable[str]) -> str:
        """A document for some fields of the root."""
        return f"{{{' '.join(self.one(QUERY, name) for name in names if f'Query.{name}' not in self.without)}}}"

    def change(self, name: str) -> str:
        """A document of a mutation with all that its payload shows, of its rows every field; none if it is left out."""
        if f"Mutation.{name}" in self.without:
            return ""
        payload = fields_of(MUTATION.fields[name])
        shown = " ".join(self._with_rows(payload, field) for field in payload.fields)
        return f"mutation($input: {input_type(name).name}!) {{{name}(input: $input) {{{shown}}}}}"

    def watch(self, name: str) -> str:
        """A document of a subscription with every field of its row."""
        row = cast(GraphQLObjectType, get_named_type(SUBSCRIPTION.fields[name].type))
        return f"subscription($id: ID!) {{{name}(id: $id) {{{self.everything(row)}}}}}"

    def _with_rows(self, type_: GraphQLObjectType, name: str) -> str:
        row = get_named_type(type_.fields[name].type)
        if row.name in ENTITIES and isinstance(row, GraphQLObjectType):
            return f"{name} {{{self.everything(row)}}}"
        return self.one(type_, name)


@cache
def asked(text: str) -> frozenset[str]:
    """The coordinates that a document selects, those of interfaces left out."""
    types, found = TypeInfo(GRAPH), set()

    class Noting(Visitor):
        def enter_field(self, node: Any, *_: object) -> None:
            parent = types.get_parent_type()
            if isinstance(parent, GraphQLObjectType):
                found.add(f"{parent.name}.{node.name.value}")

    visit(parse(text), TypeInfoVisitor(types, Noting()))
    return frozenset(found)
