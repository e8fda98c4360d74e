"""Says why a variable does not fit its type, by places and types only: what was given may be somebody's own affair."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    is_enum_type,
    is_required_input_field,
    is_specified_scalar_type,
)
from graphql.pyutils import Undefined

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")


def misfits(value: Any, type_: GraphQLInputType, path: str) -> Iterator[str]:
    """A sentence for each place in a value that does not fit a type; none of them tells a value."""
    if value is None or value is Undefined:
        if isinstance(type_, GraphQLNonNull):
            yield f"{path} is {'missing' if value is Undefined else 'null'}; its type is '{type_}'."
        return
    match type_:
        case GraphQLNonNull():
            yield from misfits(value, type_.of_type, path)
        case GraphQLList() if isinstance(value, list):
            for index, each in enumerate(value):
                yield from misfits(each, type_.of_type, f"{path}.{index}")
        case GraphQLList():  # one value stands for a list of it
            yield from misfits(value, type_.of_type, path)
        case GraphQLInputObjectType():
            yield from _of_object(value, type_, path)
        case _:
            yield from _of_leaf(value, type_, path)


def _of_object(value: Any, type_: GraphQLInputObjectType, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path} is not an object; its type is '{type_.name}'."
        return
    for name in value:
        if name not in type_.fields:
            told = f"the field '{name}'" if NAME.fullmatch(name) else "a field"
            yield f"{path} has {told} that '{type_.name}' does not know."
    for name, field in type_.fields.items():
        if name in value:
            yield from misfits(value[name], field.type, f"{path}.{name}")
        elif is_required_input_field(field):
            yield from misfits(Undefined, field.type, f"{path}.{name}")
    try:
        type_.out_type(value)  # where one of several fields is to be given, this looks
    except GraphQLError:
        yield f"{path} takes exactly one field, and not null; its type is '{type_.name}'."


def _of_leaf(value: Any, type_: Any, path: str) -> Iterator[str]:
    try:
        type_.coerce_input_value(value)
    except GraphQLError as error:
        # Our own scalars say what they take; the library's, and enums, quote what they were given.
        quotes = is_enum_type(type_) or is_specified_scalar_type(type_)
        yield f"{path} does not fit the type '{type_.name}'." + ("" if quotes else f" {error.message}")
