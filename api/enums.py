"""Closed sets of the rooms as enums of the schema; their words are the docstrings that stand with the members."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Mapping
from enum import Enum, StrEnum
from typing import TypeVar, cast

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition

E = TypeVar("E", bound=type[Enum])
DEFINITION = "__strawberry_definition__"


def described(kind: E, name: str | None = None) -> E:
    """Declares an enum as one of the schema, each value with the text below its member; twice is as once."""
    if DEFINITION not in vars(kind):
        strawberry.enum(kind, name=name)
    _describe(kind, _first_line(kind), member_texts(kind))
    return kind


def closed_set(name: str, description: str, texts: Mapping[str, str]) -> type[StrEnum]:
    """An enum of the schema that no room declares, from its values and their texts."""
    found = cast(type[StrEnum], StrEnum(name, {value: value for value in texts}))
    strawberry.enum(found)
    _describe(found, description, texts)
    return found


def _describe(kind: type[Enum], description: str, texts: Mapping[str, str]) -> None:
    definition: StrawberryEnumDefinition = vars(kind)[DEFINITION]
    definition.description = description
    for value in definition.values:
        value.description = texts.get(value.name, _in_words(value.name))


def member_texts(kind: type[Enum]) -> dict[str, str]:
    """The text that stands below each member of an enum, as far as there is one."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(kind)))
    (declared,) = tree.body
    found: dict[str, str] = {}
    if isinstance(declared, ast.ClassDef):
        for member, text in zip(declared.body, declared.body[1:], strict=False):
            match member, text:
                case ast.Assign(targets=[ast.Name(id=name)]), ast.Expr(value=ast.Constant(value=str(words))):
                    found[name] = inspect.cleandoc(words).replace("\n", " ")
    return found


def _first_line(kind: type[Enum]) -> str:
    return inspect.cleandoc(kind.__doc__ or kind.__name__).splitlines()[0]


def _in_words(name: str) -> str:
    return f"{name.replace('_', ' ').capitalize()}."
