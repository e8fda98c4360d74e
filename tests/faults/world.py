"""A small insurer of real processes, and a hand that hurts them: servers, bank, clients, workers and a scheduler.

Chance comes from one seed, so that a run can be repeated; what the operating system does in between cannot.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from redis.exceptions import RedisError

from commands.servers.places import open_place
from commands.servers.postgres import Postgres
from commands.servers.processes import ending_with_parent
from commands.servers.valkey import Valkey
from tests.jobs.processes import ROOT, children, free_ports, is_running, until
from workers.broker import connect

SLOWER = float(os.environ.get("AFTERCARE_FAULTS_SLOWER", "1"))  # times as long between two faults
PAUSES = (0.4 * SLOWER, 1.2 * SLOWER)  # seconds between two faults, at least and at most
BANK_FAULTS = {
    "LOST_ANSWER": 0.08, "ERROR_AFTER": 0.03, "TIMEOUT_BEFORE": 0.02, "ERROR": 0.03, "BUSY": 0.03, "PENDING": 0.05,
    "LATE_CALLBACK": 0.05, "DOUBLE_CALLBACK": 0.05, "FORGED_CALLBACK": 0.05,
}  # fmt: skip
HANGING = 2.0  # seconds
LEASES = {"AFTERCARE_DISPATCH_LEASE": "8", "AFTERCARE_EXECUTE_LEASE": "3"}


class NotNow(Exception):
    """What a fault would hurt is not up: another is drawn."""


@dataclass
class World:
    """Everything that runs. `processes` are kept running: one that was killed is started again.

    The API has two processes, on the two ports after the bank's; the bank calls the first.
    """

    home: Path
    seed: int
    postgres: Postgres
    valkey: Valkey
    bank_port: int
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    commands: dict[str, tuple[str, ...]] = field(default_factory=dict)
    done: dict[str, int] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)

    @property
    def api(self) -> dict[str, str]:
        """The addresses of the API's processes, by their names."""
        return {f"api-{number}": f"http://127.0.0.1:{self.bank_port + number}" for number in (1, 2)}

    @property
    def environment(self) -> dict[str, str]:
        """What every process is told."""
        return os.environ | LEASES | {
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.valkey.url,
            "AFTERCARE_BANK_URL": f"http://127.0.0.1:{self.bank_port}",
            "AFTERCARE_PUBLIC_URL": self.api["api-1"],
            "AFTERCARE_LOG_LEVEL": "ERROR",
            "AFTERCARE_RATE_SCALE": "1000",
            "dramatiq_restart_delay": "500",
        }  # fmt: skip

    def start(self, name: str, *command: str) -> None:
        """Starts a Python process and keeps it running."""
        self.commands[name] = command
        with (self.home / f"{name}.log").open("ab") as output:
            self.processes[name] = subprocess.Popen(
                [sys.executable, *command],
                env=self.environment,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=ending_with_parent(signal.SIGKILL),  # noqa: PLW1509 - only prctl
            )

    def start_api(self) -> None:
        """Starts both processes of the API."""
        for name, address in self.api.items():
            self.start(name, "-m", "commands", "serve", "--port", address.rpartition(":")[2])
        self.wait_for_api()

    def wait_for_api(self) -> None:
        """Waits until both processes of the API are ready, and starts those again that are gone."""

        def ready() -> bool:
            self.revive()
            return all(_answers(f"{address}/health/ready") for address in self.api.values())

        until(ready, 60)

    def revive(self) -> None:
        """Starts again what has ended."""
        for name, process in list(self.processes.items()):
            if process.poll() is not None:
                self.start(name, *self.commands[name])

    def end(self, name: str, number: signal.Signals = signal.SIGTERM) -> None:
        """Ends a process for good."""
        process = self.processes.pop(name)
        process.send_signal(number)
        try:
            process.wait(35)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def end_all(self) -> None:
        """Ends every process."""
        for name in list(self.processes):
            self.end(name, signal.SIGKILL if name == "client" else signal.SIGTERM)

    def kill(self, name: str) -> None:
        """Kills a process; it comes back at the next look."""
        self.processes[name].kill()
        self.processes[name].wait()

    def kill_below(self, name: str, word: str) -> None:
        """Kills a child of a process by a word of its command line; its parent brings it back."""
        for pid, line in children(self.processes[name].pid).items():
            if word in line:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def kill_backend(self) -> None:
        """Kills one of PostgreSQL's own processes; the postmaster then ends all others and recovers."""
        if self.postgres.process is None or self.postgres.process.pid is None:
            return
        serving = sorted(pid for pid, line in children(self.postgres.process.pid).items() if "[local]" in line)
        with suppress(ProcessLookupError, ZeroDivisionError):
            os.kill(serving[sum(self.done.values()) % len(serving)], signal.SIGKILL)

    def kill_postgres(self) -> None:
        """Kills the postmaster, and starts PostgreSQL again."""
        self._restart(self.postgres)

    def kill_valkey(self) -> None:
        """Kills Valkey, and starts it again."""
        self._restart(self.valkey)

    def _restart(self, server: Postgres | Valkey) -> None:
        if server.process is not None and server.process.pid is not None:
            os.kill(server.process.pid, signal.SIGKILL)
        server.start()

    def hang_valkey(self) -> None:
        """Lets Valkey stand still for a while: its connections are open, and nobody answers."""
        if self.valkey.process is None or self.valkey.process.pid is None:
            return
        os.kill(self.valkey.process.pid, signal.SIGSTOP)
        time.sleep(HANGING)
        os.kill(self.valkey.process.pid, signal.SIGCONT)

    def ask_to_end(self, name: str) -> None:
        """Asks a process to end, as a new release does: it finishes what it has begun, and another comes."""
        self.processes[name].terminate()

    def ask_to_end_below(self, name: str, word: str) -> None:
        """Asks a child of a process to end, by a word of its command line."""
        for pid, line in children(self.processes[name].pid).items():
            if word in line:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)

    def flush(self) -> None:
        """Loses everything that is in Valkey."""
        with suppress(RedisError):
            connect(self.valkey.url).flushall()

    def kill_api(self, name: str) -> None:
        """Kills a process of the API that answers; one that only starts is let be, or nobody would ever be answered."""
        if not _answers(f"{self.api[name]}/health/ready"):
            raise NotNow
        self.kill(name)

    def hurt(self, seconds: float, faults: Mapping[str, Callable[[], None]]) -> None:
        """Does one fault after another for so long, each before any a second time, in an order drawn from the seed.

        What was killed comes back meanwhile.
        """
        dice, end, left = random.Random(self.seed), time.monotonic() + seconds, list[str]()
        while (now := time.monotonic()) < end:
            self._rest(min(dice.uniform(*PAUSES), end - now))
            left = left or dice.sample(sorted(faults), len(faults))
            name = left.pop()
            with suppress(NotNow):
                faults[name]()
                self.done[name] = self.done.get(name, 0) + 1

    def _rest(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.revive()
            time.sleep(min(0.1, left))

    def leftovers(self) -> list[int]:
        """Processes that were told of this world and that nobody here keeps any more."""
        kept = {process.pid for process in self.processes.values()}
        return [pid for pid in _told(self.valkey.url) if pid not in kept | {os.getpid()} and is_running(pid)]

    def plan_bank(self) -> None:
        """Tells the bank what goes wrong: the first answer is lost, the second comes by callback, others by chance."""
        address = f"http://127.0.0.1:{self.bank_port}"
        until(lambda: _answers(f"{address}/health"), 30)
        plan = {"faults": ["LOST_ANSWER", "PENDING"], "chances": BANK_FAULTS, "seed": self.seed}
        httpx.post(f"{address}/plan", json=plan, trust_env=False).raise_for_status()

    def book(self) -> list[dict[str, object]]:
        """The bank's last word about each payment."""
        lines = (self.home / "bank" / "book.jsonl").read_text().splitlines()
        return list({json.loads(line)["request_no"]: json.loads(line) for line in lines}.values())


@contextmanager
def world(seed: int) -> Iterator[World]:
    """A world with its servers and its bank; everything is gone after the block."""
    home = Path(tempfile.mkdtemp(prefix="aftercare-faults-"))
    home.chmod(0o755)
    place = open_place(home, lambda _: None)
    made = World(home, seed, Postgres(place), Valkey(place), free_ports(3))
    try:
        made.postgres.start()
        made.valkey.start()
        made.start("bank", "-m", "sandbox.bank", "--port", str(made.bank_port), "--home", str(home / "bank"))
        made.plan_bank()
        yield made
    finally:
        made.end_all()
        made.valkey.stop()
        made.postgres.stop()
        shutil.rmtree(home, ignore_errors=True)


def _told(address: str) -> Iterator[int]:
    """Processes whose environment names an address."""
    for environment in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if f"REDIS_URL={address}".encode() in environment.read_bytes():
                yield int(environment.parent.name)


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=2, trust_env=False).is_success
    except httpx.HTTPError:
        return False


def read_log(path: Path) -> Sequence[dict[str, str]]:
    """What a client wrote; a line that its death cut off says nothing."""
    found = []
    for line in path.read_text().splitlines() if path.exists() else []:
        with suppress(ValueError):
            found.append(json.loads(line))
    return found
