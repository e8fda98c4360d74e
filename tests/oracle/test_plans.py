"""How lists are read when tables are large: in the order of an index led by the reader's scope, never all and sorted.

The planner is told that every table holds a million rows of which it knows nothing more, inside a transaction that is
rolled back; statements are explained as they run, by their generic plan.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLObjectType, get_named_type

from api.reading.fields import ENTITIES
from api.schema import SCHEMA
from domain.kernel.actor import Actor
from domain.kernel.projection.entity import Entity, Many
from domain.kernel.projection.selection import Call
from domain.kernel.projection.visibility import AllOf, AnyOf, Owns, Predicate, seen_by_roles
from domain.kernel.projection.wire import TERMS
from tests.oracle.conftest import Rooms
from tests.oracle.test_statements import EVERYBODY, LISTS, QUERY_TYPE
from tests.oracle.writing import snake

LARGE = """
UPDATE pg_class SET reltuples = 1000000, relpages = 1 WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""
UNKNOWN = """
DELETE FROM pg_statistic WHERE starelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
  AND NOT EXISTS (
    SELECT FROM pg_attribute a WHERE a.attrelid = starelid AND a.attnum = staattnum AND a.attname = ANY ($1)
  )
"""
RARE = """
UPDATE pg_statistic s SET stadistinct = -0.3, stakind1 = 0, stakind2 = 0, stakind3 = 0, stanumbers1 = NULL,
  stanumbers2 = NULL, stanumbers3 = NULL, stavalues1 = NULL, stavalues2 = NULL, stavalues3 = NULL
FROM pg_attribute a, pg_class c WHERE a.attrelid = s.starelid AND a.attnum = s.staattnum AND c.oid = s.starelid
  AND c.relnamespace = 'public'::regnamespace AND a.attname = ANY ($1)
"""
SUMMED = {"LedgerAccount": "a view of sums: one row for each account, whatever the ledger holds"}
MERGED = {"ClaimEvent": "a view over three tables, whose few rows for one claim are sorted"}
RARE_COLUMNS = [
    "policy_id", "subject_id", "product_id", "customer_id", "serial_number", "claim_id", "payout_id", "transaction_id",
    "outcome_id", "phone_blind", "mail_blind", "identity_number_blind", "bank_account_blind",
    "organisation_code", "job_id", "registration_id", "endpoint_id", "part_id", "order_id", "repeat_of_id",
    "repairer_id", "salvage_id", "subrogation_id", "inquiry_id", "payment_file_id", "statement_id", "attempt_id",
]  # fmt: skip
"""Columns of which the planner may know that each value has few rows."""
FEW = 50
"""Rows whose sort costs nothing."""


@dataclass
class Plans:
    """Explains documents over tables that seem large."""

    rooms: Rooms
    connection: asyncpg.Connection
    seen: dict[str, str]

    async def of(self, text: str, actor: Actor) -> str:
        """The generic plan of a document's statement."""
        operation = self.rooms.face.store.by_text(text).operation(None)
        call = Call({}, actor)
        statement = self.rooms.face.answering.planner.plan(operation, call).statement
        assert statement is not None
        if statement.sql not in self.seen:
            values = ", ".join(map(_literal, statement.arguments(call)))
            await self.connection.execute(f"PREPARE asked AS {statement.sql}")
            rows = await self.connection.fetch(f"EXPLAIN EXECUTE asked{f'({values})' if values else ''}")
            await self.connection.execute("DEALLOCATE asked")
            self.seen[statement.sql] = "\n".join(row[0] for row in rows)
        return self.seen[statement.sql]


    async def sides(self, name: str, order: str, actor: Actor) -> list[str]:
        """Pages from the start, from the end, and from a cursor both ways."""
        text = f"{{ {name}(first: 1, orderBy: {order}) {{ pageInfo {{ endCursor }} }} }}"
        cursor = (await self.rooms.face.data(text, actor))[name]["pageInfo"]["endCursor"]
        found = ["first: 20", "last: 20"]
        return found if cursor is None else [*found, f'first: 20, after: "{cursor}"', f'last: 20, before: "{cursor}"']


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, list):
        inner = ",".join(f'"{each}"' for each in value if each is not None)
        return f"'{{{inner}}}'"
    if isinstance(value, bytes):
        return f"'\\x{value.hex()}'"
    return f"'{value.isoformat() if isinstance(value, datetime) else value}'"


@asynccontextmanager
async def planning(rooms: Rooms, known: list[str]) -> AsyncIterator[Plans]:
    """Explains as the read pool plans, in a transaction that is rolled back; `known` are columns with few rows each."""
    connection = await asyncpg.connect(rooms.url)
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute(UNKNOWN, known)
    await connection.execute(RARE, known)
    for statement in (LARGE, "SET LOCAL plan_cache_mode = force_generic_plan", "SET LOCAL jit = off"):
        await connection.execute(statement)
    yield Plans(rooms, connection, {})
    await transaction.rollback()
    await connection.close()


@pytest.fixture
async def plans(rooms: Rooms) -> AsyncIterator[Plans]:
    """Plans of a planner that knows nothing."""
    async with planning(rooms, []) as found:
        yield found


@pytest.fixture
async def knowing(rooms: Rooms) -> AsyncIterator[Plans]:
    """Plans of a planner that knows what is rare."""
    async with planning(rooms, RARE_COLUMNS) as found:
        yield found


def columns_of(predicate: Predicate | None) -> set[str]:
    """The scope columns that a rule compares with the reader."""
    match predicate:
        case Owns(column, _):
            return {column}
        case AllOf(parts) | AnyOf(parts):
            return set().union(*map(columns_of, parts))
        case _:
            return set()


def entity_of(name: str) -> Entity:
    """The entity of a list of the root."""
    page = get_named_type(QUERY_TYPE.fields[name].type)
    assert isinstance(page, GraphQLObjectType)
    return ENTITIES[get_named_type(page.fields["nodes"].type).name]


def orders_of(name: str) -> Iterator[tuple[str, str]]:
    """The orders of a list with both directions."""
    order = get_named_type(QUERY_TYPE.fields[name].args["orderBy"].type)
    assert isinstance(order, GraphQLInputObjectType)
    by = get_named_type(order.fields["by"].type)
    assert isinstance(by, GraphQLEnumType)
    for each in by.values:
        yield each, f"{{by: {each}, direction: ASC}}"
        yield each, f"{{by: {each}, direction: DESC}}"


def faults(plan: str, scope: set[str]) -> list[str]:
    """What is wrong with a plan; `scope` are columns that an index must be entered by."""
    found = re.findall(r"Seq Scan on \w+", plan)
    sorts = re.findall(r"^(?:.*->)? *(?:Incremental )?Sort  \(.* rows=(\d+) .*$", plan, re.MULTILINE)
    found += [f"sorts {rows} rows" for rows in sorts if int(rows) > FEW]
    conditions = " ".join(re.findall(r"Index Cond: (.*)", plan) + re.findall(r"Recheck Cond: (.*)", plan))
    found += [f"no index entered by {column}" for column in scope if not re.search(rf"\b{column}\b", conditions)]
    return found


LARGE_LISTS = [name for name in LISTS if entity_of(name).name not in SUMMED]
FILTERED = [name for name in LARGE_LISTS if entity_of(name).filters]


@pytest.mark.parametrize("name", LARGE_LISTS)
async def test_a_list_is_read_in_the_order_of_an_index_by_whoever_lists_it(plans: Plans, name: str) -> None:
    entity, wrong = entity_of(name), dict[str, Any]()
    for who, actor in plans.rooms.actors.items():
        rule = seen_by_roles(entity.seen_by, actor.roles)
        if rule is None:
            continue
        scope = columns_of(rule)
        for by, order in orders_of(name):
            for side in await plans.sides(name, order, actor):
                plan = await plans.of(f"{{ {name}(orderBy: {order}, {side}) {{ nodes {{ id }} }} }}", actor)
                if fault := faults(plan, scope):
                    wrong[f"{who} {by} {side}"] = (fault, plan)
    assert not wrong, "\n".join(f"{key}: {fault}\n{plan}" for key, (fault, plan) in wrong.items())


async def test_the_accounts_are_summed_from_an_index_alone(plans: Plans) -> None:
    plan = await plans.of("{ ledgerAccounts(first: 20) { nodes { account balance { amount } } } }", EVERYBODY)
    assert "Index Only Scan using ledger_line_sums" in plan
    assert "Seq Scan" not in plan


@pytest.mark.parametrize("name", FILTERED)
async def test_a_filter_that_may_stand_alone_enters_an_index(knowing: Plans, name: str) -> None:
    entity, wrong = entity_of(name), dict[str, Any]()
    for key, where in knowing.rooms.draws.each_alone(name, entity.name):
        column, wire = entity.filters[snake(key)].column, entity.filters[snake(key)].wire
        for by, order in orders_of(name):
            if wire.name in {"Date", "DateTime"} and entity.orders[by].columns[0] != column:
                continue  # a span of time in another order is walked in that order
            text = f"{{ {name}(first: 20, orderBy: {order}, where: {where}) {{ nodes {{ id }} }} }}"
            plan = await knowing.of(text, EVERYBODY)
            found = faults(plan, {column})
            if wire is TERMS:  # no index keeps what a search finds in an order
                found = [fault for fault in found if not fault.startswith("sorts")]
            if found:
                wrong[f"{where} {by}"] = (found, plan)
    assert not wrong, "\n".join(f"{key}: {fault}\n{plan}" for key, (fault, plan) in wrong.items())


@pytest.mark.parametrize("name", [name for name in ENTITIES if name in SCHEMA._schema.type_map and name not in SUMMED])
async def test_rows_that_hang_on_a_row_are_found_by_an_index(knowing: Plans, name: str) -> None:
    type_ = knowing.rooms.oracle.schema.type_map[name]
    assert isinstance(type_, GraphQLObjectType)
    identity, wrong = knowing.rooms.draws.ids[name][0], dict[str, Any]()
    for field, definition in type_.fields.items():
        relation = ENTITIES[name].relations.get(snake(field))
        if not isinstance(relation, Many):
            continue
        page = "first" in definition.args
        below = "(first: 5) { nodes { id } }" if page else "{ id }"
        for actor in (EVERYBODY, *knowing.rooms.people.of("CUSTOMER_0", "PARTNER_0").values()):
            plan = await knowing.of(f'{{ node(id: "{identity}") {{ ... on {name} {{ {field}{below} }} }} }}', actor)
            rule = seen_by_roles(relation.target.seen_by, actor.roles)
            entered = [faults(plan, {column}) for column in {relation.column, *columns_of(rule)}]
            if relation.target.name in MERGED:
                entered = [[fault for fault in each if not fault.startswith("sorts")] for each in entered]
            if rule is not None and all(entered):  # by the relation, or by the reader's own rows
                fault = entered[0]
                wrong[f"{field} {sorted(actor.roles)}"] = (fault, plan)
    assert not wrong, "\n".join(f"{key}: {fault}\n{plan}" for key, (fault, plan) in wrong.items())


