"""A file of many sales while its workers die: each row is sold once, and the ledger is the sum of what was sold."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from domain.kernel.actor import Actor
from domain.policies.uploading import receive, register_upload
from tests.factories.insured import partner_with_a_book, version_on_sale
from tests.factories.offers import file_of, file_row, in_chunks
from tests.factories.papers import kept_in
from tests.jobs.processes import process
from workers.broker import connect

pytestmark = pytest.mark.bulk
SALES = int(os.environ.get("AFTERCARE_BULK_SALES", "5000"))
WORKERS = 2
PATIENCE = 1_200.0  # seconds
WORKER = (
    "-c",
    "from domain.jobs.terms import Queue; from workers import process; process.run(Queue.BULK, 'commands.handlers')",
)
TOLD = """SELECT r.line, r.outcome, r.policy_id, p.external_ref FROM registration_row r
    LEFT JOIN policy p ON p.id = r.policy_id WHERE r.registration_id = $1 ORDER BY r.line"""
ALONE = """SELECT p.id FROM policy p WHERE NOT (
    EXISTS (SELECT FROM ledger_transaction t WHERE t.subject_id = p.id AND t.key = 'policy:written:' || p.id)
    AND (SELECT count(*) FROM policy_cover c WHERE c.policy_id = p.id) = 5
    AND (SELECT count(*) FROM audit_entry a WHERE a.subject_id = p.id AND a.action = 'policy:register') = 1
    AND (SELECT count(*) FROM notification n WHERE n.subject_id = p.id AND n.template = 'POLICY_ISSUED') = 1
    AND (SELECT count(*) FROM job j WHERE j.subject_id = p.id AND j.kind = 'policies.make_documents') = 1)"""


@dataclass
class Plant:
    """A relay and the workers of the bulk queue, as processes of their own."""

    url: str
    connection: asyncpg.Connection
    settings: dict[str, str]
    running: ExitStack
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> None:
        """Starts the workers that are not running."""
        self.workers = [each for each in self.workers if each.poll() is None]
        while len(self.workers) < WORKERS:
            self.workers.append(self.running.enter_context(process(self.url, *WORKER, **self.settings)))

    async def kill(self) -> None:
        """Kills every worker in the middle of its work."""
        for each in self.workers:
            each.send_signal(signal.SIGKILL)
        await asyncio.gather(*(asyncio.to_thread(each.wait) for each in self.workers))

    async def until(self, rows: int) -> None:
        """Waits until so many rows are settled."""
        deadline = time.monotonic() + PATIENCE
        while await self.connection.fetchval("SELECT count(*) FROM registration_row") < rows:
            assert time.monotonic() < deadline, "it did not come about in time"
            await asyncio.sleep(0.1)


@pytest.fixture
async def plant(database: str, tmp_path: Path) -> AsyncIterator[Plant]:
    """A relay, and workers that share the folder of files with this process."""
    connect(os.environ["REDIS_URL"]).flushdb()
    settings = {
        "AFTERCARE_STORE_URL": f"file://{tmp_path}",
        "AFTERCARE_DISPATCH_LEASE": "5",
        "AFTERCARE_EXECUTE_LEASE": "12",
    }
    connection = await asyncpg.connect(database)
    with ExitStack() as running:
        running.enter_context(process(database, "-m", "workers.relay", "BULK", **settings))
        yield Plant(database, connection, settings, running)
    await connection.close()


async def handed_in(partner: Actor, tmp_path: Path) -> UUID:
    """A file of so many sales."""
    content = file_of([file_row(n) for n in range(SALES)])
    found = await receive(in_chunks(content, 65_536), name="all.csv", store=kept_in(tmp_path), actor=partner)
    return found.registration_id


async def test_each_row_of_a_file_is_sold_once_though_its_workers_are_killed_twice(
    plant: Plant, tmp_path: Path
) -> None:
    partner, version_id, connection = await partner_with_a_book(), await version_on_sale(), plant.connection
    registration_id = await handed_in(partner, tmp_path)
    plant.start()
    begun = time.monotonic()
    await register_upload(registration_id, version_id=version_id, actor=partner)
    for share in (1, 2):
        await plant.until(SALES * share // 4)
        await plant.kill()
        plant.start()
    await plant.until(SALES)
    taken = time.monotonic() - begun
    told = f"\n{SALES:,} rows in {taken:.1f} s: {SALES / taken:,.0f} rows/s, two kills of all workers included"
    print(told)  # noqa: T201 - what the run is made for
    while await connection.fetchval("SELECT state FROM registration") != "FINISHED":
        assert time.monotonic() - begun < PATIENCE
        await asyncio.sleep(0.1)
    rows = await connection.fetch(TOLD, registration_id)
    assert [(row["line"], row["outcome"]) for row in rows] == [(n + 2, "REGISTERED") for n in range(SALES)]
    assert [row["external_ref"] for row in rows] == [file_row(n)["external_ref"] for n in range(SALES)]
    assert len({row["policy_id"] for row in rows}) == SALES == await connection.fetchval("SELECT count(*) FROM policy")
    assert await connection.fetch(ALONE) == []
    assert await connection.fetchval("SELECT count(*) FROM customer") == SALES
    assert await connection.fetchval("SELECT count(*) FROM job WHERE kind = 'notifications.send'") == SALES
    sums = {row["account"]: int(row["balance_minor"]) for row in await connection.fetch("SELECT * FROM ledger_account")}
    sold = await connection.fetchrow(
        "SELECT sum(premium_minor)::bigint AS gross, sum(premium_net_minor)::bigint AS net,"
        " sum(commission_minor)::bigint AS commission FROM policy"
    )
    assert sum(sums.values()) == 0
    assert sums["PREMIUM_RECEIVABLE"] == sold["gross"]
    assert (-sums["PREMIUM_INCOME"], sums["COMMISSION_EXPENSE"]) == (sold["net"], sold["commission"])
