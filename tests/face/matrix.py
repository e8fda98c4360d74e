"""Asks every field of the schema as every kind of actor, and keeps what came of it as lines to compare."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from graphql import (
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLUnionType,
    Visitor,
    get_named_type,
    is_leaf_type,
    parse,
    visit,
)
from graphql.utilities import TypeInfo, TypeInfoVisitor

from api.errors import Code, RequestError
from api.reading.fields import ENTITIES
from domain.kernel.actor import Actor, Role
from tests.face.conftest import Face
from tests.face.inputs import GRAPH

WRITE = "AFTERCARE_WRITE_MATRIX"
SHORT = {
    Role.ANONYMOUS: "ANO", Role.CUSTOMER: "CUS", Role.PARTNER: "PAR", Role.REPAIRER: "REP", Role.SALES: "SAL",
    Role.CUSTOMER_SERVICE: "CS", Role.CLAIMS_HANDLER: "CH", Role.CLAIMS_MANAGER: "CM", Role.FINANCE: "FIN",
    Role.FINANCE_APPROVER: "FAP", Role.UNDERWRITER: "UW", Role.RISK: "RSK", Role.COMPLIANCE: "COM", Role.HR: "HR",
    Role.ADMIN: "ADM",
}  # fmt: skip
"""The kinds of actor in the order of the roles' table, as it shortens them."""
SAMPLES = {"id": '"nonsense"', "ids": '["nonsense"]', "number": '"nonsense"', "by": '{id: "nonsense"}'}
PAGE = 100
ROOTS = 20
QUERY = cast(GraphQLObjectType, GRAPH.query_type)


def readable() -> Iterator[GraphQLObjectType]:
    """Every object type that a query reaches."""
    waiting: list[GraphQLNamedType] = [QUERY]
    seen: set[str] = set()
    while waiting:
        type_ = waiting.pop()
        if type_.name in seen or is_leaf_type(type_):
            continue
        seen.add(type_.name)
        if isinstance(type_, GraphQLObjectType):
            yield type_
            waiting += [get_named_type(each.type) for each in type_.fields.values()]
        else:
            waiting += GRAPH.get_possible_types(type_)  # type: ignore[arg-type]  # an interface or a union


@dataclass(frozen=True)
class Asking:
    """Writes selections that leave some fields out."""

    without: frozenset[str] = frozenset()

    def everything(self, type_: GraphQLObjectType) -> str:
        """All fields of a type, of rows behind them the id."""
        return " ".join(self.one(type_, name) for name in type_.fields if f"{type_.name}.{name}" not in self.without)

    def one(self, type_: GraphQLObjectType, name: str) -> str:
        """One field with what it needs."""
        definition = type_.fields[name]
        given = {key: SAMPLES[key] for key in definition.args if key in SAMPLES}
        if "first" in definition.args:
            given["first"] = "1"
        arguments = f"({', '.join(f'{key}: {value}' for key, value in given.items())})" if given else ""
        return f"{name}{arguments}{self._below(definition)}"

    def _below(self, definition: GraphQLField) -> str:
        found = get_named_type(definition.type)
        if is_leaf_type(found):
            return ""
        if isinstance(found, GraphQLUnionType):
            return " {... on Node {id}}"
        if found.name in ENTITIES or not isinstance(found, GraphQLObjectType):
            return " {id}"
        return f" {{{self.everything(found)}}}"

    def rows(self, title: str) -> str:
        """A document for rows of a type by their ids."""
        type_ = cast(GraphQLObjectType, GRAPH.type_map[title])
        return f"query($ids: [ID!]!) {{nodes(ids: $ids) {{... on {title} {{{self.everything(type_)}}}}}}}"

    def roots(self, names: Iterable[str]) -> str:
        """A document for some fields of the root."""
        return f"{{{' '.join(self.one(QUERY, name) for name in names if f'Query.{name}' not in self.without)}}}"


def asked(text: str) -> set[str]:
    """The coordinates that a document selects, those of interfaces left out."""
    types, found = TypeInfo(GRAPH), set()

    class Noting(Visitor):
        def enter_field(self, node: Any, *_: object) -> None:
            parent = types.get_parent_type()
            if isinstance(parent, GraphQLObjectType):
                found.add(f"{parent.name}.{node.name.value}")

    visit(parse(text), TypeInfoVisitor(types, Noting()))
    return found


@dataclass
class Matrix:
    """What each kind of actor was answered."""

    answered: dict[str, set[Role]] = field(default_factory=dict)
    forbidden: dict[str, set[Role]] = field(default_factory=dict)
    none: dict[str, set[Role]] = field(default_factory=dict)
    own: dict[str, set[Role]] = field(default_factory=dict)
    all: dict[str, set[Role]] = field(default_factory=dict)

    def note(self, where: dict[str, set[Role]], name: str, role: Role) -> None:
        """Keeps one outcome."""
        where.setdefault(name, set()).add(role)

    async def ask(self, face: Face, write: Any, role: Role, actor: Actor, **variables: Any) -> Any:
        """The data of a document, asked again without what is forbidden; notes each of its fields."""
        beyond = await self._forbidden(face, write(Asking()), actor, variables)
        for name in beyond:
            self.note(self.forbidden, name, role)
        text = write(Asking(beyond))
        data = await face.data(text, actor, **variables)
        for name in asked(text):
            self.note(self.answered, name, role)
        return data

    async def _forbidden(self, face: Face, text: str, actor: Actor, variables: dict[str, Any]) -> frozenset[str]:
        try:
            await face.data(text, actor, **variables)
        except RequestError as refused:
            if refused.code is not Code.FORBIDDEN:
                raise
            return frozenset(each["extensions"]["field"] for each in refused.errors)
        return frozenset()

    async def ask_of_rows(self, face: Face, title: str, ids: list[str], role: Role, actor: Actor) -> set[str]:
        """Which of all rows of a type are seen, each with all that may be asked of it."""
        seen: set[str] = set()
        for start in range(0, len(ids), PAGE):
            page = ids[start : start + PAGE]
            data = await self.ask(face, lambda asking: asking.rows(title), role, actor, ids=page)
            seen |= {each["id"] for each in data["nodes"] if each}
        self.note(self.none if not seen else self.all if len(seen) == len(ids) else self.own, title, role)
        return seen

    def lines(self) -> list[str]:
        """One line for each type of rows and each field."""
        sights = [
            f"{title}: {'; '.join(f'{word} {shortened(roles)}' for word, roles in self._sight(title))}"
            for title in {*self.own, *self.all, *self.none}
        ]
        return sorted([*sights, *(f"{name}: {shortened(self.answered[name])}" for name in self.answered)])

    def _sight(self, title: str) -> Iterator[tuple[str, set[Role]]]:
        found = (("all", self.all), ("own", self.own), ("none", self.none))
        return ((word, where[title]) for word, where in found if title in where)


def shortened(roles: set[Role]) -> str:
    """Roles as the matrix writes them."""
    return "everybody" if roles == set(SHORT) else " ".join(short for role, short in SHORT.items() if role in roles)


def committed(name: str, lines: list[str]) -> list[str]:
    """The lines of the committed file; they are written anew when the environment asks for it."""
    path = Path(__file__).with_name(name)
    if os.environ.get(WRITE):
        path.write_text("\n".join(lines) + "\n")
    return path.read_text().splitlines()
