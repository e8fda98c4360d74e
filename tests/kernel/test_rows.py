"""Rows are taken hold of only in sight, and changed only from the version the caller read."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import asyncpg
import pytest

from domain.jobs.jobs import ArchiveFinishedJobs
from domain.jobs.models import Job, QueueControl
from domain.jobs.queue import enqueue
from domain.jobs.reading import JOB
from domain.kernel.actor import Actor, Role
from domain.kernel.database import fetch, transaction
from domain.kernel.ids import new_id
from domain.kernel.refusals import NotFound, StaleVersion
from domain.kernel.rows import expect_version, get_visible, lock_row, lock_visible, save_changes
from domain.kernel.subject import Scope

MINE = Actor(frozenset({Role.CUSTOMER}), customer_id=UUID(int=1))
YOURS = Actor(frozenset({Role.CUSTOMER}), customer_id=UUID(int=2))
ADMIN = Actor(frozenset({Role.ADMIN}), staff_id=UUID(int=3))


async def my_job() -> UUID:
    async with transaction():
        return await enqueue(ArchiveFinishedJobs(), actor=MINE, scope=Scope(customer_id=MINE.customer_id))


@pytest.mark.parametrize("actor", [MINE, ADMIN, Actor.system("test")])
async def test_a_row_in_sight_is_locked(database: str, actor: Actor) -> None:
    job_id = await my_job()
    async with transaction():
        found = await lock_visible(Job, JOB, job_id, actor)
        assert found.id == job_id
        assert found.customer_id == MINE.customer_id
        assert not await free(database, job_id)
    assert await free(database, job_id)


async def free(url: str, job_id: UUID) -> bool:
    """Whether nobody holds a lock on the row."""
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch("SELECT id FROM job WHERE id = $1 FOR NO KEY UPDATE SKIP LOCKED", job_id)
        return bool(rows)
    finally:
        await connection.close()


@pytest.mark.parametrize(
    "actor", [YOURS, Actor.anonymous(), Actor(frozenset({Role.CUSTOMER})), Actor(frozenset({Role.PARTNER}))]
)
async def test_a_row_out_of_sight_answers_as_a_missing_one(database: str, actor: Actor) -> None:
    job_id = await my_job()
    refusals = []
    for row_id in (job_id, uuid4(), None):
        for take in (lock_visible, get_visible):
            with pytest.raises(NotFound) as refused:
                async with transaction():
                    await take(Job, JOB, row_id, actor)
            refusals.append((type(refused.value), refused.value.kind, str(refused.value)))
    assert len(set(refusals)) == 1


async def test_reading_takes_no_lock(database: str) -> None:
    job_id = await my_job()
    async with transaction():
        assert (await get_visible(Job, JOB, job_id, MINE)).id == job_id
        assert await free(database, job_id)


async def control() -> QueueControl:
    row_id = new_id()
    async with transaction():
        await fetch(
            """INSERT INTO queue_control (id, queue, paused, max_inflight, tokens, refilled_at, version)
            VALUES ($1, 'BULK', false, 7, 0, now(), 1)""",
            row_id,
        )
    return await QueueControl.get(id=row_id)


async def test_a_change_counts_the_version_and_writes_the_named_columns_only(database: str) -> None:
    row = await control()
    async with transaction():
        held = await lock_row(QueueControl, row.id)
        assert held is not None
        held.max_inflight, held.reason = 9, "not named"
        await save_changes(held, "max_inflight")
    after = await QueueControl.get(id=row.id)
    assert (after.max_inflight, after.reason, after.version) == (9, None, 2)


async def test_a_change_decided_on_an_older_state_is_refused(database: str) -> None:
    row = await control()
    expect_version(row, 1)
    expect_version(row, None)
    for other in (0, 2):
        with pytest.raises(StaleVersion) as refused:
            expect_version(row, other)
        assert refused.value.current_version == 1


async def test_of_two_changes_from_the_same_version_one_is_refused(database: str) -> None:
    row = await control()

    async def change(limit: int) -> str:
        try:
            async with transaction():
                held = await lock_row(QueueControl, row.id)
                assert held is not None
                expect_version(held, 1)
                held.max_inflight = limit
                await save_changes(held, "max_inflight")
        except StaleVersion:
            return "stale"
        return "done"

    assert sorted(await asyncio.gather(*(change(limit) for limit in (11, 12, 13)))) == ["done", "stale", "stale"]
    assert (await QueueControl.get(id=row.id)).version == 2


async def test_a_missing_row_cannot_be_locked(database: str) -> None:
    async with transaction():
        assert await lock_row(QueueControl, uuid4()) is None
