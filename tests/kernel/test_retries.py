"""A verb is tried again where it certainly left nothing behind, three times at most, and otherwise not at all."""

from __future__ import annotations

import asyncio
from uuid import UUID

import asyncpg
import pytest

from domain.kernel.database import OutcomeUnknown, Unavailable, fetch, transaction
from domain.kernel.ids import new_id
from domain.kernel.refusals import NotFound
from domain.kernel.retries import ATTEMPTS, retrying

ADD = "UPDATE queue_control SET max_inflight = max_inflight + 1 WHERE id = $1"


@pytest.fixture
async def pair(database: str) -> tuple[UUID, UUID]:
    """Two rows that transactions fight over."""
    ids = (new_id(), new_id())
    async with transaction():
        for row_id, queue in zip(ids, ("BULK", "MONEY"), strict=True):
            await fetch(
                """INSERT INTO queue_control (id, queue, paused, max_inflight, tokens, refilled_at, version)
                VALUES ($1, $2, false, 100, 0, now(), 1)""",
                row_id,
                queue,
            )
    return ids


async def counted(url: str) -> list[int]:
    connection = await asyncpg.connect(url)
    found = await connection.fetch("SELECT max_inflight FROM queue_control ORDER BY queue")
    await connection.close()
    return [row["max_inflight"] - 100 for row in found]


async def test_a_deadlock_is_tried_again_and_both_changes_stand(database: str, pair: tuple[UUID, UUID]) -> None:
    attempts = 0
    met = asyncio.Barrier(2)

    async def verb(first: UUID, second: UUID) -> None:
        nonlocal attempts
        attempts += 1
        async with transaction():
            await fetch(ADD, first)
            if attempts <= 2:
                await met.wait()
            await fetch(ADD, second)

    one, two = pair
    await asyncio.gather(retrying(lambda: verb(one, two)), retrying(lambda: verb(two, one)))
    assert attempts == 3
    assert await counted(database) == [2, 2]


async def test_a_serialization_failure_is_tried_again(database: str, pair: tuple[UUID, UUID]) -> None:
    attempts = 0
    met = asyncio.Barrier(2)

    async def verb() -> None:
        nonlocal attempts
        attempts += 1
        async with transaction():
            await fetch("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
            await fetch("SELECT sum(max_inflight) FROM queue_control")
            if attempts <= 2:
                await met.wait()
            await fetch(ADD, pair[0])

    await asyncio.gather(retrying(verb), retrying(verb))
    assert attempts == 3
    assert sorted(await counted(database)) == [0, 2]


async def test_a_connection_lost_before_the_commit_is_tried_again(database: str, pair: tuple[UUID, UUID]) -> None:
    attempts = 0

    async def verb() -> None:
        nonlocal attempts
        attempts += 1
        async with transaction():
            await fetch(ADD, pair[0])
            (row,) = await fetch("SELECT pg_backend_pid() AS pid")
            if attempts == 1:
                other = await asyncpg.connect(database)
                await other.execute("SELECT pg_terminate_backend($1, 2000)", row["pid"])
                await other.close()
            await fetch("SELECT 1")

    await retrying(verb)
    assert attempts == 2
    assert sorted(await counted(database)) == [0, 1]


async def test_a_conflict_that_stays_is_told_after_three_attempts() -> None:
    attempts = 0

    async def verb() -> None:
        nonlocal attempts
        attempts += 1
        raise asyncpg.DeadlockDetectedError

    with pytest.raises(Unavailable) as told:
        await retrying(verb)
    assert isinstance(told.value.__cause__, asyncpg.DeadlockDetectedError)
    assert attempts == ATTEMPTS == 3


@pytest.mark.parametrize(
    "error", [OutcomeUnknown("lost"), NotFound(kind="Claim"), asyncpg.UniqueViolationError(), TimeoutError()]
)
async def test_what_may_have_had_its_effect_or_would_fail_again_is_not_tried_again(error: Exception) -> None:
    attempts = 0

    async def verb() -> None:
        nonlocal attempts
        attempts += 1
        raise error

    with pytest.raises(type(error)):
        await retrying(verb)
    assert attempts == 1


async def test_a_verb_that_works_is_done_once() -> None:
    attempts = 0

    async def verb() -> str:
        nonlocal attempts
        attempts += 1
        return "done"

    assert await retrying(verb) == "done"
    assert attempts == 1
