"""`make bench-writes`: how many price previews, sales and approvals of claims a second, and how many statements each
takes, beside the same statements sent by hand.

One process a side on the loopback, no worker, rounds that alternate; what counts are the medians of the ratios within a
round. Usage: `python -m bench.writes [--rounds 5] [--seconds 4]`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import tempfile
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import asyncpg

from bench.reads import load
from bench.reads.load import Figures
from bench.reads.questions import Asked
from bench.reads.sides import Side, python_side
from bench.writes import questions
from bench.writes.deciding import approvals
from bench.writes.hand import FOLDER, MARK
from bench.writes.questions import Question
from bench.writes.recording import Recording, recorder
from commands.servers.embedded import EmbeddedServers
from domain.connections import database
from domain.kernel import clock
from domain.kernel.ids import new_id
from domain.migrating import migrate

NAME = "bench_writes"
RESULTS = Path(__file__).parent.parent / "results" / "writes.json"
LEAST = 0.5  # of the rate of the same statements by hand
WARM_UP = 1.0  # seconds
MOST_SALES = 600  # a second, that there are devices for
MOST_APPROVALS = 700  # a second, that there are claims for


@dataclass
class Bench:
    """One run."""

    url: str
    folder: Path
    rounds: int
    seconds: float
    questions: list[Question] = field(default_factory=list)
    sides: list[Side] = field(default_factory=list)

    def enough(self, most: float) -> int:
        """How many requests a side can need at most."""
        return int(most * (self.seconds * self.rounds + WARM_UP)) + 100 * (self.rounds + 1)


async def _seed(bench: Bench) -> None:
    """A partner and its product, a handler and claims that wait."""
    with clock.at(clock.now() - timedelta(days=60)):
        partner_id = await questions.partner()
        version_id = await questions.on_sale()
    caller = await questions.key_of(partner_id)
    bench.questions = [
        questions.preview(version_id, caller),
        questions.sale(version_id, caller, bench.enough(MOST_SALES)),
        await approvals(version_id, partner_id, bench.url, bench.enough(MOST_APPROVALS)),
    ]


async def _record(bench: Bench) -> tuple[dict[str, Recording], UUID]:
    """What each request says to the database, written down for the other side."""
    found: dict[str, Recording] = {}
    async with recorder() as listening:
        mark = new_id()
        for each in bench.questions:
            recording = await listening.record(*each.bodies[:2], await each.caller.token())
            recording.rows = each.rows
            recording.save(bench.folder / f"{each.name}.recording")
            found[each.name] = recording
    return found, mark


async def _measure(bench: Bench, mark: UUID) -> dict[str, dict[str, list[Figures]]]:
    """Rounds over both sides in turn, after one that is not counted."""
    hand = python_side("hand", "bench.writes.hand", bench.url, lambda *_: [], bench.folder, bare=False)
    hand.environment = {**hand.environment, FOLDER: str(bench.folder), MARK: str(mark)}
    ours = python_side("ours", "bench.reads.ours", bench.url, lambda *_: [], bench.folder, bare=False)
    ours.environment = {**ours.environment, "AFTERCARE_RATE_SCALE": "1000000"}
    for side in (ours, hand):
        bench.sides.append(side)
        side.start()
    return {each.name: await _ask(bench, each, {"ours": ours.port, "by hand": hand.port}) for each in bench.questions}


async def _ask(bench: Bench, question: Question, ports: dict[str, int]) -> dict[str, list[Figures]]:
    """The figures of one question by side."""
    found: dict[str, list[Figures]] = {side: [] for side in ports}
    asked = {
        "ours": [Asked("POST", "/graphql", body) for body in question.bodies[2:]],
        "by hand": [Asked("POST", f"/{question.name}", "{}")],
    }
    before, place, sent = await _count(bench, question), 0, 0
    for number in range(bench.rounds + 1):
        seconds = bench.seconds if number else WARM_UP
        for side, some in asked.items():
            several = some[place:] if len(some) > 1 else some
            figures = await asyncio.to_thread(
                load.send, ports[side], several, await question.caller.token(), seconds, question.connections
            )
            if side == "ours":
                sent += int(figures.rate * seconds * 0.98)
                place += int(figures.rate * seconds * 1.1) + 100 if len(some) > 1 else 0
            if number:
                found[side].append(figures)
        if question.counted and number == 0:
            await _expect(bench, question, before + sent)
    return found


async def _expect(bench: Bench, question: Question, least: int) -> None:
    """Stops the run when what was answered was not done: an answer with a refusal in it is quick."""
    if (stands := await _count(bench, question)) < least:
        raise SystemExit(f"{question.name}: {stands} stand in the database, {least} were asked for")


async def _count(bench: Bench, question: Question) -> int:
    if question.counted is None:
        return 0
    connection = await asyncpg.connect(bench.url)
    try:
        return int(await connection.fetchval(question.counted))
    finally:
        await connection.close()


def _show(recordings: dict[str, Recording], found: dict[str, dict[str, list[Figures]]], bench: Bench) -> None:
    """Prints the table and writes it down."""
    rows: dict[str, Any] = {}
    print(f"\nrequests/s, one process a side, by {load.generator()}\n")
    print(f"{'':10}{'clients':>10}{'statements':>12}{'ours':>10}{'p99 ms':>10}{'by hand':>10}{'ratio':>8}")
    for each in bench.questions:
        sides = found[each.name]
        rates = {name: median(one.rate for one in figures) for name, figures in sides.items()}
        pairs = zip(sides["ours"], sides["by hand"], strict=True)
        times, slowest = median(a.rate / b.rate for a, b in pairs), median(one.p99 for one in sides["ours"])
        count = recordings[each.name].count
        rows[each.name] = {
            "clients": each.connections, "statements": count, "rate": round(rates["ours"], 1),
            "p99_ms": round(slowest, 1), "by_hand": round(rates["by hand"], 1), "ratio": round(times, 2),
        }  # fmt: skip
        print(
            f"{each.name:10}{each.connections:>10}{count:>12}{rates['ours']:>10,.0f}{slowest:>10.1f}"
            f"{rates['by hand']:>10,.0f}{times:>8.2f}"
        )
        if each.least is not None:
            print(f"{'':10}at least {each.least:.0f}: {'held' if rates['ours'] >= each.least else 'NOT held'}")
    verdict = "held" if all(row["ratio"] >= LEAST for row in rows.values()) else "NOT held"
    print(f"\nAt least {LEAST} of the rate of the same statements by hand: {verdict}.")
    machine = {"python": platform.python_version(), "processors": os.cpu_count()}
    written = {"rounds": bench.rounds, "seconds": bench.seconds, "machine": machine, "found": rows}
    RESULTS.write_text(json.dumps(written, indent=2) + "\n")


async def _run(server: str, redis: str, rounds: int, seconds: float) -> None:
    connection = await asyncpg.connect(server)
    await connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
    await connection.execute(f"CREATE DATABASE {NAME}")
    url = urlunsplit(urlsplit(server)._replace(path=f"/{NAME}"))
    os.environ["DATABASE_URL"], os.environ["REDIS_URL"] = url, redis
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(url, Path(folder), rounds, seconds)
        await migrate(url)
        async with database(url):
            await _seed(bench)
        recordings, mark = await _record(bench)
        try:
            async with database(url):
                found = await _measure(bench, mark)
        finally:
            for side in bench.sides:
                side.stop()
        _show(recordings, found, bench)
    await connection.execute(f"DROP DATABASE {NAME} WITH (FORCE)")
    await connection.close()


def main() -> None:
    """Measures, prints and writes `bench/results/writes.json`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0)
    options = parser.parse_args()
    servers = EmbeddedServers()
    with tempfile.TemporaryDirectory() as home:
        addresses = servers.start(Path(home))
        try:
            asyncio.run(_run(addresses.database_url, addresses.redis_url, options.rounds, options.seconds))
        finally:
            servers.stop()


if __name__ == "__main__":
    main()
