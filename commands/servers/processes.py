"""A server as a child process: it starts, answers, ends, and does not outlive whoever started it."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from commands.servers.places import Account, ServerDidNotStart

PR_SET_PDEATHSIG = 1
PAUSE = 0.02  # seconds between two looks
START_PATIENCE = 60.0  # seconds until a start has failed: recovery after a crash takes its time
RETRY_PATIENCE = 6.0  # seconds in which a server that gives up at once is tried again
END_PATIENCE = 10.0  # seconds before a stronger signal is sent


def ending_with_parent(ending: signal.Signals) -> Callable[[], None] | None:
    """What a child runs before it becomes its program, so that the kernel signals it when its parent dies.

    The parent is the thread that starts the child, so start from one that lives as long as the child should. None
    where the kernel has no such signal; there the next start ends what was left over.
    """
    if sys.platform != "linux":
        return None
    libc, parent = ctypes.CDLL(None), os.getpid()

    def arrange() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(ending))
        if os.getppid() != parent:  # the parent died in between
            os._exit(1)

    return arrange


def end_with_parent(ending: signal.Signals) -> None:
    """The same for a process that runs already: from now on it is signalled when its parent dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(ending))


def end(pid: int, is_alive: Callable[[], bool], signals: Sequence[signal.Signals]) -> None:
    """Ends a process: each signal in turn, and in the end SIGKILL, until it is gone."""
    for chosen in (*signals, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.kill(pid, chosen)
        deadline = time.monotonic() + END_PATIENCE
        while time.monotonic() < deadline:
            if not is_alive():
                return
            time.sleep(PAUSE)


def command_line(pid: int) -> str:
    """The command line of a running process; empty when there is none or it is a zombie."""
    if Path("/proc/self/cmdline").exists():
        with suppress(OSError):
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        return ""
    listed = subprocess.run(["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return listed.stdout


@dataclass
class ServerProcess:
    """One server: its command, whom it runs as, how it is asked whether it answers and by which signals it ends."""

    name: str
    argv: Sequence[str]
    account: Account
    folder: Path
    log: Path
    pid_file: Path
    marker: str  # stands in the command line of this server and of no other process
    signals: Sequence[signal.Signals]
    answers: Callable[[], bool]
    stale: Sequence[Path] = ()  # files that a killed server leaves and that hinder the next
    environment: Mapping[str, str] = field(default_factory=lambda: {"PATH": os.defpath, "LC_ALL": "C"})
    _child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process id of the running server, None when it does not run."""
        return self._child.pid if self.is_alive() and self._child else None

    def is_alive(self) -> bool:
        """Whether the process that was started here still runs."""
        return self._child is not None and self._child.poll() is None

    def start(self) -> None:
        """Starts the server and returns when it answers; what a killed owner left running is ended first.

        Raises: ServerDidNotStart with the last lines of its log.
        """
        self._clear_leftovers()
        began = time.monotonic()
        self._spawn()
        while not self.answers():
            waited = time.monotonic() - began
            if waited > START_PATIENCE or (not self.is_alive() and waited > RETRY_PATIENCE):
                self.stop()
                raise ServerDidNotStart(f"{self.name} did not start. The end of {self.log}:\n{self._last_words()}")
            if not self.is_alive():  # children of a killed one may hold its memory for a moment
                time.sleep(0.25)
                self._spawn()
            time.sleep(PAUSE)

    def stop(self, *, immediate: bool = False) -> None:
        """Ends the server; `immediate` without writing anything more, as after a crash."""
        if (child := self._child) is not None and child.poll() is None:
            end(child.pid, lambda: child.poll() is None, self.signals[1:] if immediate else self.signals)
        self._child = None

    def _clear_leftovers(self) -> None:
        try:
            pid = abs(int(self.pid_file.read_text().split()[0]))
        except (FileNotFoundError, ValueError, IndexError):
            pid = 0
        if pid and self.marker in command_line(pid):
            end(pid, lambda: self.marker in command_line(pid), self.signals)
        for path in (self.pid_file, *self.stale):  # another process may have got the number by now
            path.unlink(missing_ok=True)

    def _spawn(self) -> None:
        with self.log.open("ab") as output:
            self._child = subprocess.Popen(
                self.argv,
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the owner, who ends its servers last
                umask=0o077,
                user=self.account.user,
                group=self.account.group,
                extra_groups=self.account.groups,
                preexec_fn=ending_with_parent(self.signals[0]),  # noqa: PLW1509 - only prctl, and after setuid
            )

    def _last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])
