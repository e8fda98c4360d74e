"""`aftercare jobs`: how the queues stand, and taking up again what was given up."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from commands.addresses import say
from domain.audit.entries import record
from domain.connections import database
from domain.jobs.measuring import Depth, depths
from domain.jobs.operations import retry
from domain.jobs.refusals import AnotherIsLive
from domain.kernel.actor import Actor, Role
from domain.kernel.refusals import IllegalStep, NotFound

OPERATOR = Actor(frozenset({Role.ADMIN}), system_kind="operator")
"""Whoever may run commands on the machine; the audit says so."""
DEAD = "SELECT id FROM job WHERE state = 'DEAD' ORDER BY id"


async def depths_of(url: str) -> list[Depth]:
    """The jobs that are not finished, and the dead, by queue and state."""
    connection = await asyncpg.connect(url)
    try:
        return await depths(connection)
    finally:
        await connection.close()


def table(counted: Sequence[Depth]) -> str:
    """The depths as text. Units: seconds since the oldest was due or entered its state."""
    if not counted:
        return "No job waits, runs or is dead."
    lines = [f"{'queue':<10} {'state':<11} {'jobs':>7} {'oldest':>9}"]
    ordered = sorted(counted, key=lambda depth: (depth.queue, depth.state))
    lines += [f"{one.queue:<10} {one.state:<11} {one.jobs:>7} {max(0, one.oldest):>8.0f}s" for one in ordered]
    return "\n".join(lines)


async def retry_all(url: str, reason: str) -> tuple[int, int]:
    """Takes up every dead job again; how many, and how many were left because a newer one does the same work."""
    connection = await asyncpg.connect(url)
    try:
        dead = [row["id"] for row in await connection.fetch(DEAD)]
    finally:
        await connection.close()
    async with database(url, pool=2):
        taken = [await _retried(job_id, reason) for job_id in dead]
    return sum(taken), len(taken) - sum(taken)


async def _retried(job_id: UUID, reason: str) -> bool:
    try:
        await retry(job_id, reason=reason, expected_version=None, actor=OPERATOR, record=record)
    except (AnotherIsLive, IllegalStep, NotFound) as refusal:
        say(f"job {job_id} stays as it is: {refusal}")
        return False
    return True
