"""The sides of the bench: how each is started, spoken to and ended."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit
from uuid import UUID

from bench.nodejs import NoNode, find_node, install
from bench.reads import questions
from bench.reads.questions import Asked, Question
from bench.reads.serving import BARE, DATABASE_URL, PORT

ROOT = Path(__file__).parent.parent.parent
POSTGRAPHILE = Path(__file__).parent / "postgraphile"
GRAPHILE_ROLE = "bench_graphile"
GRAPHILE_PASSWORD = "bench"  # of a role that lives as long as the bench
NODE_MAJOR = 22
START_PATIENCE = 60.0  # seconds
Ask = Callable[[Question, Sequence[UUID]], list[Asked]]


class CannotStart(RuntimeError):
    """A side does not start; the text says why and what to do."""


@dataclass
class Side:
    """One server process. `bare` means without token, session and visibility."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    ask: Ask
    bare: bool
    folder: Path
    cwd: Path = ROOT
    port: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Starts it on a free port and waits until it takes connections.

        Raises: CannotStart with the end of its log.
        """
        self.port = _free_port()
        log = self.folder / f"{self.name}{'-bare' if self.bare else ''}.log"
        environment = {**os.environ, **self.environment, PORT: str(self.port), BARE: "1" if self.bare else "0"}
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                self.command,
                env=environment,
                cwd=self.cwd,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_PATIENCE
        while not _answers(self.port):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise CannotStart(f"{self.name} did not start:\n{log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.1)

    def stop(self) -> None:
        """Ends it."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def python_side(name: str, module: str, url: str, ask: Ask, folder: Path, *, bare: bool, root: Path = ROOT) -> Side:
    """A side that is a module of this package, in this tree or in another one."""
    path = os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")])
    environment = {DATABASE_URL: url, "AFTERCARE_LOG_LEVEL": "WARNING", "PYTHONPATH": path}
    return Side(name, [sys.executable, "-m", module], environment, ask, bare, folder, root)


def postgraphile_side(url: str, key: bytes, folder: Path, *, bare: bool) -> Side:
    """PostGraphile; with visibility it signs in with a role that row policies bind, else with the tables' owner."""
    try:
        node = find_node(NODE_MAJOR)
        install(POSTGRAPHILE, NODE_MAJOR)
    except NoNode as none:
        raise CannotStart(str(none)) from none
    command = [node, "node_modules/postgraphile/dist/cli-run.js", "-C", "graphile.config.mjs"]
    environment = {
        **_libpq(url),
        **({} if bare else {"PGUSER": GRAPHILE_ROLE, "PGPASSWORD": GRAPHILE_PASSWORD}),
        "PGOPTIONS": "-c jit=off",
        "NODE_ENV": "production",
        "GRAPHILE_ENV": "production",
        "BENCH_TOKEN_KEY": key.hex(),
    }
    return Side("postgraphile", command, environment, questions.postgraphile, bare, folder, POSTGRAPHILE)


def _libpq(url: str) -> dict[str, str]:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    found = {
        "PGHOST": query.get("host") or parts.hostname or "",
        "PGPORT": str(parts.port or query.get("port", "5432")),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": unquote(parts.path.lstrip("/")),
    }
    return {name: value for name, value in found.items() if value}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
