"""Carries out jobs as a worker would: dispatched by the relay's statement, done and finished by the executor."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import timedelta

import asyncpg
from tortoise import Tortoise

from domain.jobs.execution import Executor
from domain.jobs.relaying import dispatch, open_relay
from domain.jobs.terms import Queue
from workers.handlers import LOADED
from workers.registry import HANDLERS

assert LOADED
LEASE = timedelta(seconds=30)
ROUNDS = 20


async def hurry() -> None:
    """Makes waiting jobs due now."""
    statement = "UPDATE job SET run_at = clock_timestamp() WHERE state = 'AVAILABLE' AND run_at > clock_timestamp()"
    await Tortoise.get_connection("default").execute_query(statement)


async def work(url: str, queues: Sequence[Queue] = (Queue.MONEY,), *, rounds: int = ROUNDS) -> list[str]:
    """Carries out what is due, and what follows from it, until nothing is; what became of each delivery."""
    relay: asyncpg.Connection = await open_relay(url)
    executor = Executor(f"test:{os.getpid()}", HANDLERS, LEASE)
    endings: list[str] = []
    try:
        for _ in range(rounds):
            tickets = [ticket for queue in queues for ticket in await dispatch(relay, queue, 50, LEASE)]
            if not tickets:
                break
            endings += [await executor.perform(ticket) for ticket in tickets]
    finally:
        await relay.close()
    return endings
