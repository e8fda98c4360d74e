"""Columns become what they say by the migrations that are written of them, and hold what is put into them."""

from __future__ import annotations

from pathlib import Path

import asyncpg
import pytest
from tortoise import Tortoise
from tortoise.connection import get_connection
from tortoise.context import TortoiseContext
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget

from domain.connections import APP, tortoise_config
from domain.kernel.searching import sought, terms
from tests.kernel.scratch import Letter

INDEX = "CREATE INDEX letter_terms ON letter USING gin (terms)"
BODY = '屏幕碎了 "quoted" {a,b} NULL'


async def test_terms_are_migrated_stored_and_found(
    empty_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "scratch_migrations"
    folder.mkdir()
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    config = tortoise_config(empty_database, pool=1)
    config["apps"] = {APP: {**config["apps"][APP], "models": [Letter.__module__], "migrations": folder.name}}
    async with TortoiseContext() as context:
        await context.init(config=config)
        assert Tortoise.apps is not None
        (writer,) = await MigrationAutodetector(Tortoise.apps, config["apps"]).changes()
        (folder / f"{writer.name}.py").write_text(writer.as_string())
        assert await MigrationAutodetector(Tortoise.apps, config["apps"]).changes() == []
        executor = MigrationExecutor(get_connection("default"), config["apps"])
        await executor.migrate([MigrationTarget(APP, "__latest__")], direction="forward")
        kept = await Letter.create(terms=sorted(terms(BODY)))
        bare = await Letter.create()
        assert (await Letter.get(id=kept.id)).terms == sorted(terms(BODY))
        assert (await Letter.get(id=bare.id)).terms == []
    connection = await asyncpg.connect(empty_database)
    await connection.execute(INDEX)
    column = await connection.fetchrow(
        "SELECT format_type(atttypid, atttypmod) AS type, attnotnull FROM pg_attribute "
        "WHERE attrelid = 'letter'::regclass AND attname = 'terms'"
    )
    assert column is not None and tuple(column) == ("text[]", True)
    for search in ("屏幕碎", "NULL", "b a"):
        found = await connection.fetch("SELECT id FROM letter WHERE terms @> $1::text[]", sorted(sought(search)))
        assert [row["id"] for row in found] == [kept.id]
    await connection.close()
