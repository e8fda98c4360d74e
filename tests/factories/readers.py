"""Reads an entity's rows as somebody would, through the compiled statement."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tortoise import Tortoise
from tortoise.transactions import in_transaction

from domain.kernel.actor import Actor
from domain.kernel.projection.entity import Actions, Amount, Derived, Entity, Readable
from domain.kernel.projection.selection import (
    Call,
    MoneyValue,
    Nodes,
    Page,
    Parameter,
    Reader,
    Selected,
    Value,
    Window,
)
from domain.kernel.projection.statement import compile_statement
from domain.kernel.projection.visibility import seen_by_roles

HASH = Parameter("text", lambda _: "")
READER_SEES = lambda entity, roles: seen_by_roles(entity.seen_by, roles)  # noqa: E731 - as the read path does


def _selected(name: str, column: Readable) -> Selected:
    if isinstance(column, Amount):
        return MoneyValue(name, name, (Value("amount", "amount"), Value("currency", "currency")))
    return Value(name, name)


async def rows_seen(entity: Entity, actor: Actor, *, order: str = "RECORDED", language: str = "en") -> list[Any]:
    """All columns without arguments of the first hundred rows of an entity that an actor sees, in one of its orders."""
    statement, call = _page(entity, actor, order, language)
    rows = await Tortoise.get_connection("default").execute_query_dict(statement.sql, statement.arguments(call))
    answer: Mapping[str, Any] = json.loads(next(iter(rows[0].values())))
    if statement.steps:
        statement.steps.apply(answer, call)
    return list(answer["page"]["nodes"])


async def plan_of(entity: Entity, actor: Actor, order: str) -> str:
    """How the database would read a page of twenty, with sequential scans and sorts made dear."""
    statement, call = _page(entity, actor, order, "en", names=("id",))
    async with in_transaction() as connection:
        await connection.execute_script(
            "SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off"
        )
        rows = await connection.execute_query_dict(f"EXPLAIN {statement.sql}", statement.arguments(call))
    return "\n".join(row["QUERY PLAN"] for row in rows)


def _page(
    entity: Entity, actor: Actor, order: str, language: str, names: tuple[str, ...] | None = None
) -> tuple[Any, Call]:
    plain = (name for name, each in entity.columns.items() if not (isinstance(each, Derived) and each.given))
    fields = tuple(_selected(name, entity.columns[name]) for name in names or plain)
    window = Window(
        order=entity.orders[order], order_name=order, descending=True, backward=False, size=20, wanted=None,
        after=None, before=None, conditions=(), filter_hash=HASH,
    )  # fmt: skip
    page = Page("page", entity, None, window, (Nodes("nodes", fields),))
    statement = compile_statement((page,), Reader(actor.roles, READER_SEES))
    return statement, Call({}, actor, language)


def actions_of(entity: Entity) -> bool:
    """Whether an entity offers actions."""
    return any(isinstance(column, Actions) for column in entity.columns.values())
