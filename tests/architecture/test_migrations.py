"""The migrations build what the models say, and neither forget a constraint nor drop a table by accident."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import asyncpg
import pytest
from tortoise import Tortoise
from tortoise.context import TortoiseContext
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.models import Model

from domain import migrating
from domain.connections import APP, tortoise_config
from tests.architecture.sources import sources
from tests.conftest import TEMPLATE, with_database

ON_DELETE = {"a": "NO ACTION", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}


@pytest.fixture
async def migrated_url(server_url: str) -> AsyncIterator[str]:
    """A database of its own, cloned from the one that was empty and was migrated."""
    name = f"test_{uuid4().hex}"
    admin = await asyncpg.connect(server_url)
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    try:
        yield with_database(server_url, name)
    finally:
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.close()


@pytest.fixture
async def migrated(migrated_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection to it, with the models loaded."""
    connection = await asyncpg.connect(migrated_url)
    async with TortoiseContext() as context:
        await context.init(config=tortoise_config(migrated_url), init_connections=False)
        yield connection
    await connection.close()


def models() -> Iterator[type[Model]]:
    assert Tortoise.apps is not None
    found = [each for each in Tortoise.apps[APP].values() if not each._meta.abstract]
    assert len(found) > 20
    return iter(found)


async def missing(connection: asyncpg.Connection) -> set[str]:
    """Constraints and indexes that the database lacks; a partial unique constraint is an index there."""
    rows = await connection.fetch(
        "SELECT conname AS name FROM pg_constraint UNION SELECT indexname FROM pg_indexes WHERE schemaname = 'public'"
    )
    found = {row["name"] for row in rows}
    said = {
        f"{model._meta.db_table}: {each.name}"
        for model in models() for each in (*(model._meta.constraints or ()), *(model._meta.indexes or ()))
        if not isinstance(each, tuple)
    }  # fmt: skip
    assert len(said) > 30
    return {each for each in said if each.split(": ")[1] not in found}


async def other_deletions(connection: asyncpg.Connection) -> dict[tuple[str, str], object]:
    """Foreign keys that are not there, or do something else to rows that are pointed at than the model says."""
    rows = await connection.fetch(
        """SELECT c.conrelid::regclass::text AS place, a.attname AS field, c.confrelid::regclass::text AS target,
                  c.confdeltype::text AS deleted
           FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
           WHERE c.contype = 'f' AND array_length(c.conkey, 1) = 1"""
    )
    stored = {(row["place"], row["field"]): (row["target"], ON_DELETE[row["deleted"]]) for row in rows}
    said = {
        (model._meta.db_table, str(field.source_field)): (field.related_model._meta.db_table, field.on_delete.value)
        for model in models() for field in model._meta.fields_map.values()
        if isinstance(field, ForeignKeyFieldInstance)
    }  # fmt: skip
    assert len(said) > 10
    return {place: stored.get(place) for place in said if stored.get(place) != said[place]}


async def bare_keys(connection: asyncpg.Connection) -> list[str]:
    """Foreign keys that lead no index. A partial index counts only for a column that may be empty."""
    rows = await connection.fetch(
        """SELECT DISTINCT c.conrelid::regclass::text || '.' || a.attname AS name
           FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
           WHERE c.contype = 'f' AND NOT EXISTS (
             SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1]
             AND (i.indpred IS NULL OR NOT a.attnotnull))"""
    )
    return [row["name"] for row in rows]


async def test_every_constraint_and_index_of_every_model_is_in_the_database(migrated: asyncpg.Connection) -> None:
    assert await missing(migrated) == set()


async def test_what_happens_to_rows_that_are_pointed_at_is_what_the_model_says(migrated: asyncpg.Connection) -> None:
    assert await other_deletions(migrated) == {}


async def test_every_foreign_key_leads_an_index(migrated: asyncpg.Connection) -> None:
    assert await bare_keys(migrated) == []


async def test_what_a_migration_forgets_is_noticed(migrated: asyncpg.Connection) -> None:
    await migrated.execute("ALTER TABLE job DROP CONSTRAINT job_leased_with_lease; DROP INDEX job_live_key")
    assert await missing(migrated) == {"job: job_leased_with_lease", "job: job_live_key"}
    name = await migrated.fetchval(
        "SELECT conname FROM pg_constraint WHERE contype = 'f' AND conrelid = 'claim'::regclass "
        "AND confrelid = 'policy'::regclass"
    )
    await migrated.execute(
        f"ALTER TABLE claim DROP CONSTRAINT {name}; "
        "ALTER TABLE claim ADD FOREIGN KEY (policy_id) REFERENCES policy ON DELETE CASCADE"
    )
    assert await other_deletions(migrated) == {("claim", "policy_id"): ("policy", "CASCADE")}
    leading = await migrated.fetch(
        "SELECT indexrelid::regclass::text AS name FROM pg_index WHERE indrelid = 'claim'::regclass AND indkey[0] = "
        "(SELECT attnum FROM pg_attribute WHERE attrelid = 'claim'::regclass AND attname = 'policy_id')"
    )
    for row in leading:
        await migrated.execute(f"DROP INDEX {row['name']}")
    assert await bare_keys(migrated) == ["claim.policy_id"]


async def test_every_constraint_and_index_has_a_name_of_its_own(migrated: asyncpg.Connection) -> None:
    unnamed = [
        f"{model._meta.db_table}: {each}"
        for model in models() for each in (*(model._meta.constraints or ()), *(model._meta.indexes or ()))
        if isinstance(each, tuple) or not each.name
    ]  # fmt: skip
    assert unnamed == []


async def test_the_models_say_nothing_that_the_migrations_do_not() -> None:
    assert await migrating.drift() == []


async def test_two_that_migrate_at_once_both_succeed(empty_database: str) -> None:
    assert await migrating.pending(empty_database) != []
    first, second = await asyncio.gather(migrating.migrate(empty_database), migrating.migrate(empty_database))
    assert sorted([bool(first), bool(second)]) == [False, True]
    assert await migrating.pending(empty_database) == []
    assert await migrating.migrate(empty_database) == []


async def test_a_database_ahead_of_the_code_is_left_alone(migrated_url: str) -> None:
    connection = await asyncpg.connect(migrated_url)
    await connection.execute(
        "INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ($1, '9999_of_tomorrow', now())", APP
    )
    before = await connection.fetchval("SELECT count(*) FROM pg_class")
    with pytest.raises(migrating.CannotMigrate, match="newer code"):
        await migrating.migrate(migrated_url)
    assert await connection.fetchval("SELECT count(*) FROM pg_class") == before
    await connection.close()


def test_nothing_goes_backwards() -> None:
    """Tortoise's downgrade without a target drops every table, and asks nobody."""
    words = re.compile(r"downgrade|direction=.backward|generate_schemas")
    assert [each.path for each in sources() if words.search(each.text)] == []


def test_constraints_of_new_models_are_added_by_an_operation_of_their_own() -> None:
    """The library creates a new model without its constraints, and says nothing."""
    checked = 0
    for each in sources("migrations"):
        added = set(re.findall(r"'(\w+)'", "".join(re.findall(r"AddConstraintsOf\(([^)]*)\)", each.text))))
        created = re.split(r"ops\.CreateModel\(", each.text)[1:]
        carrying = {re.findall(r"name='(\w+)'", text)[0] for text in created if "'constraints': [" in text}
        assert added == carrying, each.path
        checked += len(carrying)
    assert checked > 20
