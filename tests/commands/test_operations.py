from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from tortoise import Tortoise

from commands.access import NobodyThere, token_for
from commands.backup import CannotBackUp, back_up, connection_of, restore
from commands.doctor import examine, judge_depth, report
from commands.jobs import depths_of, retry_all, table
from commands.seed import seed
from domain.access.tokens import read_token
from domain.connections import database as opened
from domain.jobs.measuring import Depth
from domain.kernel.actor import Role
from domain.kernel.settings import settings
from tests.commands.processes import environment

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"


def quiet(_: str) -> None:
    """Nobody listens."""


async def counts(url: str) -> dict[str, int]:
    """How many rows each table has."""
    connection = await asyncpg.connect(url)
    try:
        names = [row["tablename"] for row in await connection.fetch(TABLES)]
        return {name: await connection.fetchval(f"SELECT count(*) FROM {name}") for name in names}
    finally:
        await connection.close()


async def execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture
def chosen(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The test's database as the one of the settings."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    settings.cache_clear()
    yield database_url
    monkeypatch.undo()
    settings.cache_clear()


async def seeded(url: str, folder: Path) -> None:
    async with opened(url):
        await seed(folder / "key", quiet)


async def test_seeding_twice_makes_nothing_twice(database_url: str, tmp_path: Path) -> None:
    await seeded(database_url, tmp_path)
    before = await counts(database_url)
    assert before["policy"] == 8
    assert before["claim"] == 5
    await seeded(database_url, tmp_path)
    assert await counts(database_url) == before


async def test_a_seeding_that_was_cut_off_is_finished_by_the_next(database_url: str, tmp_path: Path) -> None:
    await seeded(database_url, tmp_path)
    whole = await counts(database_url)
    await execute(
        database_url,
        "SET session_replication_role = replica; DELETE FROM complaint; DELETE FROM claim_document; "
        "DELETE FROM claim; "
        "DELETE FROM policy_cover WHERE serial_number LIKE 'HYW8%'; "
        "DELETE FROM policy WHERE serial_number LIKE 'HYW8%'",
    )
    await seeded(database_url, tmp_path)
    again = await counts(database_url)
    assert {name: again[name] for name in ("policy", "claim", "staff", "partner", "customer")} == {
        name: whole[name] for name in ("policy", "claim", "staff", "partner", "customer")
    }


async def test_a_backup_restores_every_row_of_every_table(
    database_url: str, empty_database: str, tmp_path: Path
) -> None:
    await seeded(database_url, tmp_path)
    file = tmp_path / "backup"
    await back_up(database_url, file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert await restore(empty_database, file) == []
    assert await counts(empty_database) == await counts(database_url)
    assert await restore(empty_database, file, replace=True) == []
    assert await counts(empty_database) == await counts(database_url)


async def test_a_backup_overwrites_a_file_only_when_told_to(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    file.write_text("another")
    with pytest.raises(CannotBackUp, match="--replace"):
        await back_up(database_url, file)
    assert file.read_text() == "another"
    await back_up(database_url, file, replace=True)
    assert file.read_bytes().startswith(b"PGDMP")


async def test_a_backup_to_nowhere_is_told(database_url: str, tmp_path: Path) -> None:
    with pytest.raises(CannotBackUp, match="Nothing can be written to"):
        await back_up(database_url, tmp_path / "none" / "backup")


async def test_there_is_nothing_to_back_up_in_an_empty_database(empty_database: str, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    with pytest.raises(CannotBackUp, match="nothing to back up"):
        await back_up(empty_database, file)
    assert not file.exists()


async def test_a_restore_does_not_overwrite_what_it_was_not_told_to(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    await back_up(database_url, file)
    with pytest.raises(CannotBackUp, match="--replace"):
        await restore(database_url, file)


async def test_nothing_is_restored_under_a_running_system(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    await back_up(database_url, file)
    async with opened(database_url):
        await Tortoise.get_connection("default").execute_query("SELECT 1")
        with pytest.raises(CannotBackUp, match="stop its API"):
            await restore(database_url, file, replace=True)


async def test_a_restore_that_fails_leaves_everything_as_it_was(database_url: str, tmp_path: Path) -> None:
    await seeded(database_url, tmp_path)
    before = await counts(database_url)
    broken = tmp_path / "backup"
    await back_up(database_url, broken)
    broken.write_bytes(broken.read_bytes()[:-20_000])
    with pytest.raises(CannotBackUp):
        await restore(database_url, broken, replace=True)
    assert await counts(database_url) == before


def test_a_password_travels_by_the_environment() -> None:
    assert connection_of("postgresql://a:p%40ss@/b?host=/run/x&port=5433") == {
        "PGHOST": "/run/x", "PGPORT": "5433", "PGUSER": "a", "PGPASSWORD": "p@ss", "PGDATABASE": "b",
    }  # fmt: skip


async def test_the_doctor_tells_what_does_not_run_and_how_to_start_it(chosen: str) -> None:
    found = await examine()
    wrong = {each.what: each.mend for each in found if each.mend}
    assert wrong["relay: none is connected"] == "start `aftercare work`."
    assert wrong["API: none is connected"] == "start `aftercare serve`."
    assert "3 of" in report(found)


async def test_the_doctor_tells_that_without_trusted_documents_nothing_is_answered(
    chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFTERCARE_DOCUMENTS", "trusted")
    settings.cache_clear()
    (told,) = [each.mend for each in await examine() if each.what.startswith("settings: ")]
    assert told and "AFTERCARE_DOCUMENTS_MANIFEST" in told


async def test_the_doctor_tells_of_an_empty_database(
    empty_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", empty_database)
    settings.cache_clear()
    found = await examine()
    settings.cache_clear()
    assert [each.mend for each in found if each.mend] == ["run `aftercare migrate`."]


async def test_the_doctor_tells_of_a_database_out_of_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
    settings.cache_clear()
    found = await examine()
    settings.cache_clear()
    assert found[-1].what.startswith("the database does not answer")
    assert found[-1].mend is not None


@pytest.mark.parametrize(
    ("state", "oldest", "paused", "mended"),
    [
        ("AVAILABLE", -300.0, False, None),
        ("AVAILABLE", 30.0, False, None),
        ("AVAILABLE", 90.0, False, "start another"),
        ("AVAILABLE", 90.0, True, "paused"),
        ("DISPATCHED", 60.0, False, None),
        ("DISPATCHED", 150.0, False, "no worker takes them"),
        ("EXECUTING", 60.0, False, None),
        ("EXECUTING", 3600.0, False, "logs"),
        ("PARKED", 60.0, False, None),
        ("PARKED", 3600.0, False, "bank"),
        ("DEAD", 1.0, False, "--retry-dead"),
    ],
)
def test_the_doctor_judges_each_state_by_its_age(
    state: str, oldest: float, *, paused: bool, mended: str | None
) -> None:
    found = judge_depth(Depth("MONEY", state, 3, oldest), paused=paused)
    if mended is None:
        assert found is None
    else:
        assert found is not None
        assert mended in (found.mend or "")


async def test_dead_jobs_are_taken_up_again_and_the_audit_names_the_operator(chosen: str, tmp_path: Path) -> None:
    await seeded(chosen, tmp_path)
    await execute(
        chosen,
        "UPDATE job SET state = 'DEAD', finished_at = clock_timestamp(), lease_until = NULL "
        "WHERE id = (SELECT id FROM job ORDER BY id LIMIT 1)",
    )
    assert [depth.jobs for depth in await depths_of(chosen) if depth.state == "DEAD"] == [1]
    assert await retry_all(chosen, "the bank is back") == (1, 0)
    assert [depth for depth in await depths_of(chosen) if depth.state == "DEAD"] == []
    connection = await asyncpg.connect(chosen)
    entry = await connection.fetchrow("SELECT actor, reason FROM audit_entry WHERE action = 'job:retry'")
    await connection.close()
    assert (entry["actor"], entry["reason"]) == ("system:operator", "the bank is back")
    assert "AVAILABLE" in table(await depths_of(chosen))


async def test_a_token_is_for_whoever_has_the_address(chosen: str, tmp_path: Path) -> None:
    await seeded(chosen, tmp_path)
    staff = read_token(await token_for("Handler@demo.example"))
    customer = read_token(await token_for("zhang.wei@customer.example"))
    assert staff is not None
    assert customer is not None
    assert staff.roles == {Role.CLAIMS_HANDLER}
    assert customer.customer_id is not None
    with pytest.raises(NobodyThere):
        await token_for("nobody@demo.example")


@pytest.mark.parametrize("command", [("token", "admin@demo.example"), ("seed",), ("demo",)])
def test_commands_of_development_are_refused_in_production(command: tuple[str, ...], tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "commands", *command],
        env=environment(tmp_path, AFTERCARE_ENV="production"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert "AFTERCARE_ENV is production" in ran.stderr
    assert list(tmp_path.iterdir()) == []


def test_one_address_without_the_other_is_told(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "commands", "migrate"],
        env=environment(tmp_path, DATABASE_URL="postgresql://a@localhost/b"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert "set both, or neither" in ran.stderr
    assert "Traceback" not in ran.stderr
