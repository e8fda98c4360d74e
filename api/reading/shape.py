"""The part of a call that shapes its statement: what a plan is kept by, besides document, operation and roles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from graphql import FieldNode, ValueNode, VariableNode, Visitor, visit
from graphql.language import DirectiveNode, DocumentNode, ListValueNode, ObjectValueNode

from api.reading.lists import DEFAULT_SIZE, MAX_SIZE, page_class
from api.reading.projecting import prefixes

Aspect: TypeAlias = Callable[[Any], object]


def by_value(value: Any) -> object:
    """Every value has a plan of its own: directives, orders."""
    return repr(value)


def by_presence(value: Any) -> object:
    """Only whether there is a value."""
    return value is not None


def by_page(value: Any) -> object:
    """The literal limit, and whether it is met exactly."""
    if value is None:
        return page_class(DEFAULT_SIZE), True
    if not 1 <= value <= MAX_SIZE:
        return "refused"
    return page_class(value), page_class(value) == value


def by_structure(value: Any) -> object:
    """Which fields of an input object are given, however deep."""
    if isinstance(value, Mapping):
        return tuple((name, by_structure(each)) for name, each in sorted(value.items()))
    return "list" if isinstance(value, list) else value is not None


def by_kind(value: Any) -> object:
    """Which kinds of rows the given ids name; a list over the cap has a shape of its own."""
    if isinstance(value, list):
        return prefixes(value), len(value) > MAX_SIZE
    return prefixes([value]) if isinstance(value, str) else None


_ASPECTS: Mapping[str, Aspect] = {
    "first": by_page,
    "last": by_page,
    "after": by_presence,
    "before": by_presence,
    "orderBy": by_value,
    "where": by_structure,
    "by": by_structure,
}
SHAPELESS = frozenset({"idempotent"})
"""Directives that say nothing of what is read."""


class Shape:
    """Which aspects of which variables decide the plan of one operation."""

    def __init__(self, document: DocumentNode) -> None:
        self.aspects: list[tuple[str, Aspect]] = list(dict.fromkeys(_uses(document)))

    def of(self, variables: Mapping[str, Any]) -> tuple[object, ...]:
        """The shape of one call."""
        return tuple(aspect(variables.get(name)) for name, aspect in self.aspects)


def _uses(document: DocumentNode) -> Iterator[tuple[str, Aspect]]:
    found: list[tuple[str, Aspect]] = []

    class Uses(Visitor):
        def enter_field(self, node: FieldNode, *_: object) -> None:
            kinds = {"node": by_kind, "nodes": by_kind}.get(node.name.value)
            for argument in node.arguments or ():
                aspect = kinds or _ASPECTS.get(argument.name.value, by_presence)
                found.extend((name, aspect) for name in _variables(argument.value))

        def enter_directive(self, node: DirectiveNode, *_: object) -> None:
            arguments = () if node.name.value in SHAPELESS else node.arguments or ()
            for argument in arguments:
                found.extend((name, by_value) for name in _variables(argument.value))

    visit(document, Uses())
    return iter(found)


def _variables(value: ValueNode) -> Iterator[str]:
    match value:
        case VariableNode():
            yield value.name.value
        case ListValueNode():
            for each in value.values:
                yield from _variables(each)
        case ObjectValueNode():
            for field in value.fields:
                yield from _variables(field.value)
