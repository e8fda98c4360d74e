"""The oracle: the GraphQL executor over plainly loaded rows. It shares no code with the compiler that it judges.

Rows are loaded by one `SELECT *` for each table. Visibility, filters, orders and wire forms are written here a second
time, by hand and in Python, from what the rooms promise.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLEnumType,
    GraphQLResolveInfo,
    GraphQLSchema,
    build_schema,
    execute_sync,
    get_named_type,
    print_schema,
)

from domain.kernel.actor import Actor
from tests.oracle.writing import Values, cursor_id, money, pieces, read_id, snake, wire

CAP = 10_000


@dataclass(frozen=True)
class Row:
    """A row and the name of its type."""

    type: str
    values: Values


@dataclass(frozen=True)
class Type:
    """What the oracle knows of one type. Fields not named here stand on the column of their own name."""

    table: str
    prefix: str
    sees: Callable[[Actor, Values], bool]
    fields: Mapping[str, Callable[[Values, Actor, str], Any]] = field(default_factory=dict)
    asked: Mapping[str, Callable[[Values, Values, str], Any]] = field(default_factory=dict)  # with arguments
    one: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # field -> (column, type)
    with_parent: frozenset[str] = frozenset()  # relations that are seen with their row
    many: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # field -> (type, column)
    newest_first: frozenset[str] = frozenset()  # of `many`
    about: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # field -> stored kind -> type
    groups: frozenset[str] = frozenset()
    orders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    filters: Mapping[str, str] = field(default_factory=dict)  # input field -> column, where the names differ
    stored: Mapping[str, Callable[[str], Any]] = field(default_factory=dict)  # input field -> what its text is kept as
    about_columns: Mapping[str, str] = field(default_factory=dict)  # field -> start of its columns, unless "subject"


@dataclass(frozen=True)
class World:
    """The types, and what stands at the root."""

    types: Mapping[str, Type]
    by_id: Mapping[str, str]
    lists: Mapping[str, str]
    mine: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # field -> (type, fact)
    by_key: Mapping[str, tuple[str, Mapping[str, str]]] = field(default_factory=dict)


@cache
def stripped(schema: GraphQLSchema) -> GraphQLSchema:
    """A schema without anybody's resolvers, whose enums give stored names out as they are."""
    found = build_schema(print_schema(schema))
    for type_ in found.type_map.values():
        if isinstance(type_, GraphQLEnumType):
            for name, value in type_.values.items():
                value.value = name
    return found


class Oracle:
    """Answers documents over loaded rows, and changes nothing of them."""

    def __init__(self, schema: GraphQLSchema, world: World, tables: Mapping[str, list[Values]]) -> None:
        self.schema, self.world, self.tables = stripped(schema), world, tables
        self.by_prefix = {type_.prefix: name for name, type_ in world.types.items()}
        self.index = {
            name: {values["id"]: values for values in tables[type_.table]} for name, type_ in world.types.items()
        }

    def answer(self, document: DocumentNode, variables: Values, actor: Actor, language: str) -> ExecutionResult:
        """The result of a query."""
        return execute_sync(
            self.schema,
            document,
            variable_values=variables,
            context_value=(actor, language),
            field_resolver=self.resolve,
            type_resolver=lambda value, *_: value.type,
        )

    def resolve(self, source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        """One field."""
        actor, language = info.context
        name = info.field_name
        if source is None:
            return self.root(name, arguments, actor)
        if not isinstance(source, Row):
            return source[name]
        type_, values = self.world.types[source.type], source.values
        if name in type_.fields:
            return type_.fields[name](values, actor, language)
        if name in type_.asked:
            return type_.asked[name](values, arguments, language)
        return source if name in type_.groups else self.related(source, info, arguments)

    def related(self, source: Row, info: GraphQLResolveInfo[Any], arguments: Values) -> Any:
        """A field that leads to other rows, or a column."""
        name, (actor, _) = info.field_name, info.context
        type_, values = self.world.types[source.type], source.values
        if name in type_.one:
            column, target = type_.one[name]
            return self.find(target, values[column], actor, always=name in type_.with_parent)
        if name in type_.many:
            paged = "first" in info.parent_type.fields[name].args
            return self.below(source, name, actor, arguments if paged else None)
        if name in type_.about:
            start = type_.about_columns.get(name, "subject")
            target_name = type_.about[name].get(values[f"{start}_kind"])
            return self.find(target_name, values[f"{start}_id"], actor) if target_name else None
        return self.plain(type_, name, values, get_named_type(info.return_type).name)

    def below(self, source: Row, name: str, actor: Actor, arguments: Values | None) -> Any:
        """The rows that hang on a row: a page of them when there are arguments, all of them otherwise."""
        type_ = self.world.types[source.type]
        target, column = type_.many[name]
        rows = [each for each in self.seen(target, actor) if each[column] == source.values["id"]]
        if arguments is not None:
            return self.page(target, rows, arguments, actor)
        rows.sort(key=self.key(target, None), reverse=name in type_.newest_first)
        return [Row(target, each) for each in rows]

    @staticmethod
    def plain(type_: Type, name: str, values: Values, kind: str) -> Any:
        """A column by the field's name."""
        column = snake(name)
        if kind == "ID":
            return f"{type_.prefix}_{values[column].hex}"
        if kind == "Money":
            return money(values[f"{column}_minor"], values["currency"])
        if kind == "JSON":
            return json.loads(values[column]) if isinstance(values[column], str) else values[column]
        return wire(values[column])

    def root(self, name: str, arguments: Values, actor: Actor) -> Any:
        """A root field."""
        if name == "node":
            return self.by_public_id(arguments["id"], None, actor)
        if name == "nodes":
            return [self.by_public_id(each, None, actor) for each in arguments["ids"]]
        if name in self.world.mine:
            target, fact = self.world.mine[name]
            return self.find(target, getattr(actor, fact), actor)
        if name in self.world.by_id:
            return self.by_public_id(arguments["id"], self.world.by_id[name], actor)
        if name in self.world.by_key:
            target, columns = self.world.by_key[name]
            ((key, value),) = arguments.get("by", arguments).items()
            if key == "id":
                return self.by_public_id(value, target, actor)
            found = [each for each in self.seen(target, actor) if each[columns[key]] == value]
            return Row(target, found[0]) if found else None
        target = self.world.lists[name]
        return self.page(target, self.seen(target, actor), arguments, actor)

    def by_public_id(self, text: str, expected: str | None, actor: Actor) -> Row | None:
        """A row by its public id."""
        parsed = read_id(text)
        name = self.by_prefix.get(parsed[0]) if parsed else None
        if parsed is None or name is None or (expected and name != expected):
            return None
        return self.find(name, parsed[1], actor)

    def find(self, name: str, identity: UUID | None, actor: Actor, *, always: bool = False) -> Row | None:
        """A row by id, if in sight."""
        values = self.index[name].get(identity) if identity else None
        return Row(name, values) if values and (always or self.world.types[name].sees(actor, values)) else None

    def seen(self, name: str, actor: Actor) -> list[Values]:
        """All rows in sight."""
        type_ = self.world.types[name]
        return [values for values in self.tables[type_.table] if type_.sees(actor, values)]

    def key(self, name: str, order: str | None) -> Callable[[Values], tuple[Any, ...]]:
        """The sort key of an order, the first one where none is named."""
        orders = self.world.types[name].orders
        columns = orders[order] if order else next(iter(orders.values()))
        return lambda values: tuple(values[column] for column in columns)

    def page(self, name: str, rows: list[Values], arguments: Values, actor: Actor) -> Values:
        """A connection."""
        rows = [values for values in rows if self.matches(name, values, arguments.get("where") or {}, actor)]
        order = arguments.get("orderBy") or {}
        descending = order.get("direction", "DESC") == "DESC"
        key = self.key(name, order.get("by"))
        rows.sort(key=key, reverse=descending)
        after, before = (self.place(name, key, arguments.get(side)) for side in ("after", "before"))
        skipped = sum(after is not None and (key(each) >= after if descending else key(each) <= after) for each in rows)
        left = sum(before is not None and (key(each) <= before if descending else key(each) >= before) for each in rows)
        window = rows[skipped : len(rows) - left]
        first, last = arguments.get("first"), arguments.get("last")
        size = last if last is not None else 20 if first is None else first
        shown = window[-size:] if last is not None else window[:size]
        more = len(window) > size
        edges = [{"cursor": f"cursor:{values['id']}", "node": Row(name, values)} for values in shown]
        return {
            "nodes": [edge["node"] for edge in edges],
            "edges": edges,
            "totalCount": len(rows) if len(rows) <= CAP else None,
            "totalCountIsExact": len(rows) <= CAP,
            "pageInfo": {
                "hasNextPage": left > 0 if last is not None else more,
                "hasPreviousPage": more if last is not None else skipped > 0,
                "startCursor": edges[0]["cursor"] if edges else None,
                "endCursor": edges[-1]["cursor"] if edges else None,
            },
        }

    def place(self, name: str, key: Callable[[Values], tuple[Any, ...]], cursor: str | None) -> tuple[Any, ...] | None:
        """Where a cursor stands: the sort key of its row, whether or not that row is in the list."""
        return key(self.index[name][UUID(cursor_id(cursor))]) if cursor else None

    def matches(self, name: str, values: Values, where: Values, actor: Actor) -> bool:
        """Whether a row passes all filters. One by a row that the reader does not see finds nothing."""
        type_ = self.world.types[name]
        for key, comparison in where.items():
            if comparison is None:
                continue
            column = type_.filters.get(key, snake(key))
            value = values[column]
            ((operator, wanted),) = comparison.items()
            if keep := type_.stored.get(key):
                wanted = [keep(each) for each in wanted] if operator == "in" else keep(wanted)
            if not self.compares(value, operator, wanted) or not self.names_in_sight(type_, values, column, actor):
                return False
        return True

    def names_in_sight(self, type_: Type, values: Values, column: str, actor: Actor) -> bool:
        """Whether the reader sees the row that a column names; a column that names none is seen with its row."""
        names: list[str | None] = [
            target for key, (at, target) in type_.one.items() if at == column and key not in type_.with_parent
        ]
        for key, kinds in type_.about.items():
            start = type_.about_columns.get(key, "subject")
            if column == f"{start}_id":
                names.append(kinds.get(values[f"{start}_kind"]))
        return all(name is not None and self.find(name, values[column], actor) for name in names)

    @staticmethod
    def compares(value: Any, operator: str, wanted: Any) -> bool:
        """One comparison; texts of the wire are read as what the column holds."""

        def read(text: Any) -> Any:
            if isinstance(value, UUID):
                parsed = read_id(text)
                return parsed[1] if parsed else None
            if isinstance(value, datetime):
                return datetime.fromisoformat(text.upper())
            return date.fromisoformat(text) if isinstance(value, date) else text

        if value is None:
            return False
        if operator == "contains":
            return pieces(wanted) <= set(value)
        if operator in {"eq", "in"}:
            return value in map(read, wanted if operator == "in" else [wanted])
        if operator == "between":
            return bool(read(wanted["since"]) <= value < read(wanted["before"]))
        return bool(value >= read(wanted) if operator == "since" else value < read(wanted))
