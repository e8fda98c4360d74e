"""The processes of a demo: started together, looked after, ended together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from commands.servers.processes import ending_with_parent

ROOT = Path(__file__).parent.parent
LOOPBACK = "127.0.0.1"
LOOK = 0.1  # seconds
END_PATIENCE = 28.0  # seconds; the supervisor of the workers lets jobs under way end and takes 24 of them at most
AGAIN_AFTER = 1.0  # seconds until a process that ended by itself is started again
LAST_LINES = 8
LONGEST_LOG = 10_000_000  # bytes; a longer log is begun anew at the next start


class ChildEnded(RuntimeError):
    """A process ended before it was ready; the text says which, and the end of its log."""


@dataclass
class Child:
    """One process: a module of ours with its arguments, logging to a file of its own."""

    name: str
    module: str
    arguments: Sequence[str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    ended_at: float = field(default=0.0)

    def start(self, environment: Mapping[str, str]) -> None:
        """Starts it, apart from the terminal's Ctrl-C; the kernel ends it when this process dies."""
        if self.log.exists() and self.log.stat().st_size > LONGEST_LOG:
            self.log.unlink()
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", self.module, *self.arguments],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=ending_with_parent(signal.SIGTERM),  # noqa: PLW1509 - only prctl; no thread was started
            )
        self.ended_at = 0.0

    @property
    def runs(self) -> bool:
        """Whether it runs now."""
        return self.process is not None and self.process.poll() is None

    def last_words(self) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-LAST_LINES:])


class Children:
    """Processes that live and die together."""

    def __init__(self, folder: Path, say: Callable[[str], None]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self._say = folder, say
        self.environment: dict[str, str] = {}
        self.all: list[Child] = []

    def start(self, name: str, module: str, *arguments: str) -> Child:
        """Starts one more."""
        child = Child(name, module, arguments, self.folder / f"{name}.log")
        self.all.append(child)
        child.start(self.environment)
        return child

    def wait_until(self, ready: Callable[[], bool], patience: float, what: str) -> None:
        """Waits until something holds. Units: `patience` in seconds.

        Raises: ChildEnded when a process ends meanwhile, or when it took too long.
        """
        deadline = time.monotonic() + patience
        while not ready():
            for child in self.all:
                if not child.runs:
                    raise ChildEnded(f"{child.name} did not start. The end of {child.log}:\n{child.last_words()}")
            if time.monotonic() > deadline:
                raise ChildEnded(f"{what} was not ready after {patience:.0f} s; the logs are in {self.folder}.")
            time.sleep(LOOK)

    def look(self) -> None:
        """Starts again what has ended by itself, after a pause."""
        for child in self.all:
            if child.runs:
                continue
            if not child.ended_at:
                child.ended_at = time.monotonic()
                code = child.process.returncode if child.process else None
                self._say(f"{child.name} has ended with {code} and starts again; its log is {child.log}")
            elif time.monotonic() - child.ended_at > AGAIN_AFTER:
                child.start(self.environment)

    def stop(self) -> None:
        """Asks all to end, the last started first, and kills what has not ended in time."""
        for child in reversed(self.all):
            if child.process is not None and child.runs:
                with suppress(ProcessLookupError):
                    child.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + END_PATIENCE
        for child in reversed(self.all):
            if child.process is None:
                continue
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()


def child_environment(**chosen: str) -> dict[str, str]:
    """The environment of children: as here, with some settings chosen, and our packages found from any folder."""
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", ""))))
    return os.environ | chosen | {"PYTHONPATH": path, "PYTHONUNBUFFERED": "1"}


def is_free(port: int) -> bool:
    """Whether a port of the loopback address can be listened on."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def choose_port(preferred: int, taken: set[int]) -> int:
    """The preferred port if it is free, else any free one; it is added to those taken."""
    port = preferred
    while port in taken or not is_free(port):
        with socket.socket() as found:
            found.bind((LOOPBACK, 0))
            port = found.getsockname()[1]
    taken.add(port)
    return port


def listens(port: int) -> bool:
    """Whether somebody answers on a port of the loopback address."""
    with socket.socket() as tried:
        tried.settimeout(1)
        return tried.connect_ex((LOOPBACK, port)) == 0
