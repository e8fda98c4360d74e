"""Keeps a relay and one worker process for each queue running; Dramatiq's own master dies with its first child."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from domain.jobs.terms import Queue
from domain.kernel.logs import set_up_logs
from domain.kernel.settings import settings
from workers.parent import named_parent
from workers.process import HANDLERS_MODULE

log = logging.getLogger("aftercare.workers")

LOOK = 0.2  # seconds between two looks at the children
# Money waits for a worker that a bad job kills again and again: two seconds to start and these are what it may cost.
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 3.0  # seconds before a dead child is started again; doubles with each death
SETTLED = 60.0  # seconds after which a child's earlier deaths are forgotten
STOP_AFTER = 24.0  # seconds from SIGTERM until what still runs is killed; its leases then run out


@dataclass
class Child:
    """One process that is kept running."""

    name: str
    command: tuple[str, ...]
    process: subprocess.Popen[bytes] | None = None
    deaths: int = 0
    begun: float = 0.0
    start_at: float = field(default=0.0)

    def start(self) -> None:
        """Starts the process. Dramatiq's pause after a lost connection is cut to half a second."""
        environment = os.environ | named_parent() | {"dramatiq_restart_delay": "500"}
        self.begun = time.monotonic()
        self.process = subprocess.Popen(self.command, env=environment)  # noqa: S603 - our own modules

    def look(self) -> None:
        """Starts it when it does not run and its pause is over."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.start_at:
                self.start()
        elif (code := self.process.poll()) is not None:
            self.deaths = 1 if now - self.begun > SETTLED else self.deaths + 1
            pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (self.deaths - 1))
            log.warning("%s ended with %s and starts again in %.1f s", self.name, code, pause)
            self.process, self.start_at = None, now + pause

    def tell(self, number: signal.Signals) -> None:
        """Sends it a signal, if it runs."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)


class Supervisor:
    """A relay and the workers of some queues."""

    def __init__(
        self, queues: Sequence[Queue] = tuple(Queue), handlers: str = HANDLERS_MODULE, processes: int = 1
    ) -> None:
        first = settings().metrics_port
        names = [("relay", "workers.relay", tuple(queues))]
        names += [(f"{queue}-{n}", "workers.process", (queue,)) for queue in queues for n in range(processes)]
        self.children = []
        for place, (name, module, arguments) in enumerate(names):
            command = (sys.executable, "-m", module, *arguments)
            command += () if module == "workers.relay" else ("--handlers", handlers)
            command += () if first is None else ("--metrics-port", str(first + place))
            self.children.append(Child(name, command))

    def keep(self, stop: threading.Event) -> None:
        """Keeps the children running until told to stop, then lets them drain."""
        while not stop.is_set():
            for child in self.children:
                child.look()
            stop.wait(LOOK)
        self.drain()

    def drain(self) -> None:
        """Asks all children to end, and kills what has not ended after 24 seconds."""
        deadline = time.monotonic() + STOP_AFTER
        for child in self.children:
            child.tell(signal.SIGTERM)
        for child in self.children:
            if child.process is None:
                continue
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.warning("%s did not end in time", child.name)
                child.process.kill()
                child.process.wait()


def run(queues: Sequence[Queue] = tuple(Queue), handlers: str = HANDLERS_MODULE, processes: int = 1) -> None:
    """Works until SIGTERM or SIGINT. Units: `processes` for each queue; `handlers` names what registers them."""
    stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    Supervisor(queues, handlers, processes).keep(stop)


if __name__ == "__main__":
    set_up_logs()
    run()
