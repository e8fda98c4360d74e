"""Kinds of jobs that the tests carry out: each leaves its key in the table `test_effect`, in one way or another."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain.jobs.execution import Handler, JobRun
from domain.jobs.kinds import Priority, Queue, job
from domain.jobs.terms import Outcome
from domain.kernel.database import fetch, transaction
from workers.registry import handles

EFFECT = "INSERT INTO test_effect (key, job_id, fence) VALUES ($1::uuid, $2::uuid, $3::bigint)"


class BankSilent(TimeoutError):
    """The bank took the request and did not answer."""


class NeverAgain(ValueError):
    """A fault that stays."""


@job("test.one", queue=Queue.BULK, one_transaction=True)
@dataclass(frozen=True)
class One:
    """Claimed, done and finished in one commit."""

    key: UUID


@job("test.two", queue=Queue.BULK)
@dataclass(frozen=True)
class Two:
    """Claimed in one commit, done and finished in another."""

    key: UUID


@job("test.money", queue=Queue.MONEY, priority=Priority.URGENT)
@dataclass(frozen=True)
class Urgent:
    """Urgent, in the queue of money."""

    key: UUID


@job("test.slow", queue=Queue.BULK, time_limit=timedelta(minutes=1))
@dataclass(frozen=True)
class Slow:
    """Works for a while before it has its effect."""

    key: UUID
    milliseconds: int


@job("test.staged", queue=Queue.BULK)
@dataclass(frozen=True)
class Staged:
    """Has two transactions: the first is the announcement, the last has the effect."""

    key: UUID


@job("test.scripted", queue=Queue.BULK, max_attempts=3, park_on=(BankSilent,), dead_on=(NeverAgain,))
@dataclass(frozen=True)
class Scripted:
    """Ends as `SCRIPTS` says."""

    key: UUID


@job("test.hasty", queue=Queue.BULK, time_limit=timedelta(milliseconds=100), deadline=timedelta(minutes=1))
@dataclass(frozen=True)
class Hasty:
    """Has a tenth of a second for each attempt and a minute in all."""

    key: UUID


@job("test.poison", queue=Queue.BULK)
@dataclass(frozen=True)
class Poison:
    """Kills its worker."""

    key: UUID


@job("test.orphan", queue=Queue.BULK)
@dataclass(frozen=True)
class Orphan:
    """Is carried out by nobody here."""

    key: UUID


@job("test.wide", queue=Queue.DOCUMENTS, max_attempts=7, deadline=timedelta(hours=2), priority=Priority.LOW)
@dataclass(frozen=True)
class Wide:
    """Carries one field of every kind that can be stored."""

    key: UUID
    text: str
    count: int
    at: datetime
    urgent: bool = False
    note: str | None = None


SCRIPTS: dict[UUID, Callable[[JobRun], Awaitable[Outcome]]] = {}
"""What a `Scripted` job does, by its key."""

HANDLERS: dict[type, Handler] = {}


def _carries_out(kind: type) -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        HANDLERS[kind] = handles(kind)(handler)
        return handler

    return register


async def leave_effect(key: UUID, run: JobRun) -> None:
    """Leaves the key, and finishes the job with it."""
    async with transaction(run, finishing=True):
        await fetch(EFFECT, key, run.job_id, run.ticket.fence)


async def _at_once(work: One | Two | Urgent, run: JobRun) -> Outcome:
    await leave_effect(work.key, run)
    return Outcome.done()


for _kind in (One, Two, Urgent):
    _carries_out(_kind)(_at_once)


@_carries_out(Slow)
async def _slow(work: Slow, run: JobRun) -> Outcome:
    await asyncio.sleep(work.milliseconds / 1000)
    await leave_effect(work.key, run)
    return Outcome.done()


@_carries_out(Staged)
async def _staged(work: Staged, run: JobRun) -> Outcome:
    async with transaction(run):
        await fetch("SELECT 1")
    if work.key in SCRIPTS:
        await SCRIPTS[work.key](run)
    await leave_effect(work.key, run)
    return Outcome.done()


@_carries_out(Scripted)
async def _scripted(work: Scripted, run: JobRun) -> Outcome:
    return await SCRIPTS[work.key](run)


@_carries_out(Hasty)
async def _hasty(work: Hasty, run: JobRun) -> Outcome:
    await asyncio.sleep(10)
    await leave_effect(work.key, run)
    return Outcome.done()


@_carries_out(Poison)
async def _poison(work: Poison, run: JobRun) -> Outcome:
    os._exit(9)
