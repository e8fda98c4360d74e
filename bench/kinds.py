"""The two kinds of jobs that are measured: the same effect, one row, claimed in its own commit or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from domain.jobs.execution import JobRun
from domain.jobs.kinds import Queue, job
from domain.jobs.terms import Outcome
from domain.kernel.database import fetch, transaction
from workers.registry import handles

EFFECT = "INSERT INTO bench_effect (id, at) VALUES ($1, clock_timestamp())"


@job("bench.one", queue=Queue.BULK, one_transaction=True)
@dataclass(frozen=True)
class OneTransaction:
    """Claimed, done and finished in one commit."""

    key: UUID


@job("bench.two", queue=Queue.BULK)
@dataclass(frozen=True)
class TwoTransactions:
    """Claimed in one commit, done and finished in another."""

    key: UUID


Work: TypeAlias = OneTransaction | TwoTransactions
ONE, TWO = OneTransaction, TwoTransactions


async def _effect(work: Work, run: JobRun) -> Outcome:
    async with transaction(run, finishing=True):
        await fetch(EFFECT, work.key)
    return Outcome.done()


handles(OneTransaction)(_effect)
handles(TwoTransactions)(_effect)
