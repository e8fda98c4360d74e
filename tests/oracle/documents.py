"""Generated queries that are worth asking: ids, cursors and sizes drawn from what is there at least half the time."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    NamedTypeNode,
    NameNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    StringValueNode,
    TypeInfo,
    TypeInfoVisitor,
    ValueNode,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    parse,
    parse_type,
    parse_value,
    print_ast,
    value_from_ast_untyped,
    visit,
)

SIZES = (1, 2, 3, 5, 7, 20, 100)
ID_LENGTH = 36
PAGED = ("first", "last", "after", "before", "where")


@dataclass(frozen=True)
class Known:
    """What a generated query may name: public ids of seeded rows, and for each list filters that hold something.

    `keys` are literals of arguments that meet rows, by field and argument; `asked` the argument that a field needs.
    """

    ids: Sequence[str]
    filters: Mapping[str, Sequence[str]]
    keys: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    asked: Mapping[str, tuple[str, Sequence[str]]] = field(default_factory=dict)


class _Arguments(Visitor):
    """Replaces arguments by such as meet rows; a random document alone would compare null with null."""

    def __init__(self, known: Known, dice: random.Random) -> None:
        super().__init__()
        self.known, self.dice = known, dice

    def enter_field(self, node: FieldNode, *_: object) -> FieldNode | None:
        if node.name.value in self.known.asked:
            name, literals = self.known.asked[node.name.value]
            return replaced(node, (argument(name, parse_value(self.dice.choice(literals))),))
        if not node.arguments:
            return None
        given = {argument.name.value: argument for argument in node.arguments}
        if "ids" in given:
            ids = tuple(self._id() for _ in range(self.dice.randint(0, 5)))
            given["ids"] = argument("ids", ListValueNode(values=ids))
        keys = self.known.keys.get(node.name.value, {})
        for name in {"id", *keys} & set(given):
            given[name] = argument(name, self._key(name, keys.get(name)))
        if {*PAGED, "orderBy"} & set(given):
            self._page(node.name.value, given)
        return replaced(node, tuple(given.values()))

    def _page(self, name: str, given: dict[str, ArgumentNode]) -> None:
        for each in PAGED:
            given.pop(each, None)
        size = self.dice.choice(("first", "last", None))
        if size:
            given[size] = argument(size, IntValueNode(value=str(self.dice.choice(SIZES))))
        where = self.known.filters.get(name)
        if where and self.dice.random() < 0.5:
            given["where"] = argument("where", parse_value(self.dice.choice(where)))

    def _key(self, name: str, literals: Sequence[str] | None) -> ValueNode:
        if not literals or self.dice.random() < 0.15:
            return self._id() if name != "by" else parse_value('{id: "nonsense"}')
        text = self.dice.choice(literals)
        return StringValueNode(value=text) if name == "id" else parse_value(text)

    def _id(self) -> StringValueNode:
        text = self.dice.choice(self.known.ids) if self.dice.random() < 0.8 else self.dice.choice(("", "nonsense"))
        return StringValueNode(value=text)


def argument(name: str, value: ValueNode) -> ArgumentNode:
    """An argument of a field."""
    return ArgumentNode(name=NameNode(value=name), value=value)


def replaced(node: FieldNode, arguments: tuple[ArgumentNode, ...]) -> FieldNode:
    """The same field with other arguments."""
    return FieldNode(
        name=node.name,
        alias=node.alias,
        arguments=arguments,
        directives=node.directives,
        selection_set=node.selection_set,
    )


def worth_asking(document: DocumentNode, known: Known, seed: int) -> str:
    """The text of a generated document with its arguments drawn from what is there."""
    return print_ast(visit(document, _Arguments(known, random.Random(seed))))


class _Turning(Visitor):
    """Gives every list of a document the cursors that an answer told, so that it goes on from there."""

    def __init__(self, cursors: Mapping[tuple[str, ...], Mapping[str, str]]) -> None:
        super().__init__()
        self.cursors, self.path = cursors, list[str]()
        self.turned = False

    def enter_field(self, node: FieldNode, *_: object) -> FieldNode | None:
        self.path.append((node.alias or node.name).value)
        found = self.cursors.get(tuple(self.path))
        if not found:
            return None
        self.turned = True
        given = {each.name.value: each for each in node.arguments or ()}
        side, end = ("before", "startCursor") if "last" in given else ("after", "endCursor")
        if (cursor := found.get(end)) is not None:
            given[side] = argument(side, StringValueNode(value=cursor))
        return replaced(node, tuple(given.values()))

    def leave_field(self, *_: object) -> None:
        self.path.pop()


def cursors_of(data: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], dict[str, str]]]:
    """The first cursors that an answer tells for the list of each path, found by the key `turn` of a list."""
    if isinstance(data, list):
        for each in data:
            yield from cursors_of(each, path)
    elif isinstance(data, dict):
        if isinstance(turn := data.get("turn"), dict) and turn.get("startCursor"):
            yield path, turn
        for key, each in data.items():
            yield from cursors_of(each, (*path, key))


def going_on(text: str, data: Any) -> str | None:
    """The document whose lists begin where those of the answer ended; None when no list told a cursor."""
    cursors: dict[tuple[str, ...], dict[str, str]] = {}
    for path, turn in cursors_of(data):
        cursors.setdefault(path, turn)
    turning = _Turning(cursors)
    document = visit(parse(text), turning)
    return print_ast(document) if turning.turned else None


def renamed(node: FieldNode, alias: str) -> FieldNode:
    """The same field under another response name."""
    return FieldNode(
        name=node.name,
        alias=NameNode(value=alias),
        arguments=node.arguments,
        directives=(),
        selection_set=node.selection_set,
    )


def fragment(name: str, selections: Sequence[SelectionNode]) -> InlineFragmentNode:
    """A selection for rows of one type."""
    condition = NamedTypeNode(name=NameNode(value=name))
    return InlineFragmentNode(type_condition=condition, directives=(), selection_set=chosen(selections))


def selected(
    name: str,
    below: Sequence[SelectionNode] | None = None,
    given: Mapping[str, ValueNode] | None = None,
    alias: str | None = None,
) -> FieldNode:
    """A field, with what is selected below it."""
    return FieldNode(
        name=NameNode(value=name),
        alias=NameNode(value=alias) if alias else None,
        arguments=tuple(argument(key, value) for key, value in (given or {}).items()),
        directives=(),
        selection_set=chosen(below) if below else None,
    )


def chosen(selections: Sequence[SelectionNode]) -> SelectionSetNode:
    """A selection set."""
    return SelectionSetNode(selections=tuple(selections))




class _Lifting(Visitor):
    """Replaces the literals of arguments by variables."""

    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self.types = types
        self.declared: list[VariableDefinitionNode] = []
        self.values: dict[str, Any] = {}

    def enter_argument(self, node: ArgumentNode, *_: object) -> ArgumentNode | None:
        argument_type = self.types.get_argument()
        if argument_type is None:
            return None
        name = f"v{len(self.declared)}"
        variable = VariableNode(name=NameNode(value=name))
        self.declared.append(
            VariableDefinitionNode(variable=variable, type=parse_type(str(argument_type.type)), directives=())
        )
        self.values[name] = value_from_ast_untyped(node.value)
        return ArgumentNode(name=node.name, value=variable)


def lifted(text: str, schema: GraphQLSchema) -> tuple[str, dict[str, Any]]:
    """The same query with a variable for each argument, and their values."""
    types = TypeInfo(schema)
    lifting = _Lifting(types)
    (operation,) = visit(parse(text), TypeInfoVisitor(types, lifting)).definitions
    asked = OperationDefinitionNode(
        operation=OperationType.QUERY,
        variable_definitions=tuple(lifting.declared),
        directives=(),
        selection_set=operation.selection_set,
    )
    return print_ast(DocumentNode(definitions=(asked,))), lifting.values


def varied(value: Any, known: Known, dice: random.Random) -> Any:
    """Other values of the same shape: other rows of the same kind, other sizes of a page."""
    match value:
        case bool():
            return value
        case int():
            return dice.choice(SIZES)
        case str() if len(value) == ID_LENGTH and value[3] == "_":
            return dice.choice([each for each in known.ids if each[:3] == value[:3]] or [value])
        case list():
            return [varied(each, known, dice) for each in value]
        case dict():
            return {key: varied(each, known, dice) for key, each in value.items()}
    return value
