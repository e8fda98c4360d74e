"""How verbs take hold of rows: locked only when in sight, changed only from the version the caller read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar
from uuid import UUID

from tortoise.models import Model

from domain.kernel.actor import Actor, Fact, Role
from domain.kernel.database import current
from domain.kernel.projection.entity import Entity
from domain.kernel.projection.visibility import EVERYTHING, predicate_sql, seen_by_roles
from domain.kernel.refusals import NotFound, StaleVersion

M = TypeVar("M", bound=Model)


class Versioned(Protocol):
    """A row that counts its changes."""

    version: int


async def lock_visible(model: type[M], entity: Entity, row_id: UUID | None, actor: Actor) -> M:
    """The row, locked for this transaction, if this actor sees it; workers see every row.

    Raises: NotFound for a missing row and for one out of sight alike.
    """
    return await _read_visible(model, entity, row_id, actor, " FOR NO KEY UPDATE")


async def get_visible(model: type[M], entity: Entity, row_id: UUID | None, actor: Actor) -> M:
    """The row without a lock, if this actor sees it.

    Raises: NotFound.
    """
    return await _read_visible(model, entity, row_id, actor, "")


async def _read_visible(model: type[M], entity: Entity, row_id: UUID | None, actor: Actor, lock: str) -> M:
    arguments: list[object] = [row_id]

    def bind(fact: Fact) -> str:
        arguments.append(getattr(actor, fact))
        return f"${len(arguments)}::uuid"

    predicate = EVERYTHING if actor.has(Role.SYSTEM) else seen_by_roles(entity.seen_by, actor.roles)
    condition = predicate_sql(predicate, "t", bind)
    table = model._meta.db_table  # noqa: SLF001 - no public name; an entity may stand on a view
    statement = f"SELECT t.* FROM {table} t WHERE t.id = $1::uuid AND {condition}{lock}"
    rows = await current().connection.execute_query_dict(statement, arguments) if row_id else []
    if not rows:
        raise NotFound(kind=entity.name)
    return from_database(model, rows[0])


def from_database(model: type[M], row: dict[str, Any]) -> M:
    """A row that a statement of ours fetched, as its model."""
    return model._init_from_db(**row)  # noqa: SLF001 - Tortoise has no public name for it


async def lock_row(model: type[M], row_id: UUID) -> M | None:
    """A row by id, locked, without regard to who asks: for what a verb needs beyond what its actor sees."""
    return await model.select_for_update(no_key=True).filter(id=row_id).first()


def expect_version(row: Versioned, expected: int | None) -> None:
    """Refuses a change that was decided on an older state of the row. None means a worker, which read it just now.

    Raises: StaleVersion.
    """
    if expected is not None and row.version != expected:
        raise StaleVersion(current_version=row.version)


async def add_all(rows: Sequence[Model]) -> None:
    """Adds new rows of one model in one statement, however many they are; nothing for none."""
    if not rows:
        return
    await type(rows[0]).bulk_create(rows)
    for row in rows:
        row._saved_in_db = True  # noqa: SLF001 - the library forgets to say so of rows that are added together


async def save_changes(row: Model, *columns: str) -> None:
    """Writes the named columns of a locked row and counts its version up."""
    row.version += 1  # type: ignore[attr-defined]
    await row.save(update_fields=[*columns, "version"])
