"""Collects a selection's fields: fragments spread, directives applied, equal response names merged (GraphQL 6.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
)

INTROSPECTION = frozenset({"__schema", "__type"})
"""Root fields about the schema itself."""

Fields = dict[str, list[FieldNode]]


@dataclass(frozen=True)
class Collector:
    """Collects for one operation and one choice of the variables that stand in its directives."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]

    def of_set(self, type_: GraphQLObjectType, selection: SelectionSetNode) -> Fields:
        """Fields of one selection set, by response name in order of appearance."""
        fields: Fields = {}
        self._gather(type_, selection, fields, set())
        return fields

    def below(self, type_: GraphQLObjectType, nodes: Iterable[FieldNode]) -> Fields:
        """Fields of the merged selection sets below fields of the same response name."""
        fields: Fields = {}
        visited: set[str] = set()
        for node in nodes:
            if node.selection_set:
                self._gather(type_, node.selection_set, fields, visited)
        return fields

    def _gather(self, type_: GraphQLObjectType, selection: SelectionSetNode, into: Fields, visited: set[str]) -> None:
        for each in selection.selections:
            if not self._included(each):
                continue
            match each:
                case FieldNode():
                    into.setdefault((each.alias or each.name).value, []).append(each)
                case InlineFragmentNode():
                    if each.type_condition is None or self._applies(each.type_condition.name.value, type_):
                        self._gather(type_, each.selection_set, into, visited)
                case FragmentSpreadNode():
                    self._spread(type_, each.name.value, into, visited)

    def _spread(self, type_: GraphQLObjectType, name: str, into: Fields, visited: set[str]) -> None:
        if name in visited:
            return
        visited.add(name)
        fragment = self.fragments[name]
        if self._applies(fragment.type_condition.name.value, type_):
            self._gather(type_, fragment.selection_set, into, visited)

    def _applies(self, condition: str, type_: GraphQLObjectType) -> bool:
        if condition == type_.name:
            return True
        abstract = self.schema.type_map[condition]
        return not isinstance(abstract, GraphQLObjectType) and self.schema.is_sub_type(abstract, type_)  # type: ignore[arg-type]

    def _included(self, each: SelectionNode) -> bool:
        for directive in each.directives or ():
            name = directive.name.value
            if name in {"skip", "include"} and self._condition(directive) is (name == "skip"):
                return False
        return True

    def _condition(self, directive: DirectiveNode) -> bool:
        (argument,) = directive.arguments or ()
        value = argument.value
        if isinstance(value, VariableNode):
            return bool(self.variables[value.name.value])
        return isinstance(value, BooleanValueNode) and value.value
