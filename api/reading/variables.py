"""Coerces variables: plain scalars at once, all else by the library's rules, always with the same errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, cast

from graphql import (
    GraphQLError,
    GraphQLInputType,
    GraphQLSchema,
    NamedTypeNode,
    NonNullTypeNode,
    OperationDefinitionNode,
)
from graphql.execution.values import get_variable_values
from graphql.pyutils import Undefined
from graphql.utilities import type_from_ast

from api.reading.misfits import misfits

MAX_ERRORS = 20
MAX_VALUES = 5_000
MAX_INT = 2**31


class BadVariables(ValueError):
    """Variables that do not fit their types."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(f"{len(errors)} variables do not fit")
        self.errors = errors


class TooManyValues(ValueError):
    """Variables that hold more values than anything needs."""


def expect_modest(given: Mapping[str, Any]) -> None:
    """Counts the values in the variables before each of them is judged.

    Raises: TooManyValues.
    """
    unseen: list[Any] = list(given.values())
    count = len(unseen)
    while unseen and count <= MAX_VALUES:
        value = unseen.pop()
        parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        count += len(parts)
        unseen += islice(parts, MAX_VALUES)
    if count > MAX_VALUES:
        raise TooManyValues(f"The variables hold more than {MAX_VALUES} values.")


def holds_nul(value: object) -> bool:
    """Whether a NUL character stands somewhere in a value; PostgreSQL stores none."""
    unseen = [value]  # nested as deep as JSON may be, which is deeper than calls may
    while unseen:
        match unseen.pop():
            case str() as text:
                if "\0" in text:
                    return True
            case list() as several:
                unseen += several
            case dict() as named:
                unseen += [*named.keys(), *named.values()]
    return False


def _is_text(value: object) -> bool:
    return type(value) is str and "\0" not in value


def _is_whole(value: object) -> bool:
    return type(value) is int and -MAX_INT <= value < MAX_INT


_SIMPLE: Mapping[str, Callable[[object], bool]] = {
    "ID": _is_text,
    "String": _is_text,
    "Int": _is_whole,
    "Boolean": lambda value: type(value) is bool,
}


class Variables:
    """The variables of one operation."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        self.schema, self.definitions = schema, operation.variable_definitions or ()
        simple = [self._simple(definition) for definition in self.definitions]
        self.simple = None if None in simple else [each for each in simple if each is not None]

    @staticmethod
    def _simple(definition: Any) -> tuple[str, Callable[[object], bool], bool] | None:
        type_, required = definition.type, isinstance(definition.type, NonNullTypeNode)
        inner = type_.type if required else type_
        if definition.default_value is None and isinstance(inner, NamedTypeNode) and inner.name.value in _SIMPLE:
            return definition.variable.name.value, _SIMPLE[inner.name.value], required
        return None

    def coerce(self, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """The coerced values.

        Raises: BadVariables with all faults; TooManyValues.
        """
        if not self.definitions:
            return {}
        simple = self._at_once(given) if self.simple is not None else None
        if simple is not None:
            return simple
        expect_modest(given)
        coerced = get_variable_values(self.schema, self.definitions, dict(given), max_errors=MAX_ERRORS)
        if isinstance(coerced, list):
            found = list(islice(self._misfits(given), MAX_ERRORS))
            raise BadVariables(found or [GraphQLError("The variables do not fit their types.")])
        nul = [name for name, value in given.items() if holds_nul(value)]
        if nul:
            raise BadVariables([GraphQLError(f"${name} holds a NUL character.") for name in nul])
        return coerced.coerced

    def _misfits(self, given: Mapping[str, Any]) -> Iterator[GraphQLError]:
        """What does not fit, in our own words: the library's quote what was given."""
        for definition in self.definitions:
            name = definition.variable.name.value
            if name in given or definition.default_value is None:
                type_ = cast(GraphQLInputType, type_from_ast(self.schema, definition.type))
                for message in misfits(given.get(name, Undefined), type_, f"${name}"):
                    yield GraphQLError(message, definition)

    def _at_once(self, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The values when each is a plain scalar that fits; None leaves the judgement to the library."""
        found: dict[str, Any] = {}
        for name, fits, required in self.simple or ():
            value = given.get(name)
            if value is None:
                if required:
                    return None
                if name in given:
                    found[name] = None
            elif fits(value):
                found[name] = value
            else:
                return None
        return found
