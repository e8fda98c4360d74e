"""What can be read of a room: its table, columns, relations, orders and filters, said once and named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from domain.kernel.actor import Role
from domain.kernel.lifecycle import Lifecycle
from domain.kernel.projection.visibility import SeenBy
from domain.kernel.projection.wire import DAY, INSTANT, RATE, TEXT, TRUTH, WHOLE, Wire, id_of
from domain.kernel.subject import SubjectKind


@dataclass(frozen=True)
class Column:
    """A stored column shown as it is."""

    column: str
    wire: Wire = TEXT
    nullable: bool = False


@dataclass(frozen=True)
class Expression:
    """A total SQL expression over the row; `{row}` stands for its alias, `{now}` and `{today}` for the clock."""

    sql: str
    wire: Wire = TEXT
    nullable: bool = False


@dataclass(frozen=True)
class Masked:
    """A plain column that some roles see only through a masking expression."""

    column: str
    masked: str
    masked_for: frozenset[Role]
    nullable: bool = False


@dataclass(frozen=True)
class Amount:
    """Money: minor units in one column and the row's currency in another."""

    minor: str
    currency: str = "currency"
    nullable: bool = False


@dataclass(frozen=True)
class Actions:
    """The actions a lifecycle opens to the reader from the row's state; a constant for each state and role.

    `withheld` are those that some rows do not offer all the same: of each, when, as SQL over the row as in Expression.
    """

    lifecycle: Lifecycle[Any, Any]
    states: tuple[str, ...]
    column: str = "state"
    nullable: bool = False
    withheld: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Derived:
    """A Python function of named columns, run over the plan's rows.

    `language` says it also takes the reader's, `viewer` the reader as an actor, `given` the arguments of the field, by
    their names in the schema.
    """

    inputs: tuple[str, ...]
    function: Callable[..., object]
    nullable: bool = False
    language: bool = False
    viewer: bool = False
    given: bool = False


Readable: TypeAlias = Column | Expression | Masked | Amount | Actions | Derived


@dataclass(frozen=True)
class One:
    """The row of `target` whose id stands in this row's `column`."""

    target: Entity
    column: str
    nullable: bool
    seen_with_parent: bool


@dataclass(frozen=True)
class Many:
    """The rows of `target` whose `column` holds this row's id."""

    target: Entity
    column: str


@dataclass(frozen=True)
class About:
    """The row that a kind column and an id column name together; kinds without an entity read as null."""

    kind_column: str
    id_column: str
    targets: dict[str, Entity] = field(default_factory=dict)


Relation: TypeAlias = One | Many | About


@dataclass(frozen=True)
class Order:
    """A unique sort key of NOT NULL columns, ending in id; `types` are their PostgreSQL types."""

    columns: tuple[str, ...]
    types: tuple[str, ...]


@dataclass(frozen=True)
class Filter:
    """A column that lists may be narrowed by. A residual filter (`indexed=False`) needs an indexed one beside it.

    `convert` makes the stored value of a given one, as a blind index does of a phone number. A column of TERMS is
    searched by a text: rows are found that hold every term of it (`searching.sought`), by a GIN index on the column.
    """

    column: str
    wire: Wire
    indexed: bool = True
    convert: Callable[[Any], Any] | None = None


def order(column: str | None = None, type_: str = "timestamptz") -> Order:
    """The order by one column and then id, or by id alone (which is the order of creation)."""
    return Order((column, "id"), (type_, "uuid")) if column else Order(("id",), ("uuid",))


@dataclass(eq=False)
class Entity:
    """One readable kind of row. `columns` always contains `id`; upper rooms add relations with `link`."""

    name: str
    table: str
    prefix: str
    seen_by: SeenBy
    columns: dict[str, Readable]
    orders: Mapping[str, Order]
    filters: Mapping[str, Filter] = field(default_factory=dict)
    relations: dict[str, Relation] = field(default_factory=dict, repr=False)  # they go round in rings
    kind: SubjectKind | None = None

    def __post_init__(self) -> None:
        self.columns = {"id": Column("id", id_of(self.prefix)), **self.columns}
        for name, found in self.orders.items():
            if found.columns[-1] != "id" or len(found.columns) != len(found.types):
                raise ValueError(f"{self.name}: the order {name} must end in id and name a type for each column")

    def named_by(self, column: str) -> tuple[Entity, ...]:
        """The kinds of rows with a visibility of their own that the ids in a column may name."""
        found: dict[str, Entity] = {}
        for relation in self.relations.values():
            match relation:
                case One(target, at, seen_with_parent=False) if at == column:
                    found[target.name] = target
                case About(id_column=at, targets=targets) if at == column:
                    found |= {target.name: target for target in targets.values()}
        return tuple(found.values())


def link(
    child: Entity,
    name: str,
    parent: Entity,
    column: str,
    *,
    back: str | None = None,
    nullable: bool = True,
    seen_with_parent: bool = False,
) -> None:
    """Declares a relation once for both directions: `child.name` is one parent, `parent.back` its children.

    It stands in the upper room of the two. A relation is nullable unless its target is `seen_with_parent`.
    """
    if not nullable and not seen_with_parent:
        raise ValueError(f"{child.name}.{name}: a parent with its own visibility may be out of sight")
    _add(child, name, One(parent, column, nullable, seen_with_parent))
    if back:
        _add(parent, back, Many(child, column))


def about(lower: Entity, name: str, kind: SubjectKind, target: Entity, back: str | None = None) -> None:
    """Lets rows of a lower room, which know others by kind and id, be read together with a row of an upper room."""
    found = lower.relations.setdefault(name, About("subject_kind", "subject_id"))
    if not isinstance(found, About) or kind in found.targets:
        raise ValueError(f"{lower.name}.{name} is taken")
    found.targets[kind] = target
    if back:
        _add(target, back, Many(lower, found.id_column))


def extend(entity: Entity, **columns: Readable) -> None:
    """Lets rows of a lower room be read together with what an upper room works out of them."""
    for name, column in columns.items():
        if name in entity.relations or name in entity.columns:
            raise ValueError(f"{entity.name}.{name} is declared twice")
        entity.columns[name] = column


def _add(entity: Entity, name: str, relation: Relation) -> None:
    if name in entity.relations or name in entity.columns:
        raise ValueError(f"{entity.name}.{name} is declared twice")
    entity.relations[name] = relation


def texts(*names: str) -> dict[str, Readable]:
    """NOT NULL text columns shown under their own names."""
    return {name: Column(name) for name in names}


def wholes(*names: str) -> dict[str, Readable]:
    """NOT NULL 32-bit numbers shown under their own names."""
    return {name: Column(name, WHOLE) for name in names}


def instants(*names: str, nullable: bool = False) -> dict[str, Readable]:
    """Instants shown under their own names."""
    return {name: Column(name, INSTANT, nullable) for name in names}


def days(*names: str, nullable: bool = False) -> dict[str, Readable]:
    """Calendar days shown under their own names."""
    return {name: Column(name, DAY, nullable) for name in names}


def flags(*names: str) -> dict[str, Readable]:
    """Truth values shown under their own names."""
    return {name: Column(name, TRUTH) for name in names}


def rates(*names: str, nullable: bool = False) -> dict[str, Readable]:
    """Rates shown under their own names."""
    return {name: Column(name, RATE, nullable) for name in names}


def maybe_texts(*names: str) -> dict[str, Readable]:
    """Optional text columns shown under their own names."""
    return {name: Column(name, nullable=True) for name in names}
