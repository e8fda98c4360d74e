"""Keyset pages in SQL: both directions, cursors made where the rows are, page 1,000 at the price of page 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.kernel.projection.entity import Order
from domain.kernel.projection.selection import (
    Condition,
    Constant,
    Edge,
    Nodes,
    Page,
    PageField,
    PageInfo,
    PageWord,
    Position,
    Window,
    Word,
)

if TYPE_CHECKING:
    from domain.kernel.projection.derive import Steps
    from domain.kernel.projection.statement import Compiler

CURSOR_VERSION = 1
COUNT_CAP = 10_000
NUMBER = '"~n"'


def sorting(order: Order, row: str, *, descending: bool) -> str:
    """The ORDER BY list; one direction for all columns, so that one index serves both."""
    direction = " DESC" if descending else ""
    return ", ".join(f"{row}.{column}{direction}" for column in order.columns)


def page(compiler: Compiler, each: Page, row: str, steps: Steps) -> str:
    """The JSON object of a connection over the rows of a relation of `row`, or over all in sight.

    Where only rows are asked for, they are aggregated straight from the limited scan; where the page must know its
    surroundings or be trimmed or turned round, one row more is read and the rows are numbered.
    """
    return _PageCompiler(compiler, each, row, steps).compile()


class _PageCompiler:
    def __init__(self, compiler: Compiler, each: Page, row: str, steps: Steps) -> None:
        self.compiler, self.page, self.row, self.steps = compiler, each, row, steps
        self.window: Window = each.window
        self.inner: dict[str, str] = {}
        self.rows = compiler.alias()  # of its own: a page within a page speaks of the outer page's row beside its own

    @property
    def number(self) -> str:
        """The running number of a row of the page."""
        return f"{self.rows}.{NUMBER}"

    @property
    def wanted(self) -> str:
        """How many rows the page shows; bound only where it is used."""
        return str(self.window.size) if self.window.wanted is None else self.compiler.bind(self.window.wanted)

    def compile(self) -> str:
        straight = self.window.wanted is None and not self.window.backward
        if straight and all(self._is_straight(part) for part in self.page.fields):
            parts = [f'{self.straight(part)} AS "{part.key}"' for part in self.page.fields]
            return f"(SELECT row_to_json(c) FROM (SELECT {', '.join(parts)}) c)"
        parts = [f'{self.numbered(part)} AS "{part.key}"' for part in self.page.fields]
        if not self.inner:
            return f"(SELECT row_to_json(c) FROM (SELECT {', '.join(parts)}) c)"
        inner = ", ".join(f'{sql} AS "{name}"' for name, sql in self.inner.items())
        page = f"(SELECT {inner} FROM ({self.numbered_rows()}) {self.rows}) a"
        return f"(SELECT row_to_json(c) FROM (SELECT {', '.join(parts)} FROM {page}) c)"

    @staticmethod
    def _is_straight(part: PageField) -> bool:
        if isinstance(part, PageWord):
            return part.word in {Word.COUNT, Word.COUNT_IS_EXACT}
        return not isinstance(part, PageInfo)

    def straight(self, part: PageField) -> str:
        """A part of a page that need not know its surroundings."""
        if isinstance(part, Constant):
            return f"'{part.json}'::json"
        if isinstance(part, PageWord):
            return self.count(part.word)
        if isinstance(part, PageInfo):
            raise TypeError("page information needs numbered rows")
        alias = self.compiler.alias()
        rows = self.limited(self.contents(part, alias), alias, self.window.size)
        return f"(SELECT coalesce(json_agg(o), '[]'::json) FROM ({rows}) o)"

    def numbered(self, part: PageField) -> str:
        """A part read from the aggregated page `a`; adds what it needs to the aggregates."""
        match part:
            case Constant(_, json):
                return f"'{json}'::json"
            case PageWord(_, word):
                return self.word(word)
            case PageInfo(_, fields):
                return f"(SELECT row_to_json(i) FROM (SELECT {', '.join(self._aliased(f) for f in fields)}) i)"
            case Nodes() | Edge():
                name = f"~{len(self.inner)}"
                turn = f" ORDER BY {self.number} DESC" if self.window.backward else ""  # else the scan's own order
                one = f"(SELECT row_to_json(o) FROM (SELECT {self.contents(part, self.rows)}) o)"
                within = f"FILTER (WHERE {self.number} <= {self.wanted})"
                self.inner[name] = f"coalesce(json_agg({one}{turn}) {within}, '[]'::json)"
                return f'a."{name}"'

    def _aliased(self, part: Constant | PageWord) -> str:
        return f'{self.numbered(part)} AS "{part.key}"'

    def contents(self, part: Nodes | Edge, alias: str) -> str:
        """The select list of one row of the page: the row itself, or its edge."""
        steps = self.steps.at(part.key).each()
        if isinstance(part, Nodes):
            return self.compiler.columns(part.fields, self.page.entity, alias, steps)
        parts: list[str] = []
        for each in part.fields:
            match each:
                case Constant(key, json):
                    parts.append(f"'{json}'::json AS \"{key}\"")
                case PageWord(key, _):
                    parts.append(f'{self.cursor(alias)} AS "{key}"')
                case Nodes(key, fields):
                    node = self.compiler.json_object(fields, self.page.entity, alias, steps.at(key))
                    parts.append(f'{node} AS "{key}"')
        return ", ".join(parts)

    def word(self, word: Word) -> str:
        """A computed part of the page."""
        window, backward = self.window, self.window.backward
        match word:
            case Word.COUNT | Word.COUNT_IS_EXACT:
                return self.count(word)
            case Word.HAS_NEXT:
                return self.aggregate("~next", self.beyond(window.before) if backward else self.more())
            case Word.HAS_PREVIOUS:
                return self.aggregate("~previous", self.more() if backward else self.beyond(window.after))
            case Word.START | Word.END:
                return self.end(first=(word is Word.START) is not backward)
            case Word.CURSOR:
                raise TypeError("a cursor belongs to an edge")

    def more(self) -> str:
        """Whether the scan found a row more than the page shows."""
        return f"coalesce(bool_or({self.number} > {self.wanted}), false)"

    def aggregate(self, name: str, sql: str) -> str:
        """Names an aggregate of the page once."""
        self.inner[name] = sql
        return f'a."{name}"'

    def beyond(self, position: Position | None) -> str:
        """Whether rows lie on the far side of the position that the page starts from, its own row included."""
        if position is None:
            return "false"
        alias = self.compiler.alias()
        farther = self.compare(alias, position, after=position is not self.window.after, inclusive=True)
        source = f"{self.page.entity.table} {alias} WHERE {self.scope(alias, bounded=False)}"
        return f"EXISTS (SELECT FROM {source} AND {farther})"

    def count(self, word: Word) -> str:
        """All rows of the list, counted up to a cap: null and inexact above it."""
        alias = self.compiler.alias()
        source = f"{self.page.entity.table} {alias} WHERE {self.scope(alias, bounded=False)}"
        capped = f"(SELECT count(*) AS n FROM (SELECT FROM {source} LIMIT {COUNT_CAP + 1}) l) n"
        value = f"CASE WHEN n.n <= {COUNT_CAP} THEN n.n END" if word is Word.COUNT else f"n.n <= {COUNT_CAP}"
        return f"(SELECT {value} FROM {capped})"

    def limited(self, columns: str, alias: str, size: int) -> str:
        """The limited scan in reading order."""
        turned = self.window.descending is not self.window.backward
        return (
            f"SELECT {columns} FROM {self.page.entity.table} {alias} WHERE {self.scope(alias, bounded=True)}"
            f" ORDER BY {sorting(self.window.order, alias, descending=turned)} LIMIT {size}"
        )

    def numbered_rows(self) -> str:
        """The limited scan with one row more and a running number."""
        alias = self.compiler.alias()
        turned = self.window.descending is not self.window.backward
        order = sorting(self.window.order, alias, descending=turned)
        columns = f"{alias}.*, row_number() OVER (ORDER BY {order}) AS {NUMBER}"
        return self.limited(columns, alias, self.window.size + 1)

    def scope(self, alias: str, *, bounded: bool) -> str:
        """Which rows the list has for this reader; `bounded` adds the cursors."""
        parts: list[str] = []
        if self.page.relation is not None:
            parts.append(f"{alias}.{self.page.relation.column} = {self.row}.id")
        parts.append(self.compiler.visible(self.page.entity, alias))
        parts.extend(self.narrowed(condition, alias) for condition in self.window.conditions)
        if bounded and self.window.after:
            parts.append(self.compare(alias, self.window.after, after=True))
        if bounded and self.window.before:
            parts.append(self.compare(alias, self.window.before, after=False))
        return " AND ".join(parts)

    def narrowed(self, condition: Condition, alias: str) -> str:
        """A condition over a row.

        The id of a row out of sight counts for nothing, though a row in sight may hold it. Ids are looked up before the
        scan and once, so that the list is still read along its index.
        """
        value = self.compiler.bind(condition.value)
        targets = [(target, self.compiler.alias()) for target in self.page.entity.named_by(condition.column)]
        sights = [self.compiler.visible(target, row) for target, row in targets]
        if any(seen != "true" for seen in sights):
            found = " UNION ALL ".join(
                f"SELECT {row}.id FROM {target.table} {row} WHERE {condition.sql(f'{row}.id', value)} AND {seen}"
                for (target, row), seen in zip(targets, sights, strict=True)
            )
            value = f"ARRAY({found})" if condition.many else f"({found})"
        return condition.sql(f"{alias}.{condition.column}", value)

    def compare(self, alias: str, position: Position, *, after: bool, inclusive: bool = False) -> str:
        """The row comparison with a cursor's key."""
        sign = (">" if after is not self.window.descending else "<") + ("=" if inclusive else "")
        columns = ", ".join(f"{alias}.{column}" for column in self.window.order.columns)
        values = ", ".join(self.compiler.bind(value) for value in position.values)
        return f"({columns}) {sign} ({values})"

    def end(self, *, first: bool) -> str:
        """The cursor of the first or last row that was scanned and is shown: made once, of the keys at that place."""
        within = f"FILTER (WHERE {self.number} <= {self.wanted})"
        keys = [
            self.aggregate(f"~k{index}", f"array_agg({self.rows}.{column}) {within}")
            for index, column in enumerate(self.window.order.columns)
        ]
        place = "1" if first else f"cardinality({keys[0]})"
        return f"CASE WHEN {keys[0]} IS NOT NULL THEN {self.place([f'{key}[{place}]' for key in keys])} END"

    def cursor(self, alias: str) -> str:
        """The cursor of a row."""
        return self.place([f"{alias}.{column}" for column in self.window.order.columns])

    def place(self, values: list[str]) -> str:
        """The opaque place of a key: base64url of version, order, filter hash and the key at full precision."""
        keys = ", ".join(f"{value}::text" for value in values)
        fixed = f"{CURSOR_VERSION}, '{self.window.order_name}', {self.compiler.bind(self.window.filter_hash)}"
        text = f"convert_to(json_build_array({fixed}, {keys})::text, 'UTF8')"
        return f"translate(encode({text}, 'base64'), '+/=' || chr(10), '-_')"
