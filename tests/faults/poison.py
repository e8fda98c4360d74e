"""Jobs that harm whoever carries them out, in the queue of money, each added among the others while a run goes on."""

from __future__ import annotations

import os
from dataclasses import dataclass

import asyncpg

from domain.jobs.execution import JobRun
from domain.jobs.kinds import job
from domain.jobs.queue import INSERT
from domain.jobs.terms import Outcome, Priority, Queue
from domain.kernel.ids import new_id
from tests.faults import sabotage
from workers.registry import handles

ATTEMPTS = 3
CHUNK = 64 << 20  # bytes
UNKNOWN = "faults.unknown"
"""A kind that no worker knows: it waits for a newer one."""


@job("faults.crash", queue=Queue.MONEY)
@dataclass(frozen=True)
class Crash:
    """Takes its worker along."""


@job("faults.raise", queue=Queue.MONEY, max_attempts=ATTEMPTS)
@dataclass(frozen=True)
class Raise:
    """Never works."""


@job("faults.gorge", queue=Queue.MONEY, max_attempts=ATTEMPTS)
@dataclass(frozen=True)
class Gorge:
    """Takes all the memory that its process may have."""


@handles(Crash)
async def crash(work: Crash, run: JobRun) -> Outcome:
    """Ends the process at once."""
    os._exit(9)


@handles(Raise)
async def fail(work: Raise, run: JobRun) -> Outcome:
    """Raises what nobody planned for."""
    raise RuntimeError


@handles(Gorge)
async def gorge(work: Gorge, run: JobRun) -> Outcome:
    """Allocates until it is refused more."""
    hoard = []
    while True:
        hoard.append(bytearray(CHUNK))


def drop(url: str, kind: str) -> None:
    """Adds one job of a kind.

    Raises: NotNow while PostgreSQL recovers.
    """

    async def add(connection: asyncpg.Connection) -> None:
        nobody = [None] * 11
        await connection.execute(INSERT, new_id(), kind, 1, "{}", Queue.MONEY, Priority.NORMAL, None, ATTEMPTS, *nobody)

    sabotage.over(url, add)


POISON: dict[str, str] = {
    "a job that kills its worker": "faults.crash",
    "a job that raises": "faults.raise",
    "a job that takes all memory": "faults.gorge",
    "a job of an unknown kind": UNKNOWN,
}
"""The kinds by what they are called in a run."""
