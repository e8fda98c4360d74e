"""`make bench-reads`: how fast the compiled read path answers, beside PostGraphile, the usual way and hand-written SQL.

All in one run: the servers are started, the database is migrated and filled, every side is one process on the loopback,
the answers are compared, and rounds of a few seconds go round the sides, so that what else the machine does meets all
of them. What counts are the medians of the ratios within a round. Usage: `python -m bench.reads [--rounds 5]
[--seconds 3] [--policies 50000] [--growth 10] [--before FOLDER]`; with DATABASE_URL it uses that server and makes
databases there. `--before` names another checkout of this project, whose API is asked in turn with this one's.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import asyncpg

from bench.reads import load, questions
from bench.reads.fairness import compare, hidden
from bench.reads.load import Figures
from bench.reads.questions import Asked, Question
from bench.reads.report import Measured, save, show
from bench.reads.seed import RETAILER, SESSION, Seeded, seed
from bench.reads.sides import GRAPHILE_PASSWORD, GRAPHILE_ROLE, POSTGRAPHILE, ROOT, Side, postgraphile_side, python_side
from commands.servers.embedded import EmbeddedServers
from domain.access.models import Session
from domain.access.signing import signing_keys
from domain.access.tokens import issue_token
from domain.connections import database
from domain.kernel import clock
from domain.migrating import migrate

SMALL, TALL, COPY = "bench_reads", "bench_reads_tall", "bench_reads_graphile"
TOKEN_PURPOSE = b"aftercare access tokens"
DEEP = 1_000  # the page that is held against the first one
WARM_UP = 1.0  # seconds


@dataclass
class Bench:
    """One run: its options and its server."""

    server: str
    policies: int
    growth: int
    rounds: int
    seconds: float
    folder: Path
    before: Path | None = None
    sides: list[Side] = field(default_factory=list)

    def url(self, name: str) -> str:
        """The address of one database of the server."""
        return urlunsplit(urlsplit(self.server)._replace(path=f"/{name}"))

    async def prepare(self, name: str, policies: int) -> Seeded:
        """A migrated and filled database of so many policies."""
        await self.drop(name)
        await self.order(f"CREATE DATABASE {name}")
        await migrate(self.url(name))
        print(f"filling {name} …", flush=True)
        seeded = await seed(self.url(name), policies)
        print(f"  {seeded.policies:,} policies, {seeded.claims:,} claims in {seeded.seconds} s", flush=True)
        return seeded

    async def copy_for_postgraphile(self) -> None:
        """PostGraphile gets a copy of its own: row policies would bind the other sides' readers, too."""
        await self.drop(COPY)
        await self.order(f"CREATE DATABASE {COPY} TEMPLATE {SMALL}")
        await self.order(f"DROP ROLE IF EXISTS {GRAPHILE_ROLE}")
        await self.order(f"CREATE ROLE {GRAPHILE_ROLE} LOGIN PASSWORD '{GRAPHILE_PASSWORD}'")
        await self.order((POSTGRAPHILE / "row_policies.sql").read_text(), COPY)

    async def order(self, statement: str, name: str = "postgres") -> None:
        """Runs a statement as the server's owner."""
        connection = await asyncpg.connect(self.url(name))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    async def drop(self, name: str) -> None:
        """Removes one database of the bench."""
        await self.order(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def started(self, side: Side) -> Side:
        """The side once it takes connections; it is ended with the run."""
        self.sides.append(side)
        side.start()
        return side

    def all_sides(self, *, bare: bool) -> list[Side]:
        """The four sides, ours first."""
        url = self.url(SMALL)
        (key, *_) = signing_keys(TOKEN_PURPOSE)
        python = {"ours": questions.ours, "limit": questions.limit, "usual": questions.usual}
        sides = [
            python_side(name, f"bench.reads.{name}", url, ask, self.folder, bare=bare) for name, ask in python.items()
        ]
        sides.insert(1, postgraphile_side(self.url(COPY), key, self.folder, bare=bare))
        return [self.started(side) for side in sides]


async def token_of() -> str:
    """A fresh access token of the partner's session; one lives for ten minutes only."""
    token, _ = issue_token(await Session.get(id=SESSION), at=clock.now())
    return token


async def some_policies(url: str) -> tuple[list[UUID], UUID]:
    """Policies of the retailer, spread over the years, and one of the other partner."""
    connection = await asyncpg.connect(url)
    try:
        own = "SELECT id FROM policy WHERE partner_id = $1 ORDER BY md5(id::text) LIMIT $2"
        ids = [row["id"] for row in await connection.fetch(own, RETAILER, questions.ONES)]
        other = "SELECT id FROM policy WHERE partner_id <> $1 ORDER BY id LIMIT 1"
        strange = await connection.fetchval(other, RETAILER)
    finally:
        await connection.close()
    return ids, strange


async def rounds(
    bench: Bench, runners: dict[str, tuple[Side, list[Asked]]], *, bare: bool = False
) -> dict[str, list[Figures]]:
    """Rounds over all runners in turn, after one that is not counted."""
    found: dict[str, list[Figures]] = {name: [] for name in runners}
    for number in range(bench.rounds + 1):
        for name, (side, asked) in runners.items():
            token = None if bare else await token_of()
            seconds = bench.seconds if number else WARM_UP
            figures = await asyncio.to_thread(load.send, side.port, asked, token, seconds)
            if number:
                found[name].append(figures)
    return found


async def deep_cursor(side: Side, pages: int) -> str:
    """The cursor behind so many pages of twenty, found by turning pages of a hundred."""
    token, cursor = await token_of(), None
    for _ in range(pages * 20 // 100):
        answer = await load.once(side.port, questions.our_page(cursor, with_cursor=True, first=100), token)
        cursor = questions.end_cursor(answer)
    return cursor or ""


async def measure(bench: Bench) -> Measured:
    """The whole run on an empty server."""
    seeded = await bench.prepare(SMALL, bench.policies)
    await bench.copy_for_postgraphile()
    ids, strange = await some_policies(bench.url(SMALL))
    async with database(bench.url(SMALL), pool=1):
        guarded, bare = bench.all_sides(bare=False), bench.all_sides(bare=True)
        print("comparing answers …", flush=True)
        await compare(guarded, ids, await token_of())
        await compare(bare, ids, None)
        await hidden(guarded, strange, await token_of())
        measured = Measured(seeded, bench.rounds, bench.seconds)
        for question in Question:
            print(f"measuring {question.words} …", flush=True)
            asked = {side.name: (side, side.ask(question, ids)) for side in guarded}
            measured.guarded[question] = await rounds(bench, asked)
            asked = {side.name: (side, side.ask(question, ids)) for side in bare}
            measured.bare[question] = await rounds(bench, asked, bare=True)
        await depth(bench, guarded[0], measured)
        if bench.before is not None:
            await compare_trees(bench, bench.before, ids, measured)
        if bench.growth > 1:
            await growth(bench, guarded[0], ids, measured)
    return measured


async def compare_trees(bench: Bench, tree: Path, ids: list[UUID], measured: Measured) -> None:
    """This tree's API against another's over the same rows, both newly started."""
    roots = {"now": ROOT, "before": tree}
    sides = {
        name: bench.started(
            python_side(name, "bench.reads.ours", bench.url(SMALL), questions.ours, bench.folder, bare=False, root=root)
        )
        for name, root in roots.items()
    }
    asked = {question.words: questions.ours(question, ids) for question in Question}
    for words, requests in {"a small query": questions.our_least(ids), **asked}.items():
        print(f"measuring {words} against {tree} …", flush=True)
        measured.trees[words] = await rounds(bench, {name: (side, requests) for name, side in sides.items()})


async def depth(bench: Bench, side: Side, measured: Measured) -> None:
    """The first page against a deep one."""
    deep = min(DEEP, measured.seeded.policies // 20 - 1)
    print(f"measuring page {deep:,} …", flush=True)
    cursor = await deep_cursor(side, deep - 1)
    pages = {"page 1": (side, [questions.our_page(None)]), f"page {deep:,}": (side, [questions.our_page(cursor)])}
    measured.depth = await rounds(bench, pages)


async def growth(bench: Bench, side: Side, ids: list[UUID], measured: Measured) -> None:
    """The same questions over more rows."""
    measured.grown = await bench.prepare(TALL, bench.policies * bench.growth)
    more, _ = await some_policies(bench.url(TALL))
    url = bench.url(TALL)
    tall = bench.started(python_side("ours-tall", "bench.reads.ours", url, questions.ours, bench.folder, bare=False))
    for question in Question:
        print(f"measuring {question.words} of {measured.grown.policies:,} …", flush=True)
        runners = {"rows": (side, questions.ours(question, ids)), "more": (tall, questions.ours(question, more))}
        measured.growth[question] = await rounds(bench, runners)


@contextmanager
def server(home: Path) -> Iterator[str]:
    """A PostgreSQL for the run: that of DATABASE_URL, else an embedded one."""
    os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:1")  # no side waits for it
    os.environ["AFTERCARE_RATE_SCALE"] = "1000000"  # one caller asks all
    if url := os.environ.get("DATABASE_URL"):
        yield url
        return
    servers = EmbeddedServers()
    try:
        addresses = servers.start(home)
        os.environ["DATABASE_URL"] = addresses.database_url
        yield addresses.database_url
    finally:
        servers.stop()


@asynccontextmanager
async def cleared(bench: Bench) -> AsyncIterator[None]:
    """Ends every side and removes the databases, whatever happens."""
    try:
        yield
    finally:
        for side in bench.sides:
            side.stop()
        for name in (SMALL, TALL, COPY):
            await bench.drop(name)
        await bench.order(f"DROP ROLE IF EXISTS {GRAPHILE_ROLE}")


async def run(options: argparse.Namespace, url: str, folder: Path) -> None:
    """Measures, shows and saves."""
    bench = Bench(url, options.policies, options.growth, options.rounds, options.seconds, folder, options.before)
    async with cleared(bench):
        measured = await measure(bench)
        connection = await asyncpg.connect(bench.url("postgres"))
        measured.postgres = str(await connection.fetchval("SHOW server_version"))
        await connection.close()
    show(measured)
    save(measured)


def main() -> None:
    """Reads the options and runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--policies", type=int, default=50_000, help="policies in the partner's book")
    parser.add_argument("--growth", type=int, default=10, help="times more rows for the growth; 1 leaves it out")
    parser.add_argument("--before", type=Path, help="another checkout of this project to compare with")
    parser.add_argument("--rounds", type=int, default=5, help="rounds that count")
    parser.add_argument("--seconds", type=float, default=3, help="of each side in each round")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="aftercare-bench-reads-"))
    folder.chmod(0o755)
    try:
        with server(folder / "home") as url:
            asyncio.run(run(options, url, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
