"""A query is one statement: every documented query, and every list with everything nested under it to depth four."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
from graphql import (
    FieldNode,
    GraphQLObjectType,
    OperationDefinitionNode,
    OperationType,
    get_named_type,
    parse,
    print_ast,
)

from api.schema import SCHEMA
from domain.kernel.actor import STAFF_ROLES, Actor, Role
from tests.oracle.choosing import Everything, is_connection
from tests.oracle.conftest import Rooms

ROOT = Path(__file__).parents[2]
QUERY_TYPE = cast(GraphQLObjectType, SCHEMA._schema.query_type)
LISTS = tuple(name for name, each in QUERY_TYPE.fields.items() if is_connection(get_named_type(each.type)))
EVERYBODY = Actor(STAFF_ROLES)
"""Somebody in every role of the staff, without a session: may select everything but what is the partners'."""


OUTSIDE = ("policies", "claims", "customers", "complaints", "jobs", "sessions", "products", "productVersions")
"""Lists in which outsiders find rows of their own."""


def _queries() -> dict[str, str]:
    """Each documented query as a document of its own, by file and name."""
    found: dict[str, str] = {}
    for path in (*sorted((ROOT / "tests" / "operations").glob("*.graphql")), ROOT / "docs" / "story.graphql"):
        document = parse(path.read_text())
        for node in document.definitions:
            if isinstance(node, OperationDefinitionNode) and node.operation is OperationType.QUERY:
                found[f"{path.stem}:{node.name.value if node.name else ''}"] = print_ast(node)
    return found


QUERIES = _queries()


def _given(rooms: Rooms, text: str) -> dict[str, Any]:
    """Values for a document's variables that meet rows."""
    (operation,) = parse(text).definitions
    assert isinstance(operation, OperationDefinitionNode)
    given: dict[str, Any] = {}
    for definition in operation.variable_definitions or ():
        name, kind = definition.variable.name.value, print_ast(definition.type).strip("!")
        samples = {
            "ID": rooms.draws.ids[_type_of(operation)][0], "[ID!]": rooms.draws.known.ids[:9], "Int": 5,
            "String": "CP20260000001", "ClaimState": "NOTIFIED", "PayoutState": "DRAFT",
            "PolicyBy": {"id": rooms.draws.ids["Policy"][0]},
        }  # fmt: skip
        if kind in samples and name not in {"after", "before"}:
            given[name] = samples[kind]
    return given


def _type_of(operation: OperationDefinitionNode) -> str:
    """The type of the row that the first root field of an operation reads."""
    root = operation.selection_set.selections[0]
    assert isinstance(root, FieldNode)
    name = get_named_type(QUERY_TYPE.fields[root.name.value].type).name
    return name if name in {"Claim", "Payout", "Complaint", "Policy", "Customer"} else "Claim"


@pytest.mark.parametrize("name", QUERIES)
async def test_a_documented_query_is_one_statement(rooms: Rooms, name: str) -> None:
    given = _given(rooms, QUERIES[name])
    for actor in (rooms.actors["COMPLIANCE"], EVERYBODY):
        assert await rooms.face.statements(QUERIES[name], actor, **given) == 1


@pytest.mark.parametrize("name", LISTS)
async def test_a_list_with_everything_under_it_is_one_statement_and_right(rooms: Rooms, name: str) -> None:
    schema = rooms.oracle.schema
    count = 0
    for text in Everything(schema, STAFF_ROLES).documents(name):
        before = rooms.face.reading.statements
        data = await rooms.judge.alike(text, EVERYBODY)
        assert data is not None and data[name]["nodes"], text
        assert rooms.face.reading.statements - before == 1
        count += 1
    assert count


@pytest.mark.parametrize("name", LISTS)
async def test_what_outsiders_read_of_a_list_is_right_to_the_last_field(rooms: Rooms, name: str) -> None:
    for who, role in (("CUSTOMER_1", Role.CUSTOMER), ("PARTNER_0", Role.PARTNER)):
        for text in Everything(rooms.oracle.schema, frozenset({role}), depth=3).documents(name):
            data = await rooms.judge.alike(text, rooms.actors[who], "zh")
            assert data is not None and (name not in OUTSIDE or data[name]["nodes"])
