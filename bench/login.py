"""What a wave of sign-ins costs everybody else: how long small queries take, without it and while 200 wait for a word.

The rounds with and without the wave alternate, so that a busy machine weighs on both alike.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections import Counter
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx

from bench.served import served

WAVE = 200
READERS = 4
PAUSE = 0.01  # seconds a reader waits between two questions
WARM = 1.0  # seconds until the readers read
QUIET = 6.0  # seconds of a round without a wave
ROUNDS = 3
RESULTS = Path(__file__).parent / "results" / "login.json"
QUESTION = {"query": "{ products(first: 5) { nodes { code } } }"}
SIGN_IN = """mutation($input: StaffSignInInput!) { staffSignIn(input: $input) { accessToken errors { code } } }"""


async def read(url: str, until: Event, times: list[float]) -> None:
    """Asks small questions, one after the other, and notes the milliseconds."""
    async with httpx.AsyncClient(base_url=url, timeout=60, trust_env=False) as client:
        while not until.is_set():
            begun = time.perf_counter()
            (await client.post("/graphql", json=QUESTION)).raise_for_status()
            times.append((time.perf_counter() - begun) * 1000)
            await asyncio.sleep(PAUSE)


async def _all_read(url: str, until: Event) -> list[float]:
    times: list[float] = []
    await asyncio.gather(*(read(url, until, times) for _ in range(READERS)))
    return times


def readers(url: str, until: Event, told: Connection) -> None:
    """The readers, in a process of their own, so that they do not wait for what signs in beside them."""
    told.send(asyncio.run(_all_read(url, until)))


async def sign_in(client: httpx.AsyncClient, number: int) -> str:
    """The code that one try with a wrong password gets; every account is tried once, so that each try is judged."""
    given = {"email": f"{number}-{time.time_ns()}@example.com", "password": "a wrong password"}
    answer = await client.post("/graphql", json={"query": SIGN_IN, "variables": {"input": given}})
    told: Any = answer.json()
    if told.get("data"):
        return str(told["data"]["staffSignIn"]["errors"][0]["code"])
    return str(told["errors"][0]["extensions"]["code"])


async def wave(url: str) -> Counter[str]:
    """What so many tries at once are answered."""
    limits = httpx.Limits(max_connections=WAVE)
    async with httpx.AsyncClient(base_url=url, limits=limits, timeout=60, trust_env=False) as client:
        return Counter(await asyncio.gather(*(sign_in(client, number) for number in range(WAVE))))


def measured(url: str, *, busy: bool) -> tuple[list[float], Counter[str]]:
    """Milliseconds of the small questions of one round, and what the tries were answered."""
    context = get_context("spawn")
    until, (hears, tells) = context.Event(), context.Pipe()
    process = context.Process(target=readers, args=(url, until, tells))
    process.start()
    time.sleep(WARM)
    codes: Counter[str] = Counter()
    if busy:
        codes = asyncio.run(wave(url))
    else:
        time.sleep(QUIET)
    until.set()
    times: list[float] = hears.recv()
    process.join()
    return times, codes


def p99(times: list[float]) -> float:
    """The time that one question in a hundred takes longer than."""
    return quantiles(times, n=100)[98]


def main() -> None:
    """Measures, shows and saves."""
    rows: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as url:
        measured(url, busy=True)
        for _ in range(ROUNDS):
            quiet, _ = measured(url, busy=False)
            busy, codes = measured(url, busy=True)
            halves = {"quiet": quiet, "busy": busy}
            rows.append({f"{name}_p50": median(each) for name, each in halves.items()})
            rows[-1] |= {f"{name}_p99": p99(each) for name, each in halves.items()}
            print("  ".join(f"{name} {value:.1f} ms" for name, value in rows[-1].items()), dict(codes))
    growth = median(row["busy_p99"] - row["quiet_p99"] for row in rows)
    print(f"while {WAVE} sign in at once, the p99 of small questions grows by {growth:.1f} ms")
    told = [{name: round(value, 2) for name, value in row.items()} for row in rows]
    RESULTS.write_text(json.dumps({"wave": WAVE, "growth_ms": round(growth, 2), "rounds": told}, indent=2) + "\n")


if __name__ == "__main__":
    main()
