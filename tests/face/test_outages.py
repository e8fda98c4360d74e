"""What callers are told while the database is away or busy, and that everything heals by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import asyncpg
import pytest

from domain.kernel.ids import public_id
from tests.face.conftest import Face, signed_in, untouched
from tests.factories.claims import claim_approved

AGREE = """mutation ($id: ID!, $version: Int!) {
    claimAgree(input: {claimId: $id, expectedVersion: $version}) { claim { state } errors { code } } }"""
SHOWN = """mutation ($id: ID!, $version: Int!) { claimAgree(input: {claimId: $id, expectedVersion: $version}) {
    claim { state documents { kind } } errors { code } } }"""
UNREADABLE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'aftercare-read' AND wait_event_type = 'Lock'
"""
CLAIM = "query ($id: ID!) { claim(id: $id) { state } }"
OURS = "application_name LIKE 'aftercare%' AND datname = current_database() AND pid <> pg_backend_pid()"


@asynccontextmanager
async def operator(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


async def hang_up(connection: asyncpg.Connection) -> int:
    """Ends every connection of the application; how many there were."""
    return len(await connection.fetch(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {OURS}"))


async def test_reads_and_changes_go_on_over_new_connections_when_all_were_lost(face: Face, database_url: str) -> None:
    case = await claim_approved()
    given = {"id": public_id("clm", case.claim.id), "version": case.claim.version}
    assert await face.data(CLAIM, case.customer, id=given["id"]) == {"claim": {"state": "APPROVED"}}
    async with operator(database_url) as connection:
        assert await hang_up(connection) > 1
        assert await face.data(CLAIM, case.customer, id=given["id"]) == {"claim": {"state": "APPROVED"}}
        assert await hang_up(connection) > 0
    done = (await face.data(AGREE, case.customer, **given))["claimAgree"]
    assert done == {"claim": {"state": "PAYMENT_PENDING"}, "errors": []}


async def test_a_row_that_stays_locked_is_told_as_unavailable_and_nothing_is_changed(
    face: Face, database_url: str
) -> None:
    case = await claim_approved()
    given = {"id": public_id("clm", case.claim.id), "version": case.claim.version}
    async with operator(database_url) as connection, connection.transaction(), untouched():
        await connection.execute("SELECT FROM claim WHERE id = $1 FOR UPDATE", case.claim.id)
        found = await face.answer(AGREE, case.customer, **given)
    assert found["data"] == {"claimAgree": None}
    assert [error["extensions"]["code"] for error in found["errors"]] == ["SERVICE_UNAVAILABLE"]
    assert found["errors"][0]["path"] == ["claimAgree"]


async def test_a_read_that_takes_too_long_is_stopped_in_the_database_too(
    face: Face, database_url: str
) -> None:
    case = await claim_approved()
    token = await signed_in(case.customer)
    async with operator(database_url) as connection:
        await face.data(CLAIM, case.customer, id=public_id("clm", case.claim.id))
        async with connection.transaction():
            await connection.execute("LOCK TABLE claim IN ACCESS EXCLUSIVE MODE")
            body = {"query": CLAIM, "variables": {"id": public_id("clm", case.claim.id)}}
            began = asyncio.get_running_loop().time()
            answer = await face.post(body, token)
            assert asyncio.get_running_loop().time() - began < timedelta(seconds=7).total_seconds()
            waiting = f"SELECT count(*) FROM pg_stat_activity WHERE {OURS} AND state = 'active'"
            for _ in range(20):
                if not await connection.fetchval(waiting):
                    break
                await asyncio.sleep(0.1)
            assert await connection.fetchval(waiting) == 0
    assert answer.status_code == 504
    assert answer.json()["errors"][0]["extensions"]["code"] == "TIMEOUT"


async def test_the_process_says_that_it_is_not_ready_while_the_database_is_gone(
    face: Face
) -> None:
    assert (await face.client.get("/health/ready")).status_code == 200
    await face.reading.pool.close()
    answer = await face.client.get("/health/ready")
    assert (answer.status_code, answer.json()) == (503, {"ready": False})
    assert (await face.client.get("/health/live")).status_code == 200
    refused = await face.post({"query": "{ viewer { id } }"})
    assert refused.json()["errors"][0]["extensions"]["code"] == "SERVICE_UNAVAILABLE"
    assert refused.status_code == 503


@pytest.mark.parametrize(("stale", "code"), [(False, "OUTCOME_UNKNOWN"), (True, "SERVICE_UNAVAILABLE")])
async def test_a_change_that_was_made_and_cannot_be_shown_is_not_told_as_undone(
    face: Face, database_url: str, stale: bool, code: str
) -> None:
    """The read after the change meets a table that is locked, and loses its connection every time."""
    case = await claim_approved()
    given = {"id": public_id("clm", case.claim.id), "version": case.claim.version - stale}
    async with operator(database_url) as holder, operator(database_url) as killer, holder.transaction():
        await holder.execute("LOCK TABLE claim_document IN ACCESS EXCLUSIVE MODE")
        asked = asyncio.create_task(face.answer(SHOWN, case.customer, **given))
        while not asked.done():
            await killer.execute(UNREADABLE)
            await asyncio.sleep(0.01)
    found = await asked
    assert found["data"] == {"claimAgree": None}
    assert [error["extensions"]["code"] for error in found["errors"]] == [code]
    assert (await case.reread()).state == ("APPROVED" if stale else "PAYMENT_PENDING")
