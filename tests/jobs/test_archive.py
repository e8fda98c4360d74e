"""Jobs that finished long ago move out of the way, and whoever could read them still can."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

import pytest

from domain.jobs import archive
from domain.jobs.archive import archive_finished
from domain.jobs.execution import Ending
from domain.jobs.jobs import ArchiveFinishedJobs
from domain.jobs.models import Job, JobArchive
from domain.jobs.terms import FINISHED, LIVE
from domain.kernel.ids import new_id
from domain.kernel.subject import Scope
from tests.jobs.conftest import Place
from tests.jobs.kinds import HANDLERS, One


async def finished(place: Place, age: str, state: str = "SUCCEEDED") -> UUID:
    job_id = await place.add(One(new_id()), scope=Scope(customer_id=UUID(int=3), partner_id=UUID(int=4)))
    await place.set(job_id, "state = $2, finished_at = clock_timestamp() - $3::text::interval", state, age)
    return job_id


async def archived(place: Place) -> set[UUID]:
    return {row["id"] for row in await place.connection.fetch("SELECT id FROM job_archive")}


async def test_what_finished_more_than_thirty_days_ago_moves(place: Place) -> None:
    old = {await finished(place, "30 days 1 second", state) for state in FINISHED}
    young = await finished(place, "29 days 23 hours")
    assert await archive_finished() == 3
    assert await archived(place) == old
    assert await place.state(young) == "SUCCEEDED"
    assert await archive_finished() == 0


async def test_a_living_job_never_moves_however_old(place: Place) -> None:
    for state in LIVE:
        job_id = await place.add()
        lease = "lease_until = CASE WHEN $2::text IN ('DISPATCHED', 'EXECUTING') THEN now() END"
        await place.set(job_id, f"state = $2::text, created_at = now() - interval '1 year', {lease}", state)
    assert await archive_finished() == 0
    assert await archived(place) == set()


async def test_a_job_moves_with_everything_it_says(place: Place) -> None:
    job_id = await finished(place, "31 days")
    before = await place.row(job_id)
    await archive_finished()
    after = dict(await place.connection.fetchrow("SELECT * FROM job_archive WHERE id = $1", job_id))
    assert after.pop("archived_at") - before.pop("now") < timedelta(seconds=5)
    assert after == before


async def test_thousands_move_in_pieces(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "BATCH", 4)
    jobs = {await finished(place, "31 days") for _ in range(11)}
    assert await archive_finished() == 11
    assert await archived(place) == jobs


async def test_the_nightly_job_does_it_under_its_fence(place: Place) -> None:
    from workers.jobs import archive_finished_jobs  # noqa: PLC0415 - registers the handler

    old = await finished(place, "31 days")
    HANDLERS[ArchiveFinishedJobs] = archive_finished_jobs
    ticket, ending = await place.perform(ArchiveFinishedJobs())
    assert ending is Ending.ENDED
    assert await place.state(ticket.job_id) == "SUCCEEDED"
    assert await archived(place) == {old}


async def test_both_tables_have_the_same_columns_and_the_view_all_of_them(place: Place) -> None:
    async def columns(table: str) -> dict[str, str]:
        rows = await place.connection.fetch(
            "SELECT attname, format_type(atttypid, atttypmod) AS kind FROM pg_attribute "
            "WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped",
            table,
        )
        return {row["attname"]: row["kind"] for row in rows}

    living, old, view = await columns("job"), await columns("job_archive"), await columns("job_all")
    assert living == view
    assert old == {**living, "archived_at": "timestamp(3) with time zone"}
    assert set(living) == set(Job._meta.fields_db_projection.values())
    assert set(old) == set(JobArchive._meta.fields_db_projection.values())


READERS = {
    "by id": "SELECT id FROM job_all t WHERE t.id = $1",
    "all": "SELECT id FROM job_all t ORDER BY t.id DESC LIMIT 51",
    "by state": "SELECT id FROM job_all t WHERE t.state = 'SUCCEEDED' ORDER BY t.id DESC LIMIT 51",
    "a customer's": "SELECT id FROM job_all t WHERE t.customer_id = $1 ORDER BY t.id DESC LIMIT 51",
    "a partner's": "SELECT id FROM job_all t WHERE t.partner_id = $1 ORDER BY t.id DESC LIMIT 51",
    "an actor's": "SELECT id FROM job_all t WHERE t.actor_id = $1 ORDER BY t.id DESC LIMIT 51",
}


@pytest.mark.parametrize("reader", READERS)
async def test_reading_both_walks_an_index_of_each_and_sorts_nothing(place: Place, reader: str) -> None:
    statement = READERS[reader]
    await place.connection.execute(
        """INSERT INTO job (id, kind, schema_version, arguments, queue, priority, state, run_at, attempt, max_attempts,
             crashes, lapses, fence, cancel_requested, created_at, finished_at, version, customer_id, partner_id,
             actor_kind, actor_id)
           SELECT gen_random_uuid(), 'test.one', 1, '{}', 'BULK', 100, 'SUCCEEDED', now(), 1, 20, 0, 0, 1, false,
             now() - interval '40 days', now() - (n % 60) * interval '1 day', 1, gen_random_uuid(), gen_random_uuid(),
             'STAFF', gen_random_uuid() FROM generate_series(1, 6000) AS n"""
    )
    await archive_finished()
    await place.connection.execute("ANALYZE job, job_archive")
    arguments = [UUID(int=3)] if "$1" in statement else []
    found = await place.connection.fetchval(f"EXPLAIN (FORMAT JSON) {statement}", *arguments)
    plan = json.dumps(json.loads(found))
    assert "Seq Scan" not in plan
    assert plan.count("Index") >= 2
    if "ORDER BY" in statement:
        assert "Merge Append" in plan
