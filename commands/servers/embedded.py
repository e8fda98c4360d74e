"""Both embedded servers of one home: owned by one process, shared with others while it lives."""

from __future__ import annotations

import fcntl
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from commands.servers.places import ServerDidNotStart, find_place, open_place
from commands.servers.postgres import Postgres
from commands.servers.processes import PAUSE, START_PATIENCE
from commands.servers.valkey import Valkey

LOCK = "owner.lock"


@dataclass(frozen=True)
class ServerAddresses:
    """Where the servers are reached: the values of DATABASE_URL and REDIS_URL."""

    database_url: str
    redis_url: str


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)


class EmbeddedServers:
    """A PostgreSQL and a Valkey that run as long as their owner.

    The first process to start them owns them and ends them; one that starts them meanwhile shares them. Ownership is
    a lock on a file that the kernel releases, so a killed owner leaves nothing that hinders the next.
    """

    def __init__(self, say: Callable[[str], None] = _say) -> None:
        self._say = say
        self._lock: int | None = None
        self.postgres: Postgres | None = None
        self.valkey: Valkey | None = None

    def start(self, home: Path, step: Callable[[str], None] = lambda _: None) -> ServerAddresses:
        """Starts both servers, or shares those that run, and returns when both answer.

        Call it from a thread that lives as long as the servers should; `step` hears what is begun.
        Raises: ServerDidNotStart.
        """
        place = open_place(home, self._say)
        self.postgres, self.valkey = Postgres(place), Valkey(place)
        deadline = time.monotonic() + START_PATIENCE
        while not self._own(place.folder / LOCK):
            if _shared(self.postgres, self.valkey):
                return ServerAddresses(self.postgres.url, self.valkey.url)
            if time.monotonic() > deadline:
                raise ServerDidNotStart(f"The servers in {place.folder} belong to another process and do not answer.")
            time.sleep(PAUSE)
        try:
            step("starting PostgreSQL")
            self.postgres.start()
            step("starting Valkey")
            self.valkey.start()
        except BaseException:
            self.stop()
            raise
        return ServerAddresses(self.postgres.url, self.valkey.url)

    @property
    def shared(self) -> bool:
        """Whether another process owns the servers that `start` found."""
        return self.postgres is not None and self._lock is None

    def fallen(self) -> str | None:
        """The name and log of a server that this process started and that no longer runs."""
        for server in (self.postgres, self.valkey):
            if server and (process := server.process) and not process.is_alive():
                return f"{process.name} has ended; its log is {process.log}"
        return None

    def stop(self) -> None:
        """Ends the servers if this process started them."""
        for server in (self.valkey, self.postgres):
            if server is not None:
                server.stop()
        self.postgres = self.valkey = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _own(self, path: Path) -> bool:
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            return False
        self._lock = lock
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def run_already(home: Path) -> bool:
    """Whether a process owns the servers of a home now; nothing is started or made."""
    if (folder := find_place(home)) is None:
        return False
    try:
        lock = os.open(folder / LOCK, os.O_RDWR)
    except (FileNotFoundError, PermissionError):  # never started, or another account's, which the start will tell
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def _shared(postgres: Postgres, valkey: Valkey) -> bool:
    try:
        return postgres.answers() and valkey.answers()
    except FileNotFoundError:  # the owner has not made the password yet
        return False
