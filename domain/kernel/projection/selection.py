"""What a reader asks of rows, after fragments and variables are gone: the input of the statement compiler."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias
from uuid import UUID

from domain.kernel.actor import Actor, Role
from domain.kernel.projection.entity import Entity, Many, One, Order
from domain.kernel.projection.visibility import Predicate


@dataclass(frozen=True)
class Call:
    """What differs between two calls of one plan: coerced variables, the actor, and ids a verb returned."""

    variables: Mapping[str, Any]
    actor: Actor
    language: str = "en"
    ids: Mapping[str, UUID | None] | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Parameter:
    """A bound value: its PostgreSQL type and how it is read from a call."""

    type: str
    read: Callable[[Call], Any]


class Word(StrEnum):
    """Parts of a connection that are computed for the page as a whole or for each of its rows."""

    CURSOR = "cursor"
    HAS_NEXT = "has_next_page"
    HAS_PREVIOUS = "has_previous_page"
    START = "start_cursor"
    END = "end_cursor"
    COUNT = "total_count"
    COUNT_IS_EXACT = "total_count_is_exact"


@dataclass(frozen=True)
class Constant:
    """A fixed JSON text, such as a type's name."""

    key: str
    json: str


@dataclass(frozen=True)
class Part:
    """A part of a derived object under its response key, with its own parts where it is an object too.

    A quoted name is a fixed text.
    """

    key: str
    name: str
    parts: tuple[Part, ...] | None = None


@dataclass(frozen=True)
class Value:
    """A readable of the row.

    `parts` are what is selected of a derived part that is an object; `given` reads its arguments from a call.
    """

    key: str
    name: str
    parts: tuple[Part, ...] | None = None
    given: Callable[[Call], Mapping[str, Any]] | None = None


@dataclass(frozen=True)
class MoneyValue:
    """An amount of the row with the selected parts of it (`amount`, `currency` or constants)."""

    key: str
    name: str
    parts: tuple[Value | Constant, ...]


@dataclass(frozen=True)
class Group:
    """Fields of the same row shown as an object of their own."""

    key: str
    fields: Selection


@dataclass(frozen=True)
class Single:
    """One related row, or null."""

    key: str
    relation: One
    fields: Selection


@dataclass(frozen=True)
class Listing:
    """All related rows of a relation that is bounded by the business (fewer than fifty), in one order."""

    key: str
    relation: Many
    order: Order
    descending: bool
    fields: Selection


@dataclass(frozen=True)
class Concrete:
    """One of several kinds of rows: its entity and what is asked of it."""

    entity: Entity
    fields: Selection


@dataclass(frozen=True)
class Either:
    """The row that a kind and an id column name; `choices` by stored kind."""

    key: str
    kind_column: str
    id_column: str
    choices: tuple[tuple[str, Concrete], ...]


@dataclass(frozen=True)
class Condition:
    """A narrowing of a list: `template` over `{column}` and `{value}`, which is a list of values where it is `many`."""

    column: str
    template: str
    value: Parameter
    many: bool = False

    def sql(self, column: str, value: str) -> str:
        """The comparison of a column with a value."""
        return self.template.format(column=column, value=value)


@dataclass(frozen=True)
class Position:
    """A place in an order, taken from a cursor: one bound value for each column of the order."""

    values: tuple[Parameter, ...]


@dataclass(frozen=True)
class Window:
    """Which rows of a list a page shows. `size` is the literal limit, `wanted` the exact count when it is smaller."""

    order: Order
    order_name: str
    descending: bool
    backward: bool
    size: int
    wanted: Parameter | None
    after: Position | None
    before: Position | None
    conditions: tuple[Condition, ...]
    filter_hash: Parameter


@dataclass(frozen=True)
class Edge:
    """The edges of a page."""

    key: str
    fields: tuple[Constant | PageWord | Nodes, ...]


@dataclass(frozen=True)
class Nodes:
    """The rows of a page (in a page) or its row (in an edge)."""

    key: str
    fields: Selection


@dataclass(frozen=True)
class PageWord:
    """One computed part."""

    key: str
    word: Word


@dataclass(frozen=True)
class PageInfo:
    """The object that tells how to go on."""

    key: str
    fields: tuple[Constant | PageWord, ...]


PageField: TypeAlias = Constant | PageWord | Nodes | Edge | PageInfo


@dataclass(frozen=True)
class Page:
    """A connection: over a relation of the row, or over all rows in sight when `relation` is None."""

    key: str
    entity: Entity
    relation: Many | None
    window: Window
    fields: tuple[PageField, ...]


@dataclass(frozen=True)
class Found:
    """One row in sight whose `column` equals a bound value; null when there is none."""

    key: str
    concrete: Concrete
    column: str
    value: Parameter


@dataclass(frozen=True)
class FoundMany:
    """Rows by a bound list of public ids, null in place for what is malformed, missing or out of sight."""

    key: str
    choices: tuple[Concrete, ...]
    ids: Parameter


Selected: TypeAlias = (
    Constant | Value | MoneyValue | Group | Single | Listing | Either | Page | Found | FoundMany
)
Selection: TypeAlias = tuple[Selected, ...]


@dataclass(frozen=True)
class Guard:
    """A condition for the whole answer: SQL over `{id}`, the credential's bound id. Without it the answer is absent."""

    sql: str
    id: Parameter


@dataclass(frozen=True)
class Reader:
    """Who reads, as far as it shapes the statement: the roles. Extra predicates by entity are for planted faults."""

    roles: frozenset[Role]
    sees: Callable[[Entity, frozenset[Role]], Predicate | None]
