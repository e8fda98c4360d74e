"""A job is a row of the transaction that causes it; one key is one living job; one slot is one job."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.jobs.queue import KEY_LENGTH, KeyTooLong, enqueue, enqueue_slot
from domain.jobs.terms import FINISHED, LIVE, Priority
from domain.jobs.waking import listen_here
from domain.kernel.database import NoTransaction, transaction
from domain.kernel.ids import new_id
from domain.kernel.subject import Scope, Subject, SubjectKind
from tests.jobs.conftest import STAFF, Place
from tests.jobs.kinds import One, Two, Wide


async def test_a_job_stands_with_the_change_that_causes_it_or_not_at_all(place: Place) -> None:
    job_id = await place.add()
    assert await place.state(job_id) == "AVAILABLE"

    async def failing() -> None:
        async with transaction():
            await enqueue(One(new_id()), actor=STAFF)
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await failing()
    assert await place.connection.fetchval("SELECT count(*) FROM job") == 1


async def test_outside_of_a_transaction_nothing_is_enqueued(place: Place) -> None:
    with pytest.raises(NoTransaction):
        await enqueue(One(new_id()), actor=STAFF)
    with pytest.raises(NoTransaction):
        await enqueue_slot(One(new_id()), schedule="s", slot=datetime(2026, 1, 1, tzinfo=UTC))
    assert await place.connection.fetchval("SELECT count(*) FROM job") == 0


async def test_the_row_says_what_whom_and_until_when(place: Place) -> None:
    work = Wide(UUID(int=1), "中文 \" \\ '", -5, datetime(2026, 1, 1, tzinfo=UTC))
    due = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
    job_id = await place.add(
        work,
        subject=Subject(SubjectKind.CLAIM, UUID(int=2)),
        scope=Scope(customer_id=UUID(int=3), partner_id=UUID(int=4)),
        run_at=due,
    )
    row = await place.row(job_id)
    assert (row["kind"], row["queue"], row["priority"], row["max_attempts"]) == ("test.wide", "DOCUMENTS", 200, 7)
    assert (row["run_at"], row["deadline_at"]) == (due, due + timedelta(hours=2))
    assert (row["subject_kind"], row["subject_id"]) == ("CLAIM", UUID(int=2))
    assert (row["customer_id"], row["partner_id"], row["actor_id"]) == (UUID(int=3), UUID(int=4), STAFF.staff_id)
    assert json.loads(row["arguments"])["text"] == work.text
    assert (row["attempt"], row["fence"], row["version"], row["lease_until"]) == (0, 0, 1, None)


async def test_a_job_is_due_at_once_by_the_databases_clock(place: Place) -> None:
    row = await place.row(await place.add())
    assert timedelta(0) <= row["now"] - row["run_at"] < timedelta(seconds=2)
    assert row["deadline_at"] is None


async def test_its_priority_can_be_said_for_one_job(place: Place) -> None:
    assert (await place.row(await place.add(priority=Priority.LOW)))["priority"] == 200


@pytest.mark.parametrize("state", LIVE)
async def test_a_key_is_held_while_its_job_lives(place: Place, state: str) -> None:
    first = await place.add(unique_key="k")
    await place.set(
        first,
        "state = $2::text, lease_until = CASE WHEN $2::text IN ('DISPATCHED', 'EXECUTING') THEN now() END",
        state,
    )
    assert await place.add(unique_key="k") == first
    assert await place.add(unique_key="other") != first
    assert await place.add(Two(new_id()), unique_key="k") != first


@pytest.mark.parametrize("state", FINISHED)
async def test_a_finished_job_lets_its_key_go(place: Place, state: str) -> None:
    first = await place.add(unique_key="k")
    await place.set(first, "state = $2, finished_at = now()", state)
    assert await place.add(unique_key="k") != first


async def test_of_many_at_once_one_holds_the_key(place: Place) -> None:
    found = await asyncio.gather(*(place.add(One(new_id()), unique_key="k") for _ in range(12)))
    assert len(set(found)) == 1
    assert await place.connection.fetchval("SELECT count(*) FROM job") == 1


async def test_a_key_whose_first_transaction_is_undone_goes_to_the_next(place: Place) -> None:
    inserted, go_on = asyncio.Event(), asyncio.Event()

    async def undone() -> None:
        async with transaction():
            await enqueue(One(new_id()), actor=STAFF, unique_key="k")
            inserted.set()
            await go_on.wait()
            raise ValueError("no")

    first = asyncio.create_task(undone())
    await inserted.wait()
    second = asyncio.create_task(place.add(unique_key="k"))
    await asyncio.sleep(0.05)
    assert not second.done()
    go_on.set()
    with pytest.raises(ValueError, match="no"):
        await first
    assert await place.state(await second) == "AVAILABLE"


async def test_a_key_that_does_not_fit_is_told_at_once(place: Place) -> None:
    with pytest.raises(KeyTooLong):
        await place.add(unique_key="k" * KEY_LENGTH)


async def test_a_slot_gets_one_job(place: Place) -> None:
    slot = datetime(2026, 3, 1, tzinfo=UTC)

    async def one() -> UUID | None:
        async with transaction():
            return await enqueue_slot(One(new_id()), schedule="nightly", slot=slot)

    found = await asyncio.gather(*(one() for _ in range(6)))
    (job_id,) = [each for each in found if each is not None]
    assert (await place.row(job_id))["slot"] == slot
    await place.set(job_id, "state = 'SUCCEEDED', finished_at = now()")
    assert await one() is None


async def test_relays_of_this_process_hear_of_a_job_after_its_commit_only(place: Place) -> None:
    heard: list[str] = []
    forget = listen_here(lambda: heard.append("job"))
    try:
        async with transaction():
            await enqueue(One(new_id()), actor=STAFF)
            await enqueue(One(new_id()), actor=STAFF)
            assert heard == []
        assert heard == ["job"]
    finally:
        forget()
    await place.add()
    assert heard == ["job"]
