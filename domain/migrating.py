"""Brings a database to the newest migration: forward only, one process at a time, with the reader's role at the end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import asyncpg
from tortoise import Tortoise
from tortoise.connection import get_connection
from tortoise.context import TortoiseContext
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget

from domain.connections import APP, tortoise_config

LOCK = 7_311_988_204  # the advisory lock of migrations; any other number that nobody else uses would do
READER = "aftercare_reader"
SECRETS = (
    "staff_password", "staff_totp", "session_secret", "api_key", "one_time_code", "sign_in_attempt",
    "tortoise_migrations",
)  # fmt: skip

READER_SQL = f"""
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{READER}') THEN
    CREATE ROLE {READER} NOLOGIN;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
GRANT {READER} TO CURRENT_USER;
GRANT USAGE ON SCHEMA public TO {READER};
GRANT SELECT ON ALL TABLES IN SCHEMA public TO {READER};
"""


class CannotMigrate(RuntimeError):
    """The database cannot be brought forward; the text says why and what to do."""


@asynccontextmanager
async def _alone(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", LOCK)
        yield connection
    finally:
        await connection.close()


async def migrate(url: str, tell: Callable[[str], object] = lambda _: None) -> list[str]:
    """Applies what is missing, in order, and returns the names of what was applied.

    Tortoise reads an unreadable history as an empty one, so the history is read here first.
    Raises: CannotMigrate when the database is ahead of this code.
    """
    async with _alone(url) as connection:
        known = await _applied(connection)
        config = tortoise_config(url, pool=2, statement_timeout="0", lock_timeout="0")
        async with TortoiseContext() as context:
            await context.init(config=config)
            executor = MigrationExecutor(get_connection("default"), config["apps"])
            plan = await executor.plan([MigrationTarget(APP, "__latest__")])
            ahead = known - {key.name for key in executor.loader.disk_migrations}
            if ahead or any(step.backward for step in plan):
                raise CannotMigrate("This database was migrated by newer code; start that instead.")
            names = [step.migration.name for step in plan]
            if known.intersection(names):
                raise CannotMigrate("The history of migrations cannot be read; check the database's rights.")
            await executor.migrate(
                [MigrationTarget(APP, "__latest__")], direction="forward", progress=lambda *event: tell(str(event[-1]))
            )
        await _admit_reader(connection)
        return names


async def pending(url: str) -> list[str]:
    """Names of the migrations that the database lacks."""
    config = tortoise_config(url, pool=1)
    async with TortoiseContext() as context:
        await context.init(config=config)
        executor = MigrationExecutor(get_connection("default"), config["apps"])
        return [step.migration.name for step in await executor.plan([MigrationTarget(APP, "__latest__")])]


async def drift() -> list[str]:
    """What the models say that the migrations do not, as operations; empty when they agree."""
    config = tortoise_config("postgresql://nobody@localhost/none")
    async with TortoiseContext() as context:
        await context.init(config=config, init_connections=False)
        if Tortoise.apps is None:
            raise CannotMigrate("The models were not loaded.")
        writers = await MigrationAutodetector(Tortoise.apps, config["apps"]).changes()
        return [operation.describe() for writer in writers for operation in writer.operations]


async def _applied(connection: asyncpg.Connection) -> set[str]:
    if await connection.fetchval("SELECT to_regclass('tortoise_migrations')") is None:
        return set()
    return {row["name"] for row in await connection.fetch("SELECT name FROM tortoise_migrations")}


async def _admit_reader(connection: asyncpg.Connection) -> None:
    """Gives the SELECT-only role what it may read. Without the right to create roles, reads use the same user."""
    try:
        await connection.execute(READER_SQL)
    except asyncpg.InsufficientPrivilegeError:
        return
    for table in SECRETS:
        if await connection.fetchval("SELECT to_regclass($1)", table) is not None:
            await connection.execute(f"REVOKE ALL ON {table} FROM {READER}")


async def reader_role(url: str) -> str | None:
    """The SELECT-only role if this user may take it on, else None."""
    connection = await asyncpg.connect(url)
    try:
        found = await connection.fetchval(
            "SELECT rolname FROM pg_roles WHERE rolname = $1 AND pg_has_role(current_user, oid, 'MEMBER')", READER
        )
        return None if found is None else str(found)
    finally:
        await connection.close()
