"""What a caller gave for an argument: its present value for the shape of a plan, and how to read it in later calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, GraphQLArgument, GraphQLError, GraphQLField, ValueNode, VariableNode
from graphql.language import ListValueNode, ObjectValueNode
from graphql.pyutils import Undefined
from graphql.utilities import value_from_ast

from domain.kernel.projection.selection import Call


class BadInput(ValueError):
    """Arguments that cannot be answered, each with its path and reason; found before anything runs."""

    def __init__(self, *faults: tuple[tuple[str, ...], str]) -> None:
        super().__init__("; ".join(f"{'.'.join(path)}: {reason}" for path, reason in faults))
        self.faults = faults


@dataclass(frozen=True)
class Given:
    """One value: what it is in this call and how it is read from another call of the same shape."""

    value: Any
    read: Callable[[Call], Any]
    path: tuple[str, ...]
    literal: ValueNode | None = None

    @property
    def present(self) -> bool:
        """Whether there is a value that is not null."""
        return self.value is not None and self.value is not Undefined

    def child(self, name: str) -> Given:
        """The value of a field of an input object."""
        value = self.value.get(name) if isinstance(self.value, Mapping) else None
        read, literal = self.read, _field_of(self.literal, name)
        if isinstance(literal, VariableNode):  # read at once, not through the object that it stands in
            return Given(value, _reading(literal), (*self.path, name), literal)
        return Given(value, lambda call: read(call)[name], (*self.path, name), literal)


def _field_of(literal: ValueNode | None, name: str) -> ValueNode | None:
    fields = literal.fields if isinstance(literal, ObjectValueNode) else ()
    return next((each.value for each in fields if each.name.value == name), None)


def _reading(node: VariableNode) -> Callable[[Call], Any]:
    name = node.name.value
    return lambda call: call.variables.get(name)


def has_variables(node: ValueNode) -> bool:
    """Whether a literal holds variables somewhere inside."""
    match node:
        case VariableNode():
            return True
        case ListValueNode():
            return any(has_variables(value) for value in node.values)
        case ObjectValueNode():
            return any(has_variables(field.value) for field in node.fields)
    return False


def arguments_of(field: GraphQLField, node: FieldNode, variables: Mapping[str, Any], key: str) -> dict[str, Given]:
    """All arguments of a field by name; an absent one has its default or None."""
    nodes = {argument.name.value: argument.value for argument in node.arguments or ()}
    return {
        name: _given(definition, nodes.get(name), variables, (key, name)) for name, definition in field.args.items()
    }


def _given(
    definition: GraphQLArgument, node: ValueNode | None, variables: Mapping[str, Any], path: tuple[str, ...]
) -> Given:
    default = None if definition.default_value is Undefined else definition.default_value
    if node is None or (isinstance(node, VariableNode) and node.name.value not in variables):
        return Given(default, lambda _: default, path)
    if isinstance(node, VariableNode):
        return Given(variables[node.name.value], _reading(node), path)
    value = _value(node, definition, variables, path)
    if has_variables(node):
        return Given(value, lambda call: _value(node, definition, call.variables, path), path, node)
    return Given(value, lambda _: value, path)


def _value(node: ValueNode, definition: GraphQLArgument, variables: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    try:
        value = value_from_ast(node, definition.type, dict(variables))
    except GraphQLError:  # an object that takes one of several fields was given none, or more
        value = Undefined
    if value is Undefined:
        raise BadInput((path, "has no valid value"))
    return value
