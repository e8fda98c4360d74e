"""Real servers for the tests: one PostgreSQL and one Valkey for the run, a database of its own for each worker.

`AFTERCARE_TEST_POSTGRES` is `wheel` (the default) or `system`. The process that was started owns the servers, which the
kernel ends with it; parallel workers find them by the environment.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import tempfile
import threading
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import Future
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import pytest
from hypothesis import settings as hypothesis
from tortoise import context

from commands.servers.embedded import EmbeddedServers

T = TypeVar("T")

SERVER = "AFTERCARE_TEST_DATABASE_URL"
TEMPLATE = "aftercare_template"
KEEP = frozenset(
    {
        "tortoise_migrations", "time_limit", "service_standard", "scorecard", "scorecard_bin", "credit_band",
        "underwriting_standard", "fraud_standard", "fraud_rule",
    }
)
PREFIX = "aftercare-test-"
REDIS_DATABASES = 16  # of an unchanged Redis or Valkey; the first is the main process's

hypothesis.register_profile("aftercare", deadline=None)  # a busy machine is not a fault
hypothesis.load_profile("aftercare")
_servers = EmbeddedServers(say=lambda _: None)
_home: Path | None = None
_brooms: dict[str, Broom] = {}  # by the address of the database
_prepared: list[context.TortoiseContext] = []  # one at most


def with_database(url: str, name: str) -> str:
    """The same server, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def pytest_configure(config: pytest.Config) -> None:
    """Gives each parallel worker a Redis database of its own, so that no test sees another's messages."""
    os.environ.setdefault("AFTERCARE_ENV", "test")
    os.environ.setdefault("AFTERCARE_PAYER_NAME", "安心售后保险股份有限公司")
    os.environ.setdefault("AFTERCARE_PAYER_ACCOUNT", "310066610018800031234")
    if worker := getattr(config, "workerinput", None):
        number = 1 + int(re.sub(r"\D", "", worker["workerid"])) % (REDIS_DATABASES - 1)
        os.environ["REDIS_URL"] += f"?db={number}"


def pytest_sessionstart(session: pytest.Session) -> None:
    """Starts the servers in the first process and prepares the template that every database is cloned from."""
    global _home  # noqa: PLW0603 - one run, one home
    if hasattr(session.config, "workerinput") or SERVER in os.environ or session.config.option.collectonly:
        return
    _remove_leftovers()
    os.environ["AFTERCARE_POSTGRES_BIN"] = os.environ.get("AFTERCARE_TEST_POSTGRES", "wheel")
    _home = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    _home.chmod(0o755)
    addresses = _servers.start(_home)
    os.environ.pop("AFTERCARE_POSTGRES_BIN")
    os.environ[SERVER] = with_database(addresses.database_url, "postgres")
    os.environ["REDIS_URL"] = addresses.redis_url
    os.environ["DATABASE_URL"] = with_database(addresses.database_url, "none")
    asyncio.run(_make_template(os.environ[SERVER]))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Ends what was started, however the run ended."""
    global _home  # noqa: PLW0603 - one run, one home
    if _home is not None:
        _servers.stop()
        shutil.rmtree(_home, ignore_errors=True)
        _home = None
        for name in (SERVER, "REDIS_URL", "DATABASE_URL"):
            os.environ.pop(name, None)


def _remove_leftovers() -> None:
    """Removes the folders of runs that were killed; their servers were ended by the kernel."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        owner = folder.name.removeprefix(PREFIX).partition("-")[0]
        if owner.isdigit() and not _is_running(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


async def _make_template(server: str) -> None:
    from domain.migrating import migrate  # noqa: PLC0415 - only the first process migrates

    admin = await asyncpg.connect(server)
    await admin.execute("ALTER ROLE CURRENT_USER SET synchronous_commit = off")  # nothing outlives the run
    await admin.execute(f"CREATE DATABASE {TEMPLATE}")
    await admin.close()
    await migrate(with_database(server, TEMPLATE))


async def _own_database(server: str) -> str:
    name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    url = with_database(server, name)
    if url not in _brooms:
        admin = await asyncpg.connect(server)
        await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await admin.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        await admin.close()
        _brooms[url] = Broom(url)
    return url


class Broom:
    """Deletes every row that a test added, over a connection that stays open and on a loop of its own.

    Triggers that forbid it are for the application, not for the next test. PostgreSQL plans the statements once.
    """

    def __init__(self, url: str) -> None:
        self.url, self._loop = url, asyncio.new_event_loop()
        self._connection: asyncpg.Connection | None = None
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self._deletes = self._soon(self._find_deletes()).result()

    async def sweep(self) -> None:
        """Empties the database."""
        await asyncio.wrap_future(self._soon(self._sweep()))

    def _soon(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    async def _sweep(self) -> None:
        if self._connection is None or self._connection.is_closed():
            self._connection = await self._connect()
        await self._connection.execute("SELECT pg_temp.sweep()")

    async def _connect(self) -> asyncpg.Connection:
        connection = await asyncpg.connect(self.url, server_settings={"session_replication_role": "replica"})
        body = f"CREATE FUNCTION pg_temp.sweep() RETURNS void LANGUAGE plpgsql AS $$BEGIN {self._deletes} END$$"
        await connection.execute(body)
        return connection

    async def _find_deletes(self) -> str:
        """Statements that delete all but what the migrations put in."""
        connection = await asyncpg.connect(self.url)
        found = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        deletes = [f"DELETE FROM {row[0]};" for row in found if row[0] not in KEEP]
        for table in KEEP:
            ids = ",".join(str(row[0]) for row in await connection.fetch(f"SELECT id FROM {table}"))
            deletes.append(f"DELETE FROM {table} WHERE id <> ALL('{{{ids}}}');")
        await connection.close()
        return "\n".join(deletes)


@asynccontextmanager
async def _write_path(url: str) -> AsyncIterator[None]:
    """The write path, on models that Tortoise prepares once in a process: that takes longer than most tests do."""
    from domain import connections  # noqa: PLC0415 - tests without a database need none

    if not _prepared:
        await connections.open_database(url, pool=24)
        _prepared.append(context.require_context())
    else:
        config = connections.tortoise_config(url, pool=24)["connections"]
        await _prepared[0].connections._init(config, create_db=False)
        context._global_context = _prepared[0]  # whatever a test before left there
        _prepared[0].__enter__()
    try:
        yield
    finally:
        await _prepared[0].close_connections()


@pytest.fixture(scope="session")
def server_url() -> str:
    """The PostgreSQL server of the run."""
    return os.environ[SERVER]


@pytest.fixture
async def empty_database(server_url: str) -> AsyncIterator[str]:
    """An empty database that lives as long as one test."""
    name = f"test_{uuid4().hex}"
    admin = await asyncpg.connect(server_url)
    await admin.execute(f"CREATE DATABASE {name}")
    try:
        yield with_database(server_url, name)
    finally:
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.close()


@pytest.fixture
async def database_url(server_url: str) -> AsyncIterator[str]:
    """The worker's migrated database, empty again after the test."""
    url = await _own_database(server_url)
    yield url
    await _brooms[url].sweep()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[str]:
    """The same with the write path open."""
    async with _write_path(database_url):
        yield database_url
