"""What a document may ask for: one pass over it, each fragment weighed once, before the validator sees it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    ValueNode,
    VariableNode,
)

from api.reading.collect import INTROSPECTION
from api.reading.lists import DEFAULT_SIZE, MAX_SIZE

MAX_DEPTH = 8
MAX_ROOT_FIELDS = 20
MAX_ALIASES = 15
MAX_MUTATIONS = 5
MAX_DIRECTIVES = 50
MAX_FIELDS = 2_000
MAX_ROWS = 20_000
MAX_REPEATS = 15
PAGES = frozenset({"first", "last", "ids"})
WRAPPERS = frozenset({"nodes", "edges", "node"})  # a connection counts as one level


class Overweight(ValueError):
    """The document asks for more than a limit allows."""


@dataclass
class Weight:
    """What a selection set amounts to, its fragments included."""

    depth: int = 0
    fields: int = 0
    rows: int = 0
    roots: Counter[str] = field(default_factory=Counter)


Length = Callable[[str], int]
"""How many rows a variable asks for, by its name."""


def shortest(_: str) -> int:
    """The least that a variable may ask for."""
    return 1


def longest(_: str) -> int:
    """The most that a variable may ask for."""
    return MAX_SIZE


def lengths(variables: Mapping[str, Any]) -> Length:
    """What these variables ask for."""

    def asked(name: str) -> int:
        match variables.get(name):
            case int() as number:
                return max(1, number)
            case list() as several:
                return len(several)
            case _:
                return DEFAULT_SIZE

    return asked


class LimitsRule:
    """Weighs one document. Fragments are memoised, so chained spreads cost no more than their text.

    Pages count by the numbers that stand in the document, and by `length` where a variable stands for one.
    """

    def __init__(self, document: DocumentNode, length: Length = shortest) -> None:
        self.document, self.length = document, length
        self.fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self.weights: dict[str, Weight] = {}
        self.open: set[str] = set()
        self.aliases: Counter[str] = Counter()
        self.directives = 0

    def check(self) -> None:
        """Weighs every operation.

        Raises: Overweight naming the limit.
        """
        for node in self.document.definitions:
            if isinstance(node, OperationDefinitionNode):
                self._check_operation(node)

    def _check_operation(self, node: OperationDefinitionNode) -> None:
        weight = self._weigh(node.selection_set)
        roots = sum(weight.roots.values())
        self._limit("levels of fields", weight.depth, MAX_DEPTH)
        self._limit("fields", weight.fields, MAX_FIELDS)
        self._limit("rows, if every list were as long as it asks for", weight.rows, MAX_ROWS)
        self._limit("root fields", roots, MAX_ROOT_FIELDS)
        if node.operation is OperationType.MUTATION:
            self._limit("mutations", roots, MAX_MUTATIONS)
        for name, count in self.aliases.items():
            self._limit(f"aliases of {name}", count, MAX_ALIASES)
        self._limit("directives", self.directives, MAX_DIRECTIVES)

    @staticmethod
    def _limit(what: str, value: int, most: int) -> None:
        if value > most:
            raise Overweight(f"This document has more than {most} {what}.")

    def _weigh(self, selection: SelectionSetNode) -> Weight:
        total = Weight()
        for each in selection.selections:
            self.directives += len(each.directives or ())
            match each:
                case FieldNode():
                    self._add_field(each, total)
                case FragmentSpreadNode():
                    self._add(total, self._fragment(each.name.value))
                case _:
                    self._add(total, self._weigh(each.selection_set))  # type: ignore[attr-defined]
        for name, count in total.roots.items():
            self._limit(f"repetitions of {name} in one place", count, MAX_REPEATS)
        return total

    def _add_field(self, node: FieldNode, total: Weight) -> None:
        name = node.name.value
        if node.alias:
            self.aliases[name] += 1
        total.fields += 1
        total.roots[name] += 1
        below = self._weigh(node.selection_set) if node.selection_set else Weight()
        total.fields += below.fields
        total.rows += self._rows(node, below)
        own = below.depth if name in WRAPPERS else below.depth + 1
        total.depth = max(total.depth, 1 if name in INTROSPECTION else own)

    def _fragment(self, name: str) -> Weight:
        found = self.weights.get(name)
        if found is None:
            node = self.fragments.get(name)
            if node is None or name in self.open:
                return Weight()
            self.open.add(name)
            found = self.weights[name] = self._weigh(node.selection_set)
            self.open.discard(name)
        return found

    @staticmethod
    def _add(total: Weight, part: Weight) -> None:
        total.depth = max(total.depth, part.depth)
        total.fields += part.fields
        total.rows += part.rows
        total.roots.update(part.roots)


    def _rows(self, node: FieldNode, below: Weight) -> int:
        """How many rows a field reads at most: those of its page, each with all that is asked of it."""
        if node.selection_set is None:
            return 0
        if node.name.value in WRAPPERS and not node.arguments:
            return below.rows
        asked = [self._length(each.value) for each in node.arguments or () if each.name.value in PAGES]
        page = max(asked) if asked else DEFAULT_SIZE if WRAPPERS & below.roots.keys() else 1
        return page * (1 + below.rows)

    def _length(self, value: ValueNode) -> int:
        match value:
            case VariableNode():
                return self.length(value.name.value)
            case IntValueNode(value=digits) if len(digits) <= len(str(MAX_ROWS)):
                return max(1, int(digits))
            case ListValueNode(values=values):
                return len(values)
            case _:
                return MAX_SIZE
