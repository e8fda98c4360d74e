"""What generated queries may name over the rooms: ids, numbers and filters that meet seeded rows."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import date
from typing import Any

from graphql import GraphQLEnumType, GraphQLInputField, GraphQLInputObjectType, get_named_type

from tests.oracle.advice import LOSSES
from tests.oracle.documents import Known
from tests.oracle.offers import DEVICES
from tests.oracle.oracle import Oracle, Type
from tests.oracle.seeds import PEOPLE
from tests.oracle.writing import Values, snake, wire

FILTERS_OF_A_LIST = 24
ALONE = 0.6
RESIDUAL = "Needs a filter beside it"
PLAIN = {
    "phone": [each.phone for each in PEOPLE],
    "mail": [each.mail.upper() for each in PEOPLE],
    "identityNumber": [each.identity_number for each in PEOPLE if each.identity_number],
}


class Draws:
    """Draws over the rows of an oracle."""

    def __init__(self, oracle: Oracle) -> None:
        self.oracle = oracle
        self.dice = random.Random(11)
        self.ids = {
            name: [f"{type_.prefix}_{values['id'].hex}" for values in oracle.tables[type_.table]]
            for name, type_ in oracle.world.types.items()
        }
        self.by_value = {each.split("_")[1]: each for found in self.ids.values() for each in found}
        world = oracle.world
        self.known = Known(
            ids=[each for found in self.ids.values() for each in found[:20]],
            filters={field: list(self.filters(field, name)) for field, name in self.lists()},
            keys={field: {"id": self.ids[name]} for field, name in world.by_id.items()}
            | {field: self.keys(name, columns["number"]) for field, (name, columns) in world.by_key.items()},
            asked={"offer": ("device", DEVICES), "coverAdvice": ("loss", LOSSES)},
        )

    def lists(self) -> Iterator[tuple[str, str]]:
        """Fields that are connections, with the type of their rows."""
        yield from self.oracle.world.lists.items()

    def keys(self, name: str, column: str) -> dict[str, list[str]]:
        """Numbers of rows, plainly and as a one-of input."""
        numbers = [json.dumps(row[column]) for row in self.rows(name)]
        by_id = [f"{{id: {json.dumps(each)}}}" for each in self.ids[name]]
        return {"number": numbers, "by": [f"{{number: {each}}}" for each in numbers] + by_id}

    def rows(self, name: str) -> list[Values]:
        """The rows of a type."""
        return self.oracle.tables[self.oracle.world.types[name].table]

    def filters(self, field: str, name: str) -> Iterator[str]:
        """Filters of a list that hold something, at least one of each a filter that may stand alone."""
        where = self.where(field)
        if where is None:
            return
        alone = [key for key, each in where.fields.items() if RESIDUAL not in (each.description or "")]
        for turn in range(FILTERS_OF_A_LIST):
            row = self.dice.choice(self.rows(name))
            others = [key for key in where.fields if self.dice.random() < 0.2]
            chosen = dict.fromkeys([alone[turn % len(alone)], *others])
            parts = [f"{key}: {self.comparison(name, key, where.fields[key], row)}" for key in chosen]
            yield f"{{{', '.join(parts)}}}"

    def where(self, field: str) -> GraphQLInputObjectType | None:
        """The input of a list's filters, if it has any."""
        arguments = self.oracle.schema.query_type.fields[field].args  # type: ignore[union-attr]
        found = get_named_type(arguments["where"].type) if "where" in arguments else None
        assert found is None or isinstance(found, GraphQLInputObjectType)
        return found

    def each_alone(self, field: str, name: str) -> Iterator[tuple[str, str]]:
        """Each filter of a list that may stand alone, in its simplest form."""
        where = self.where(field)
        for key, each in where.fields.items() if where else ():
            if RESIDUAL not in (each.description or ""):
                yield key, f"{{{key}: {self.simplest(name, key, each, self.dice.choice(self.rows(name)))}}}"

    def comparison(self, name: str, key: str, field: GraphQLInputField, row: Values) -> str:
        """One comparison that the row passes."""
        type_ = self.oracle.world.types[name]
        value = row[type_.filters.get(key, snake(key))]
        if key in PLAIN or isinstance(value, list) or self.dice.random() < ALONE:
            return self.simplest(name, key, field, row)
        if isinstance(value, date):  # a day or an instant
            later = self.dice.choice(self.rows(name))[type_.filters.get(key, snake(key))]
            low, high = sorted((value, later))
            between = f"between: {{since: {_text(low)}, before: {_text(high)}}}"
            spans = (f"since: {_text(value)}", f"before: {_text(value)}", between)
            return f"{{{self.dice.choice(spans)}}}"
        one, other = (self.literal(type_, key, field, each) for each in (row, self.dice.choice(self.rows(name))))
        return f"{{in: [{one}, {other}]}}"

    def simplest(self, name: str, key: str, field: GraphQLInputField, row: Values) -> str:
        """The row's own value, for instants everything since, for a search some of what the row is found by."""
        type_ = self.oracle.world.types[name]
        if key in PLAIN:
            return f"{{eq: {json.dumps(self.dice.choice(PLAIN[key]))}}}"
        value = row[type_.filters.get(key, snake(key))]
        if isinstance(value, date):  # a day or an instant
            return f"{{since: {_text(value)}}}"
        if isinstance(value, list):
            some = self.dice.sample(value, min(len(value), self.dice.randint(1, 3)))
            return f"{{contains: {json.dumps(' '.join(some) or 'nonsense')}}}"
        return f"{{eq: {self.literal(type_, key, field, row)}}}"

    def literal(self, type_: Type, key: str, field: GraphQLInputField, row: Values) -> str:
        """The row's value as it is written in a document."""
        kind = get_named_type(field.type)
        assert isinstance(kind, GraphQLInputObjectType)
        is_enum = isinstance(get_named_type(kind.fields["eq"].type), GraphQLEnumType)
        value = row[type_.filters.get(key, snake(key))]
        if value is None:
            return '"nonsense"'
        if is_enum:
            return str(value)
        if hasattr(value, "hex") and not isinstance(value, bytes | str | float):
            return json.dumps(self.by_value.get(value.hex, f"zzz_{value.hex}"))
        return json.dumps(wire(value))


def _text(value: Any) -> str:
    return json.dumps(wire(value))
