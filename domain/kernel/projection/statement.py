"""Compiles a selection into one SQL statement: correlated scalar sub-selects, rows as JSON under the answer's keys.

Correlated sub-selects instead of joins keep each relation's visibility, order and limit beside it, and cost nothing
where the planner uses the index that the relation stands on. Limits are literals and absent filters are absent from the
text, so one generic plan serves every call (a bound LIMIT is planned anew at each execution).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.kernel import clock
from domain.kernel.actor import Fact
from domain.kernel.projection import pages
from domain.kernel.projection.derive import TAG, Steps
from domain.kernel.projection.entity import (
    Actions,
    Amount,
    Column,
    Derived,
    Entity,
    Expression,
    Masked,
    Readable,
)
from domain.kernel.projection.selection import (
    Call,
    Concrete,
    Constant,
    Either,
    Found,
    FoundMany,
    Group,
    Guard,
    Listing,
    MoneyValue,
    Page,
    Parameter,
    Reader,
    Selected,
    Selection,
    Single,
    Value,
)
from domain.kernel.projection.visibility import predicate_sql
from domain.kernel.projection.wire import amount_sql

NOW = Parameter("timestamptz", lambda _: clock.now())
TODAY = Parameter("date", lambda _: clock.today())
FACTS = {
    Fact.STAFF_ID: Parameter("uuid", lambda call: call.actor.staff_id),
    Fact.CUSTOMER_ID: Parameter("uuid", lambda call: call.actor.customer_id),
    Fact.PARTNER_ID: Parameter("uuid", lambda call: call.actor.partner_id),
    Fact.SESSION_ID: Parameter("uuid", lambda call: call.actor.session_id),
}


@dataclass(frozen=True)
class Statement:
    """One SQL text, its parameters in order, and the steps that Python takes on the answer (none when it is pure)."""

    sql: str
    parameters: tuple[Parameter, ...]
    steps: Steps | None

    def arguments(self, call: Call) -> list[Any]:
        """The bound values of one call."""
        return [parameter.read(call) for parameter in self.parameters]


def compile_statement(selection: Selection, reader: Reader, guard: Guard | None = None) -> Statement:
    """The statement that answers a selection of root fields for these roles.

    Its one row has one column, the UTF-8 bytes of the answer's JSON, null when the guard does not hold.
    """
    compiler = Compiler(reader)
    steps = Steps()
    condition = guard.sql.format(id=compiler.bind(guard.id)) if guard else None
    answer = f"convert_to({compiler.json_object(selection, None, '', steps)}::text, 'UTF8')"
    sql = f"SELECT CASE WHEN {condition} THEN {answer} END" if condition else f"SELECT {answer}"
    return Statement(sql, tuple(compiler.parameters), steps if steps.needed else None)


def quoted(key: str) -> str:
    """A response key as an SQL identifier. Keys are GraphQL names or hidden helpers, so they hold no quotes."""
    return f'"{key}"'


@dataclass
class Compiler:
    """One compilation: collects parameters and hands out row aliases."""

    reader: Reader
    parameters: list[Parameter] = field(default_factory=list)
    aliases: int = 0

    def bind(self, parameter: Parameter) -> str:
        """The typed placeholder of a parameter; the same parameter gets the same number."""
        for number, known in enumerate(self.parameters, 1):
            if known is parameter:
                return f"${number}::{parameter.type}"
        self.parameters.append(parameter)
        return f"${len(self.parameters)}::{parameter.type}"

    def alias(self) -> str:
        """A fresh row alias."""
        self.aliases += 1
        return f"t{self.aliases}"

    def visible(self, entity: Entity, row: str) -> str:
        """The condition under which this reader sees a row."""
        predicate = self.reader.sees(entity, self.reader.roles)
        return predicate_sql(predicate, row, lambda fact: self.bind(FACTS[fact]))

    def json_object(self, selection: Selection, entity: Entity | None, row: str, steps: Steps) -> str:
        """A scalar expression: the JSON object of a selection over one row (or of root fields)."""
        return f"(SELECT row_to_json(o) FROM (SELECT {self.columns(selection, entity, row, steps)}) o)"

    def columns(self, selection: Selection, entity: Entity | None, row: str, steps: Steps) -> str:
        """The select list of a selection, each part aliased to its key; helpers of derived parts stand last."""
        parts: list[str] = []
        helpers: dict[str, str] = {}
        for each in selection:
            if isinstance(each, Value) and entity and isinstance(derived := entity.columns[each.name], Derived):
                parts.append(f"NULL::json AS {quoted(each.key)}")
                hidden = [helpers.setdefault(name, f"~{len(helpers)}") for name in derived.inputs]
                steps.derive(each, hidden, derived)
            else:
                parts.append(f"{self.part(each, entity, row, steps)} AS {quoted(each.key)}")
        if entity:
            parts.extend(
                f"{self.readable(entity.columns[name], row)} AS {quoted(hidden)}" for name, hidden in helpers.items()
            )
        return ", ".join(parts)

    def part(self, each: Selected, entity: Entity | None, row: str, steps: Steps) -> str:
        """The expression of one selected part."""
        match each:
            case Constant(_, text):
                return f"'{text}'::json"
            case Found(key, concrete, column, value):
                return self.found(concrete, column, self.bind(value), steps.at(key))
            case FoundMany():
                return self.found_many(each, steps)
            case Page():
                return pages.page(self, each, row, steps.at(each.key))
            case Group() | Value() | MoneyValue() | Single() | Listing() | Either():
                return self.part_of_row(each, entity, row, steps)

    def part_of_row(
        self,
        each: Group | Value | MoneyValue | Single | Listing | Either,
        entity: Entity | None,
        row: str,
        steps: Steps,
    ) -> str:
        """The expression of a part that stands on a row; a group may also stand at the root."""
        match each:
            case Value(_, name) if entity:
                return self.readable(entity.columns[name], row)
            case MoneyValue() if entity:
                return self.money(each, entity, row)
            case Group(key, fields):
                return self.json_object(fields, entity, row, steps.at(key))
            case Single():
                return self.single(each, row, steps.at(each.key))
            case Listing():
                return self.listing(each, row, steps.at(each.key))
            case Either():
                return self.either(each, row, steps)
            case _:
                raise TypeError(f"{each.key} needs a row")

    def readable(self, found: Readable, row: str) -> str:
        """The JSON-ready expression of a readable for this reader."""
        match found:
            case Column(column, wire):
                return wire.sql(f"{row}.{column}")
            case Expression(sql, wire):
                return wire.sql(self.fill(sql, row))
            case Masked(column, masked, masked_for):
                return masked.format(row=row) if self.reader.roles <= masked_for else f"{row}.{column}"
            case Actions(lifecycle, states, column):
                offers = lifecycle.offers(states, self.reader.roles)
                cases = "".join(
                    f" WHEN '{state}' THEN {self.offered(actions, found.withheld, row)}"
                    for state, actions in offers.items()
                )
                return f"(CASE {row}.{column}{cases} ELSE '[]' END)::json"
            case Amount() | Derived():
                raise TypeError("money and derived parts are no plain values")

    def offered(self, actions: Sequence[str], withheld: Mapping[str, str], row: str) -> str:
        """The text of what a state offers, less what the row withholds of it."""
        offer = f"'{json.dumps(actions)}'"
        less = [f" - CASE WHEN {self.fill(withheld[each], row)} THEN '{each}' ELSE '' END"
                for each in actions if each in withheld]  # fmt: skip
        return f"({offer}::jsonb{''.join(less)})::text" if less else offer

    def fill(self, sql: str, row: str) -> str:
        """An expression's text over a row, with the clock bound where it asks for it."""
        if "{now}" in sql:
            sql = sql.replace("{now}", self.bind(NOW))
        if "{today}" in sql:
            sql = sql.replace("{today}", self.bind(TODAY))
        return "(" + sql.replace("{row}", row) + ")"

    def money(self, each: MoneyValue, entity: Entity, row: str) -> str:
        """The object of an amount; null as a whole when the amount is null."""
        amount = entity.columns[each.name]
        if not isinstance(amount, Amount):
            raise TypeError(f"{entity.name}.{each.name} is not an amount")
        minor, currency = f"{row}.{amount.minor}", f"{row}.{amount.currency}"
        sources = {"amount": amount_sql(minor, currency), "currency": currency}
        parts = ", ".join(
            f"'{part.json}'::json AS {quoted(part.key)}"
            if isinstance(part, Constant)
            else f"{sources[part.name]} AS {quoted(part.key)}"
            for part in each.parts
        )
        value = f"(SELECT row_to_json(m) FROM (SELECT {parts}) m)"
        return f"CASE WHEN {minor} IS NOT NULL THEN {value} END" if amount.nullable else value

    def single(self, each: Single, row: str, steps: Steps) -> str:
        """One related row in sight as JSON, or null."""
        target, alias = each.relation.target, self.alias()
        seen = "" if each.relation.seen_with_parent else f" AND {self.visible(target, alias)}"
        inner = (
            f"SELECT {self.columns(each.fields, target, alias, steps)} FROM {target.table} {alias}"
            f" WHERE {alias}.id = {row}.{each.relation.column}{seen}"
        )
        return f"(SELECT row_to_json(o) FROM ({inner}) o)"

    def listing(self, each: Listing, row: str, steps: Steps) -> str:
        """All related rows in sight as a JSON array."""
        target, alias = each.relation.target, self.alias()
        inner = (
            f"SELECT {self.columns(each.fields, target, alias, steps.each())} FROM {target.table} {alias}"
            f" WHERE {alias}.{each.relation.column} = {row}.id AND {self.visible(target, alias)}"
            f" ORDER BY {pages.sorting(each.order, alias, descending=each.descending)}"
        )
        return f"(SELECT coalesce(json_agg(o), '[]'::json) FROM ({inner}) o)"

    def either(self, each: Either, row: str, steps: Steps) -> str:
        """The row of whichever kind the row names, or null."""
        inside = steps.at(each.key)
        cases = "".join(
            f" WHEN '{kind}' THEN {self.chosen(concrete, f'{row}.{each.id_column}', inside)}"
            for kind, concrete in each.choices
        )
        return f"CASE {row}.{each.kind_column}{cases} END" if cases else "NULL::json"

    def chosen(self, concrete: Concrete, value: str, steps: Steps) -> str:
        """One of several kinds of rows; tagged where Python has a part in it."""
        tag = concrete.entity.prefix
        return self.found(concrete, "id", value, steps.choice(tag), tag)

    def found(self, concrete: Concrete, column: str, value: str, steps: Steps, tag: str | None = None) -> str:
        """One row in sight by a column's value, as JSON or null."""
        entity, alias = concrete.entity, self.alias()
        columns = self.columns(concrete.fields, entity, alias, steps)
        if tag and steps.needed:
            columns += f", '{tag}' AS {quoted(TAG)}"
        inner = (
            f"SELECT {columns} FROM {entity.table} {alias}"
            f" WHERE {alias}.{column} = {value} AND {self.visible(entity, alias)}"
        )
        return f"(SELECT row_to_json(o) FROM ({inner}) o)"

    def found_many(self, each: FoundMany, steps: Steps) -> str:
        """Rows by public ids, in the order asked, null in place."""
        inside = steps.at(each.key).each()
        cases = "".join(
            f" WHEN '{concrete.entity.prefix}' THEN {self.chosen(concrete, 'n.id', inside)}"
            for concrete in each.choices
        )
        row = f"CASE n.prefix{cases} END" if cases else "NULL::json"
        parsed = (
            "SELECT u.place, split_part(u.text, '_', 1) AS prefix, "
            "CASE WHEN u.text ~ '^[a-z]{3}_[0-9a-f]{32}$' THEN substr(u.text, 5)::uuid END AS id "
            f"FROM unnest({self.bind(each.ids)}) WITH ORDINALITY AS u(text, place)"
        )
        return f"(SELECT coalesce(json_agg({row} ORDER BY n.place), '[]'::json) FROM ({parsed}) n)"
