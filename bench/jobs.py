"""Durable jobs: how many a second end to end, of kinds with one and with two transactions, how soon after the commit
each is finished at half that rate, and Celery and bare Dramatiq with the same effect on the same machine beside it.

`python -m bench.jobs` starts servers of its own, migrates, measures, prints the table and writes
`bench/results/jobs.json`. `--alone` leaves the others out; otherwise they are installed into a virtual environment
that is thrown away. The others' tasks are sent after a commit of their own: they do not survive what ours survive.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.metadata
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any

import asyncpg

from bench.kinds import ONE, TWO, Work
from commands.servers.embedded import EmbeddedServers, ServerAddresses
from domain.connections import database
from domain.jobs.queue import enqueue
from domain.jobs.terms import Queue
from domain.jobs.waking import close_waking, open_waking
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.ids import new_id
from domain.migrating import migrate
from workers.broker import connect

ROOT = Path(__file__).parent.parent
BENCH = Actor.system("bench")
RESULTS = ROOT / "bench" / "results"
OTHERS = ("celery", "dramatiq")
BATCH = 500
WARM_UP = 200  # jobs that are not counted
STARTING = 4.0  # seconds until the worker processes are up


@dataclass(frozen=True)
class Bench:
    """One run: the addresses, and how many jobs are measured."""

    database_url: str
    redis_url: str
    jobs: int
    processes: int

    @property
    def environment(self) -> dict[str, str]:
        urls = {"DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url}
        return os.environ | urls | {"AFTERCARE_LOG_LEVEL": "WARNING"}


async def _empty(bench: Bench, connection: asyncpg.Connection) -> None:
    connect(bench.redis_url).flushdb()
    await connection.execute("CREATE TABLE IF NOT EXISTS bench_effect (id uuid PRIMARY KEY, at timestamptz NOT NULL)")
    await connection.execute("TRUNCATE bench_effect")
    await connection.execute("DELETE FROM job")
    await connection.execute("VACUUM ANALYZE job")


async def _fill(kind: type[Work], jobs: int) -> None:
    for begin in range(0, jobs, BATCH):
        async with transaction():
            for _ in range(min(BATCH, jobs - begin)):
                await enqueue(kind(new_id()), actor=BENCH)


async def _wait_for(connection: asyncpg.Connection, jobs: int, patience: float = 180) -> None:
    deadline = time.monotonic() + patience
    while await connection.fetchval("SELECT count(*) FROM bench_effect") < jobs:
        if time.monotonic() > deadline:
            raise TimeoutError("the jobs were not done in time")
        await asyncio.sleep(0.2)


async def _rate(connection: asyncpg.Connection) -> float:
    """Effects per second, without those of the warm-up."""
    return float(
        await connection.fetchval(
            "SELECT (count(*) - 1) / extract(epoch FROM max(at) - min(at)) "
            "FROM (SELECT at FROM bench_effect ORDER BY at OFFSET $1) AS counted",
            WARM_UP,
        )
    )


class Workers:
    """Our relay and workers as they run in production, for one queue."""

    def __init__(self, bench: Bench) -> None:
        code = (
            "from workers.supervisor import run; from domain.jobs.terms import Queue; "
            f"run((Queue.{Queue.BULK},), 'bench.kinds', {bench.processes})"
        )
        self._process = subprocess.Popen([sys.executable, "-c", code], env=bench.environment, cwd=ROOT)

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(30)


async def _throughput(bench: Bench, connection: asyncpg.Connection, kind: type[Work]) -> float:
    await _empty(bench, connection)
    await _fill(kind, bench.jobs + WARM_UP)
    with Workers(bench):
        await _wait_for(connection, bench.jobs + WARM_UP)
        return await _rate(connection)


async def _latency(bench: Bench, connection: asyncpg.Connection, kind: type[Work], rate: float) -> dict[str, float]:
    """Commit to finished in milliseconds, one transaction for each job, at a steady rate from outside."""
    await _empty(bench, connection)
    jobs = min(bench.jobs, int(rate * 15)) + WARM_UP
    committed: dict[Any, float] = {}

    async def one(begin: float) -> None:
        await asyncio.sleep(max(0.0, begin - time.monotonic()))
        work = kind(new_id())
        async with transaction():
            await enqueue(work, actor=BENCH)
        committed[work.key] = time.time()

    with Workers(bench):
        await asyncio.sleep(STARTING)
        begin = time.monotonic() + 0.5
        await asyncio.gather(*(one(begin + n / rate) for n in range(jobs)))
        await _wait_for(connection, jobs)
    rows = await connection.fetch("SELECT id, extract(epoch FROM at)::float8 AS at FROM bench_effect ORDER BY at")
    finished = await connection.fetch(
        "SELECT arguments->>'key' AS key, extract(epoch FROM finished_at)::float8 AS at FROM job"
    )
    ends = {row["key"]: row["at"] for row in finished}
    waits = [(ends[str(row["id"])] - committed[row["id"]]) * 1000 for row in rows[WARM_UP:]]
    cuts = quantiles(sorted(waits), n=100)
    return {"rate": round(rate), "p50_ms": round(cuts[49], 1), "p99_ms": round(cuts[98], 1), "jobs": len(waits)}


class OthersWorkers:
    """The workers of another side, as its own command starts them."""

    def __init__(self, bench: Bench, script: list[str]) -> None:
        self._process = subprocess.Popen(
            [*script, "work"],
            env=bench.environment,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        os.killpg(self._process.pid, signal.SIGTERM)
        self._process.wait(30)


async def _others(bench: Bench, connection: asyncpg.Connection, python: str) -> dict[str, Any]:
    """The same effect under others: enqueued first, then carried out by fresh workers."""
    found: dict[str, Any] = {}
    for name in OTHERS:
        await _empty(bench, connection)
        script = [python, str(ROOT / "bench" / "others" / f"{name}_side.py")]
        fill = [*script, "fill", str(bench.jobs + WARM_UP)]
        await asyncio.to_thread(subprocess.run, fill, env=bench.environment, check=True)
        with OthersWorkers(bench, script):
            await _wait_for(connection, bench.jobs + WARM_UP)
            found[name] = {"rate": round(await _rate(connection)), "version": _version(python, name)}
    return found


def _version(python: str, name: str) -> str:
    code = f"import importlib.metadata as m; print(m.version('{name}'))"
    return subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def _machine(server: str) -> dict[str, Any]:
    names = ("dramatiq", "tortoise-orm", "asyncpg", "redis", "hiredis")
    return {
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "postgresql": server,
        **{name: importlib.metadata.version(name) for name in names},
    }


async def measure(bench: Bench, others: str | None) -> dict[str, Any]:
    """All figures of one run."""
    connection = await asyncpg.connect(bench.database_url)
    async with database(bench.database_url, pool=8):
        await open_waking(bench.database_url)
        one = await _throughput(bench, connection, ONE)
        two = await _throughput(bench, connection, TWO)
        found: dict[str, Any] = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "machine": _machine(await connection.fetchval("SHOW server_version")),
            "jobs": bench.jobs,
            "worker_processes": bench.processes,
            "one_transaction": {"rate": round(one), "latency": await _latency(bench, connection, ONE, one / 2)},
            "two_transactions": {"rate": round(two), "latency": await _latency(bench, connection, TWO, two / 2)},
        }
        await close_waking()
    if others:
        found["others"] = await _others(bench, connection, others)
        found["ratios"] = {name: round(one / side["rate"], 2) for name, side in found["others"].items()}
    await connection.close()
    return found


def show(found: dict[str, Any]) -> None:
    """Prints the table."""
    print(f"{'':<28}{'jobs/s':>8}{'p50 ms':>9}{'p99 ms':>9}   at jobs/s")
    for name in ("one_transaction", "two_transactions"):
        line, wait = found[name], found[name]["latency"]
        print(f"{name:<28}{line['rate']:>8}{wait['p50_ms']:>9}{wait['p99_ms']:>9}   {wait['rate']}")
    for name, side in found.get("others", {}).items():
        print(f"{name + ' ' + side['version']:<28}{side['rate']:>8}")


@contextmanager
def _servers() -> Iterator[ServerAddresses]:
    """A PostgreSQL and a Valkey that live as long as the block, migrated."""
    with tempfile.TemporaryDirectory(prefix="aftercare-bench-") as home:
        Path(home).chmod(0o755)
        servers = EmbeddedServers()
        with servers:
            addresses = servers.start(Path(home))
            asyncio.run(migrate(addresses.database_url))
            yield addresses


@contextmanager
def _others_python(*, wanted: bool) -> Iterator[str | None]:
    """The Python of a throwaway virtual environment that holds the others, or None."""
    if not wanted:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="aftercare-others-") as folder:
        venv.create(folder, with_pip=True)
        python = str(Path(folder) / "bin" / "python")
        requirements = str(ROOT / "bench" / "requirements-others.txt")
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", requirements], check=True)
        yield python


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures durable jobs.")
    parser.add_argument("--jobs", type=int, default=4000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--alone", action="store_true", help="without Celery and bare Dramatiq")
    given = parser.parse_args()
    with _others_python(wanted=not given.alone) as python, _servers() as addresses:
        bench = Bench(addresses.database_url, addresses.redis_url, given.jobs, given.processes)
        found = asyncio.run(measure(bench, python))
    show(found)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "jobs.json").write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
