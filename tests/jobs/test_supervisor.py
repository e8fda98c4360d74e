"""The supervisor keeps a relay and its workers alive, lets them end in peace, and takes them along if killed."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from domain.kernel.ids import new_id
from tests.jobs.conftest import Place
from tests.jobs.kinds import Poison, Slow, Two
from tests.jobs.processes import children, is_running, process, supervised, until
from workers.broker import connect


@dataclass
class Supervised:
    """A running supervisor."""

    process: subprocess.Popen[bytes]

    def child(self, name: str) -> int | None:
        """The process id of its relay or worker."""
        return next((pid for pid, line in children(self.process.pid).items() if name in line), None)


@pytest.fixture
async def supervisor(place: Place) -> AsyncIterator[Supervised]:
    connect(os.environ["REDIS_URL"]).flushdb()
    lease = {"AFTERCARE_DISPATCH_LEASE": "2", "AFTERCARE_EXECUTE_LEASE": "2"}
    with process(place.url, *supervised(), **lease) as started:
        found = Supervised(started)
        warm = await place.add(Two(new_id()))
        await place.until(warm, "SUCCEEDED", 30)
        await place.connection.execute("DELETE FROM test_effect")
        yield found


async def test_a_killed_child_comes_back_and_the_work_goes_on(place: Place, supervisor: Supervised) -> None:
    for name in ("workers.process", "workers.relay"):
        before = supervisor.child(name)
        assert before is not None
        key = new_id()
        job_id = await place.add(Slow(key, 300))
        await asyncio.sleep(0.1)
        os.kill(before, signal.SIGKILL)
        await place.until(job_id, "SUCCEEDED", 30)
        await asyncio.to_thread(until, lambda: supervisor.child(name) not in {None, before}, 15)  # noqa: B023
        assert key in await place.effects()


async def test_a_job_that_kills_its_workers_is_dead_and_others_are_done(place: Place, supervisor: Supervised) -> None:
    poison = await place.add(Poison(new_id()))
    for _ in range(3):
        await place.until_crash(poison)
        await place.set(poison, "run_at = clock_timestamp()")
    await place.until(poison, "DEAD", 30)
    row = await place.row(poison)
    assert (row["crashes"], row["error_code"]) == (3, "WORKER_LOST")
    good = await place.add(Two(new_id()))
    await place.until(good, "SUCCEEDED", 30)


async def test_jobs_beside_one_that_kills_are_hit_once_at_most(place: Place, supervisor: Supervised) -> None:
    """Five that kill among twenty that work slowly, all at once: nobody is given up but the killers."""
    keys = sorted(new_id() for _ in range(20))
    poison = [await place.add(Poison(new_id())) for _ in range(5)]
    good = [await place.add(Slow(key, 200)) for key in keys]
    for job_id in good:
        await place.until(job_id, "SUCCEEDED", 90)
    assert max([(await place.row(job_id))["crashes"] for job_id in good]) <= 1
    for job_id in poison:
        await place.until(job_id, "DEAD", 90)
    assert await place.effects() == keys


async def test_told_to_stop_it_lets_jobs_end_and_leaves_no_lease(place: Place, supervisor: Supervised) -> None:
    keys = sorted(new_id() for _ in range(4))
    jobs = [await place.add(Slow(key, 1500)) for key in keys]
    for job_id in jobs:
        await place.until(job_id, "EXECUTING")
    begun = time.monotonic()
    supervisor.process.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(supervisor.process.wait, 30) == 0
    assert time.monotonic() - begun < 10
    assert await place.effects() == keys
    assert await place.connection.fetchval("SELECT count(*) FROM job WHERE lease_until IS NOT NULL") == 0
    assert await place.connection.fetchval("SELECT sum(crashes) FROM job") == 0


async def test_killed_itself_it_leaves_no_orphans(place: Place, supervisor: Supervised) -> None:
    pids = list(children(supervisor.process.pid))
    assert len(pids) == 2
    supervisor.process.kill()
    supervisor.process.wait()

    await asyncio.to_thread(until, lambda: not any(map(is_running, pids)), 15)


async def test_killed_while_its_children_start_it_leaves_no_orphans(place: Place) -> None:
    for pause in (0.0, 0.3, 0.8, 1.5):
        with process(place.url, *supervised()) as started:
            await asyncio.to_thread(until, lambda: len(children(started.pid)) == 2, 15)
            await asyncio.sleep(pause)
            pids = list(children(started.pid))
            started.kill()
            started.wait()
        await asyncio.to_thread(until, lambda: not any(map(is_running, pids)), 30)  # noqa: B023 - awaited here
