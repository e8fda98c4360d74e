"""A demo in a home of its own, started and ended as a person would."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

from commands.addresses import NOTE
from tests.commands.processes import ROOT, environment, wait_until

READY = "Aftercare is ready"


class Demo:
    """A demo in a home of its own, started and ended as a person would; `settings` are variables of its environment."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.home, self.log, self.settings = home, home / "demo.log", settings
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, patience: float = 90.0) -> None:
        """Starts it, and waits until it says that it is ready. Units: seconds."""
        self.log.write_text("")
        self.process = self._popen("demo", self.log)
        assert wait_until(lambda: READY in self.log.read_text() or self.ended, patience), self.log.read_text()
        assert not self.ended, self.log.read_text()

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Another command in the same home."""
        return subprocess.run(
            [sys.executable, "-m", "commands", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def _popen(self, command: str, log: Path) -> subprocess.Popen[bytes]:
        with log.open("ab") as output:
            argv = [sys.executable, "-m", "commands", command]
            return subprocess.Popen(argv, env=self.environment, stdout=output, stderr=subprocess.STDOUT, cwd=ROOT)

    @property
    def environment(self) -> dict[str, str]:
        return environment(self.home, AFTERCARE_PORT=str(self.port), **self.settings)

    @property
    def bank(self) -> str:
        """The address of its sandbox bank."""
        return str(json.loads((self.home / NOTE).read_text())["AFTERCARE_BANK_URL"])

    @property
    def ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def tell(self, number: signal.Signals) -> int:
        """Sends a signal to the demo alone and returns what it ended with."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(40)

    def ask(self, query: str, token: str | None = None) -> Any:
        headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {token}"} if token else {})
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/graphql", json.dumps({"query": query}).encode(), headers
        )
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own address
            return json.load(answer)["data"]

    def page(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return str(answer.read().decode())
