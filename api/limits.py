"""What a document may ask for: one table of limits, and one pass over it before the validator sees it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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
from domain.kernel.actor import OUTSIDERS, Actor, Role


@dataclass(frozen=True)
class Limits:
    """The most that one document may ask for. Units: `cost` in points, see `Cost`."""

    characters: int = 20_000
    tokens: int = 1_000
    depth: int = 8
    fields: int = 2_000
    root_fields: int = 20
    aliases: int = 15
    repeats: int = 30  # of one name in one place: more than there are kinds of rows that a subject may be
    directives: int = 50
    mutations: int = 5
    cost: int = 1_000


AD_HOC = Limits()
TRUSTED = Limits(characters=200_000, tokens=10_000, depth=15, aliases=100, repeats=100, cost=5_000)
PARTNER = replace(TRUSTED, cost=10_000)
"""Of a partner's registered documents."""

POINTS_A_ROOT = 1
POINTS_A_CHANGE = 10
POINTS_A_SCHEMA = 50
ROWS_A_POINT = 20
PAGES = frozenset({"first", "last", "ids"})
WRAPPERS = frozenset({"nodes", "edges", "node"})  # a connection counts as one level
ABOUT_SCHEMA = INTROSPECTION - {"__typename"}


def limits_of(actor: Actor, *, trusted: bool) -> Limits:
    """The limits of somebody's document."""
    if not trusted:
        return AD_HOC
    return PARTNER if actor.has(Role.PARTNER, Role.REPAIRER) else TRUSTED


def may_ask_freely(actor: Actor) -> bool:
    """Whether documents that nobody registered are answered to this actor where only trusted ones are."""
    return actor.has(Role.PARTNER, Role.REPAIRER)


def may_ask_for_schema(actor: Actor) -> bool:
    """Whether the schema is told to this actor where only trusted documents are answered."""
    return may_ask_freely(actor) or (actor.has(Role.ADMIN) and actor.roles.isdisjoint(OUTSIDERS))


class Overweight(ValueError):
    """The document asks for more than a limit allows."""


@dataclass(frozen=True)
class Rows:
    """How many rows something reads at most: so many, and for each page as long as a variable says, so many more.

    `paged` has for each such page how often it is read, its variable, and what each of its rows reads in turn.
    """

    fixed: int = 0
    paged: tuple[tuple[int, str, Rows], ...] = ()

    def __add__(self, other: Rows) -> Rows:
        return Rows(self.fixed + other.fixed, self.paged + other.paged)

    def times(self, number: int) -> Rows:
        """The same, so many times."""
        return Rows(self.fixed * number, tuple((number * often, name, below) for often, name, below in self.paged))

    def of(self, variables: Mapping[str, Any]) -> int:
        """How many they are with these variables."""
        return self.fixed + sum(
            often * _length(variables.get(name)) * (1 + below.of(variables)) for often, name, below in self.paged
        )


def _length(given: Any) -> int:
    """How many rows a variable's value asks for."""
    match given:
        case int():
            return max(1, given)
        case list():
            return len(given)
        case _:
            return DEFAULT_SIZE


@dataclass(frozen=True)
class Cost:
    """What an operation costs. Units: points; one for each root field, ten for a change, and one for 20 rows."""

    fixed: int = 0
    rows: Rows = Rows()

    def of(self, variables: Mapping[str, Any]) -> int:
        """The points with these variables."""
        rows = self.rows.of(variables) if self.rows.paged else self.rows.fixed
        return self.fixed - -rows // ROWS_A_POINT


@dataclass
class Weight:
    """What a selection set amounts to, its fragments included."""

    depth: int = 0
    fields: int = 0
    rows: Rows = field(default_factory=Rows)
    roots: Counter[str] = field(default_factory=Counter)


class Scales:
    """Weighs one document. Fragments are memoised, so chained spreads cost no more than their text."""

    def __init__(self, document: DocumentNode, limits: Limits = AD_HOC) -> None:
        self.limits = limits
        self.operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        self.fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self.weights: dict[str, Weight] = {}
        self.open: set[str] = set()
        self.aliases: Counter[str] = Counter()
        self.directives = 0

    def costs(self) -> list[Cost]:
        """The cost of every operation, in their order.

        Raises: Overweight naming the limit.
        """
        return [self._cost(node) for node in self.operations]

    def _cost(self, node: OperationDefinitionNode) -> Cost:
        weight = self._weigh(node.selection_set)
        roots = sum(weight.roots.values())
        self._limit("levels of fields", weight.depth, self.limits.depth)
        self._limit("root fields", roots, self.limits.root_fields)
        if node.operation is OperationType.MUTATION:
            self._limit("mutations", roots, self.limits.mutations)
        for name, count in self.aliases.items():
            self._limit(f"aliases of {name}", count, self.limits.aliases)
        self._limit("directives", self.directives, self.limits.directives)
        each = POINTS_A_CHANGE if node.operation is OperationType.MUTATION else POINTS_A_ROOT
        about = sum(weight.roots[name] for name in ABOUT_SCHEMA)
        return Cost((roots - about) * each + about * POINTS_A_SCHEMA, weight.rows)

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
            self._limit("fields", total.fields, self.limits.fields)
        for name, count in total.roots.items():
            self._limit(f"repetitions of {name} in one place", count, self.limits.repeats)
        return total

    def _add_field(self, node: FieldNode, total: Weight) -> None:
        name = node.name.value
        if node.alias:
            self.aliases[name] += 1
        below = self._weigh(node.selection_set) if node.selection_set else Weight()
        total.roots[name] += 1
        total.fields += 1 + below.fields
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

    def _rows(self, node: FieldNode, below: Weight) -> Rows:
        """How many rows a field reads at most: those of its page, each with all that is asked of it."""
        name = node.name.value
        if node.selection_set is None or name in INTROSPECTION:
            return Rows()
        if name in WRAPPERS and not node.arguments:
            return below.rows
        asked = [each.value for each in node.arguments or () if each.name.value in PAGES]
        if not asked:
            return _page(DEFAULT_SIZE if WRAPPERS & below.roots.keys() else 1, below.rows)
        several = [_page(_given(each), below.rows) for each in asked]
        return max(several, key=lambda rows: (len(rows.paged), rows.fixed))


def _page(size: int | str, below: Rows) -> Rows:
    """The rows of a page of a fixed size, or of the size that a variable says."""
    if isinstance(size, str):
        return Rows(paged=((1, size, below),))
    return (Rows(1) + below).times(size)


def _given(value: ValueNode) -> int | str:
    """The size of a page that stands in a document, or the name of the variable that says it."""
    match value:
        case VariableNode():
            return value.name.value
        case IntValueNode(value=digits) if len(digits) <= len(str(MAX_SIZE)):
            return max(1, int(digits))
        case ListValueNode(values=values):
            return len(values)
        case _:
            return MAX_SIZE
