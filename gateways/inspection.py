"""Has files looked at in a process of their own, so that one that breaks a decoder breaks nothing of ours."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from pathlib import Path

from domain.evidence.inspecting import Harmless, InspectorBroken, Unfit
from domain.evidence.terms import FileType, Unfitness

PROGRAM = Path(__file__).with_name("cleaning.py")
READY = b"ready\n"
PATIENCE = 60.0  # seconds for one file
AT_ONCE = 2  # files that one process of ours has looked at side by side


class SeparateInspector:
    """Starts the program of `gateways.cleaning` for each file. Units: `patience` in seconds."""

    def __init__(self, program: Path = PROGRAM, patience: float = PATIENCE) -> None:
        self.program, self.patience = program, patience
        self._turns = threading.BoundedSemaphore(AT_ONCE)

    async def inspect(self, content: bytes, announced: FileType) -> Harmless:
        """What may be given out of a file.

        Raises: Unfit, with UNREADABLE too where the program died of the file or took too long over it; InspectorBroken
        where it did not even begin.
        """
        return await asyncio.to_thread(self._run, content, announced)

    def _run(self, content: bytes, announced: FileType) -> Harmless:
        command = [sys.executable, "-I", str(self.program), announced.value]
        with self._turns:
            try:
                ended = subprocess.run(  # noqa: S603 - our own program, and nothing of the file is in the command
                    command, input=content, capture_output=True, timeout=self.patience, env={}, check=False
                )
            except subprocess.TimeoutExpired as late:
                raise _died(late.stdout or b"") from None
        if ended.returncode != 0:
            raise _died(ended.stdout)
        head, _, made = ended.stdout.removeprefix(READY).partition(b"\n")
        told = json.loads(head)
        if "unfit" in told:
            raise Unfit(Unfitness(told["unfit"]))
        return Harmless(FileType(told["type"]), made)


def _died(told: bytes) -> Exception:
    """What the end of the program means: it died of the file, or does not run at all."""
    if told.startswith(READY):
        return Unfit(Unfitness.UNREADABLE)
    return InspectorBroken("the program that inspects files does not run")
