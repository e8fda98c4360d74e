"""Processes of a home, found by what they say of themselves; and homes that servers of any account can reach."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
OWN = ("DATABASE_URL", "REDIS_URL", "AFTERCARE_TEST_DATABASE_URL", "AFTERCARE_ENV")


@contextmanager
def open_home(mode: int = 0o755) -> Iterator[Path]:
    """A new folder for a home, with a short path."""
    folder = Path(tempfile.mkdtemp(prefix="aftercare-home-", dir="/tmp"))
    folder.chmod(mode)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of a command in a home, without the servers of this test run."""
    kept = {name: value for name, value in os.environ.items() if name not in OWN and not name.startswith("PYTEST")}
    return kept | {"AFTERCARE_HOME": str(home), "PYTHONPATH": str(ROOT)} | more


def processes_of(home: Path) -> dict[int, str]:
    """The running processes that name a home in their command or environment: servers, commands and their children."""
    mark, found = os.fsencode(home), {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            command = (folder / "cmdline").read_bytes()
            if int(folder.name) != os.getpid() and (mark in command or mark in (folder / "environ").read_bytes()):
                found[int(folder.name)] = command.replace(b"\0", b" ").decode(errors="replace")
    return {pid: command for pid, command in found.items() if command}  # a zombie has no command


def wait_until(holds: Callable[[], bool], patience: float = 15.0) -> bool:
    """Whether something comes to hold in time. Units: seconds."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return holds()
