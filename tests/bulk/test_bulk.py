"""Large amounts of rows: lists stay exact to their end, jobs work them off in batches, nothing is done twice."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest

from bench.reads.seed import RETAILER, seed
from domain.audit import chain
from domain.jobs.archive import archive_finished
from domain.jobs.models import Job, JobArchive
from domain.jobs.terms import KEPT
from domain.kernel.actor import Actor, Role
from domain.policies import rolling
from tests.face.conftest import Face, face

pytestmark = pytest.mark.bulk
ROWS = int(os.environ.get("AFTERCARE_BULK_ROWS", "50000"))
PAGE = """query ($after: String) { policies(first: 100, after: $after, orderBy: {by: ISSUED_AT, direction: ASC}) {
    nodes { id policyNumber claims(first: 5) { nodes { id } } } totalCount totalCountIsExact
    pageInfo { hasNextPage endCursor } } }"""
SYSTEM = Actor.system("test")
PARTNER = Actor(frozenset({Role.PARTNER}), partner_id=RETAILER)

__all__ = ["face"]


@pytest.fixture
async def filled(database: str) -> AsyncIterator[asyncpg.Connection]:
    """The book of one large partner."""
    await seed(database, ROWS)
    connection = await asyncpg.connect(database)
    yield connection
    await connection.close()


async def test_walking_a_list_to_its_end_visits_every_row_once(face: Face, filled: asyncpg.Connection) -> None:
    seen, claims, after = set[str](), 0, None
    while True:
        page = (await face.data(PAGE, PARTNER, after=after))["policies"]
        ids = [node["id"] for node in page["nodes"]]
        assert not seen.intersection(ids)
        seen.update(ids)
        claims += sum(len(node["claims"]["nodes"]) for node in page["nodes"])
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    own = await filled.fetchrow(
        "SELECT (SELECT count(*) FROM policy WHERE partner_id = $1) AS policies,"
        " (SELECT count(*) FROM claim WHERE partner_id = $1) AS claims",
        RETAILER,
    )
    assert (len(seen), claims) == (own["policies"], own["claims"])
    exact = len(seen) <= 10_000
    assert (page["totalCountIsExact"], page["totalCount"]) == (exact, len(seen) if exact else None)


async def test_a_day_begins_and_ends_covers_in_batches_and_a_second_run_finds_nothing(
    filled: asyncpg.Connection,
) -> None:
    await filled.execute(
        "UPDATE policy SET state = 'IN_FORCE', starts_on = '2020-01-01', ends_on = '2021-01-01', cancelled_at = NULL,"
        " refund_minor = NULL"
    )
    expected = await filled.fetchval("SELECT count(*) FROM policy")
    assert await rolling.roll(actor=SYSTEM) == expected
    assert await filled.fetchval("SELECT count(*) FROM policy WHERE state = 'EXPIRED'") == expected
    entries = await filled.fetchval("SELECT count(*) FROM audit_entry")
    assert await rolling.roll(actor=SYSTEM) == 0
    assert await filled.fetchval("SELECT count(*) FROM audit_entry") == entries == expected
    while await chain.seal():
        pass
    assert await chain.verify() == chain.Verdict(entries, None)


async def test_old_jobs_move_to_the_archive_and_none_is_lost(database: str) -> None:
    connection = await asyncpg.connect(database)
    await connection.execute(
        """INSERT INTO job (id, kind, schema_version, arguments, queue, priority, state, run_at, attempt, max_attempts,
          crashes, lapses, fence, cancel_requested, created_at, finished_at, version)
        SELECT gen_random_uuid(), 'jobs.archive', 1, '{}', 'BULK', 100, 'SUCCEEDED', now(), 1, 5, 0, 0, 1, false, now(),
          now() - CASE WHEN n % 10 = 0 THEN interval '1 day' ELSE $2::interval END, 1 FROM generate_series(1, $1) n""",
        ROWS,
        KEPT + timedelta(days=1),
    )
    await connection.close()
    moved = await archive_finished()
    assert moved == ROWS - ROWS // 10
    assert (await Job.all().count(), await JobArchive.all().count()) == (ROWS // 10, moved)
