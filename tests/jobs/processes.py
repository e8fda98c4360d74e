"""Real processes of relay and workers, for tests that watch them live and die."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
HANDLERS = "tests.jobs.kinds"


def free_ports(count: int) -> int:
    """The first of so many free ports of 127.0.0.1 in a row."""
    for first in range(20_000 + os.getpid() % 20_000, 60_000, count):
        if all(_is_free(first + n) for n in range(count)):
            return first
    raise RuntimeError("no ports are free")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@contextmanager
def process(url: str, *command: str, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """A Python process of ours over this database, ended with the block."""
    environment = os.environ | {"DATABASE_URL": url, "AFTERCARE_LOG_LEVEL": "ERROR", **settings}
    started = subprocess.Popen([sys.executable, *command], env=environment, cwd=ROOT)
    try:
        yield started
    finally:
        if started.poll() is None:
            started.send_signal(signal.SIGTERM)
        try:
            started.wait(30)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def supervised() -> tuple[str, str]:
    """The command of a supervisor with a relay and a worker of the bulk queue."""
    imports = "from domain.jobs.terms import Queue; from workers.supervisor import run; "
    return "-c", f"{imports}run((Queue.BULK,), {HANDLERS!r})"


def hurried_worker(drain: float) -> tuple[str, str]:
    """The command of a worker of the bulk queue that lets its jobs end for so many seconds only."""
    imports = "from domain.jobs.terms import Queue; from workers import process; "
    return "-c", f"{imports}process.DRAIN = {drain}; process.run(Queue.BULK, {HANDLERS!r})"


def metric(port: int, name: str) -> float:
    """The present value of a metric, summed over its labels; none before the process is up."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=2) as answer:
            lines = answer.read().decode().splitlines()
    except OSError:
        return float("nan")
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(name))


def children(parent: int) -> dict[int, str]:
    """The processes below a process, with their command lines."""
    found: dict[int, str] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
            line = (status.parent / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue
        if int(fields[1]) == parent and fields[0] != "Z":
            found[int(status.parent.name)] = line
    return found


def is_running(pid: int) -> bool:
    """Whether a process is there and not only waits for its parent to notice its end."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def until(check: Callable[[], bool], seconds: float = 20) -> None:
    """Waits until something holds."""
    deadline = time.monotonic() + seconds
    while not check():
        if time.monotonic() > deadline:
            raise AssertionError("it did not come about in time")
        time.sleep(0.05)
