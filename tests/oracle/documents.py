"""Generated queries that are worth asking: ids, cursors and sizes drawn from what is there at least half the time."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    IntValueNode,
    ListValueNode,
    NameNode,
    ObjectFieldNode,
    ObjectValueNode,
    StringValueNode,
    Visitor,
    parse_value,
    print_ast,
    visit,
)

SIZES = (1, 2, 3, 5, 7, 20, 100)


@dataclass(frozen=True)
class Known:
    """What a generated query may name: public ids of seeded rows, and for each list filters that hold something."""

    ids: Sequence[str]
    filters: Mapping[str, Sequence[str]]


class _Arguments(Visitor):
    """Replaces arguments by such as meet rows; a random document alone would compare null with null."""

    def __init__(self, known: Known, dice: random.Random) -> None:
        super().__init__()
        self.known, self.dice = known, dice

    def enter_field(self, node: FieldNode, *_: object) -> FieldNode | None:
        if not node.arguments:
            return None
        given = {argument.name.value: argument for argument in node.arguments}
        if "id" in given:
            given["id"] = _argument("id", self._id())
        if "ids" in given:
            ids = tuple(self._id() for _ in range(self.dice.randint(0, 5)))
            given["ids"] = _argument("ids", ListValueNode(values=ids))
        paged = {"first", "last", "after", "before", "orderBy", "where"} & set(given)
        if paged:
            for name in ("first", "last", "after", "before", "where"):
                given.pop(name, None)
            size = self.dice.choice(("first", "last", None))
            if size:
                given[size] = _argument(size, IntValueNode(value=str(self.dice.choice(SIZES))))
            where = self.known.filters.get(node.name.value)
            if where and self.dice.random() < 0.5:
                given["where"] = _where(self.dice.choice(where))
        return FieldNode(
            name=node.name,
            alias=node.alias,
            arguments=tuple(given.values()),
            directives=node.directives,
            selection_set=node.selection_set,
        )

    def _id(self) -> StringValueNode:
        text = self.dice.choice(self.known.ids) if self.dice.random() < 0.8 else self.dice.choice(("", "nonsense"))
        return StringValueNode(value=text)


def _argument(name: str, value: StringValueNode | IntValueNode | ListValueNode | ObjectValueNode) -> ArgumentNode:
    return ArgumentNode(name=NameNode(value=name), value=value)


def _where(text: str) -> ArgumentNode:
    value = parse_value(text)
    assert isinstance(value, ObjectValueNode) and all(isinstance(each, ObjectFieldNode) for each in value.fields)
    return _argument("where", value)


def worth_asking(document: DocumentNode, known: Known, seed: int) -> str:
    """The text of a generated document with its arguments drawn from what is there."""
    return print_ast(visit(document, _Arguments(known, random.Random(seed))))
