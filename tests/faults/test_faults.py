"""Kills, outages and lost replies: every claim is paid once and no acknowledged change is lost, whatever happens.

The people act over HTTP at two processes of the API. That the harness can tell is shown by planted breaks, and by the
usual way of sending jobs, which must be caught.

`AFTERCARE_FAULTS_SECONDS` says how long things are broken (20 by default), `AFTERCARE_FAULTS_SEED` repeats a run,
`AFTERCARE_FAULTS_CALLERS` sets how many people work (6), `AFTERCARE_FAULTS_SLOWER` how many times longer the pauses
between faults are.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import asyncpg
import pytest

from domain.audit import chain
from domain.audit.entries import record
from domain.connections import database
from domain.jobs import operations
from domain.jobs.relaying import Ticket
from domain.jobs.terms import Queue
from domain.kernel.actor import Actor, Role
from domain.kernel.ids import new_id
from domain.migrating import migrate
from tests.faults import naive, poison, sabotage
from tests.faults.checking import Found, find, violations
from tests.faults.client import CALLERS
from tests.faults.people import gather_people
from tests.faults.world import NotNow, World, read_log, world
from tests.jobs.processes import until
from workers.broker import open_broker

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults")]

SECONDS = float(os.environ.get("AFTERCARE_FAULTS_SECONDS", "20"))
SEED = int(os.environ.get("AFTERCARE_FAULTS_SEED", random.SystemRandom().randrange(1_000_000)))
CALM = 150 + SECONDS / 2  # seconds in which everything must have come to its end: workers lag behind what hurts them
COVERS = int(max(4, CALLERS * 0.35) * SECONDS) + 60  # more than the callers need
LASTING = timedelta(seconds=2 * SECONDS + CALM)
OPEN = """
SELECT (SELECT count(*) FROM payout WHERE state IN ('APPROVED', 'SUBMITTED', 'UNKNOWN'))
  + (SELECT count(*) FROM claim c JOIN payout p ON p.subject_id = c.id AND p.state = 'SETTLED' AND c.state <> 'PAID')
  + (SELECT count(*) FROM job WHERE kind = ANY($1) AND state <> 'DEAD')
  + (SELECT count(*) FROM job WHERE state = 'PARKED')
"""
FALLEN = "SELECT id FROM job WHERE state = 'DEAD' AND error_code = 'WORKER_LOST' AND kind NOT LIKE 'faults.%'"
SENT = "SELECT id, fence FROM job WHERE queue = 'MONEY' AND fence > 0 ORDER BY id DESC LIMIT 60"
ADMIN = Actor(frozenset({Role.ADMIN}), staff_id=new_id())
MORTAL = [kind for kind in poison.POISON.values() if kind != poison.UNKNOWN]
SUPERVISOR = (
    "from domain.jobs.terms import Queue; from workers.supervisor import run; "
    "run((Queue.MONEY, Queue.BULK), 'tests.faults.handlers')"
)


def tell(sentence: str) -> None:
    """Says how a run went: it is a measurement, too."""
    sys.stdout.write(f"{sentence}\n")


async def under_way(url: str) -> list[Ticket]:
    """The tickets of all jobs that are with the broker or a worker, and of some that were.

    Raises: NotNow while PostgreSQL recovers.
    """
    try:
        connection = await asyncpg.connect(url, timeout=3)
        rows = await connection.fetch(SENT)
        await connection.close()
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as away:
        raise NotNow from away
    return [Ticket(row["id"], row["fence"]) for row in rows]


def double(made: World) -> None:
    """Sends what is under way a second and third time."""
    tickets = asyncio.run(under_way(made.postgres.url))
    broker = open_broker(made.valkey.url)
    for _ in range(2 if tickets else 0):
        broker.send(Queue.MONEY, tickets)
    broker.close()


def faults_of(made: World) -> dict[str, Callable[[], None]]:
    """What may happen."""
    return {
        **{f"kill {name}": partial(made.kill_api, name) for name in made.api},
        "kill worker": lambda: made.kill_below("work", "workers.process MONEY"),
        "kill relay": lambda: made.kill_below("work", "workers.relay"),
        "kill supervisor": lambda: made.kill("work"),
        "kill scheduler": lambda: made.kill("schedule"),
        "kill PostgreSQL": made.kill_postgres,
        "kill a backend": made.kill_backend,
        "kill Valkey": made.kill_valkey,
        "FLUSHALL": made.flush,
        "messages doubled": lambda: double(made),
        "Valkey hangs": made.hang_valkey,
        "connections ended": partial(sabotage.over, made.postgres.url, sabotage.end_connections),
        "connections used up": partial(sabotage.use_up_connections, made.postgres.url),
        "locks taken crosswise": partial(sabotage.over, made.postgres.url, sabotage.lock_crosswise),
        **{f"end {name}": partial(made.ask_to_end, name) for name in (*made.api, "work", "schedule")},
        **{name: partial(poison.drop, made.postgres.url, kind) for name, kind in poison.POISON.items()},
        "end worker": lambda: made.ask_to_end_below("work", "workers.process MONEY"),
    }


async def at_work(made: World, statement: str, paid: int = 3) -> None:
    """Waits until everything is up and so many payouts were paid."""
    connection = await asyncpg.connect(made.postgres.url)
    async with asyncio.timeout(90):
        while await connection.fetchval(statement) < paid:  # noqa: ASYNC110 - other processes pay
            await asyncio.sleep(0.1)
    await connection.close()


async def calm(made: World) -> tuple[float, int]:
    """Waits until every claim has come to its end; an administrator takes up what was given up.

    The seconds it took, and how often the administrator had to.
    """
    begun, taken_up = time.monotonic(), 0
    connection = await asyncpg.connect(made.postgres.url)
    async with database(made.postgres.url, pool=2):
        while await connection.fetchval(OPEN, MORTAL) and time.monotonic() - begun < CALM:
            dead = await connection.fetch(FALLEN)
            taken_up += len(dead)
            for row in dead:
                await operations.retry(row["id"], reason="machine", expected_version=None, actor=ADMIN, record=record)
            await asyncio.sleep(0.5)
            made.revive()
    await asyncio.sleep(3)  # jobs that only look after what is settled already
    await connection.close()
    return time.monotonic() - begun, taken_up


async def sealed(url: str) -> chain.Verdict:
    """What a walk over the whole audit finds once all of it is in the chain."""
    async with database(url, pool=2):
        await chain.seal()
        return await chain.verify()


def account(made: World, found: Found, waited: float, taken_up: int) -> None:
    """Says what was done and what came of it."""
    said = Counter(f"{line['what']} {line.get('code', '')}".strip() for line in found.told)
    paid = sum(each["state"] == "PAID" for each in found.claims)
    tell(f"{sum(made.done.values())} faults: {json.dumps(made.done)}")
    tell(f"{len(found.told)} lines of the clients: {json.dumps(said)}")
    tell(f"{len(found.claims)} claims, {paid} paid, {len(found.charges)} payments; calm after {waited:.0f} s")
    tell(f"{found.by_callback} payments were settled by the bank's own call")
    tell(f"{taken_up} jobs whose workers died three times were taken up by hand")


@pytest.fixture(scope="module")
def outcome() -> Found:
    """One run of everything, with what stood at its end."""
    tell(f"\nseed {SEED}, {SECONDS:.0f} s")
    with world(SEED) as made:
        asyncio.run(migrate(made.postgres.url))
        log, people = made.home / "told.jsonl", made.home / "people.json"
        asyncio.run(gather_people(made.postgres.url, COVERS, LASTING)).write(people)
        made.start_api()
        made.start("work", "-c", SUPERVISOR)
        made.start("schedule", "-m", "workers.schedule")
        made.start("client", "-m", "tests.faults.client", str(log), str(people), *made.api.values())
        asyncio.run(at_work(made, "SELECT count(*) FROM payout WHERE state = 'SETTLED'"))
        made.hurt(SECONDS, faults_of(made))
        made.wait_for_api()
        made.end("client")
        waited, taken_up = asyncio.run(calm(made))
        for name in ("work", "schedule", *made.api):
            made.end(name)
        until(lambda: not made.leftovers(), 40)  # killed supervisors take their workers along
        verdict = asyncio.run(sealed(made.postgres.url))
        found = asyncio.run(find(made.postgres.url, verdict, made.book(), read_log(log)))
        account(made, found, waited, taken_up)
        return found


def test_whatever_happens_every_claim_is_paid_once_and_no_acknowledged_change_is_lost(outcome: Found) -> None:
    assert len(outcome.charges) >= SECONDS / 2, "too little was done to say anything"
    found = violations(outcome)
    tell(f"breaks: {json.dumps(Counter(each[:2] for each in found))}")
    assert found[:20] == []


def test_the_bank_was_heard_when_it_called(outcome: Found) -> None:
    assert outcome.by_callback > 0


def test_nothing_that_was_broken_shows_as_a_fault_of_ours(outcome: Found) -> None:
    codes = {line["code"] for line in outcome.told if line.get("code")}
    assert "INTERNAL_SERVER_ERROR" not in codes, codes


def test_the_checker_sees_each_kind_of_break(outcome: Found) -> None:
    """Each is planted into what stood at the end of the run."""
    payout, *others = outcome.payouts
    claim, *more = outcome.claims
    number, minor = outcome.charges[0]
    told = next(line for line in outcome.told if line["what"] == "ok" and line["subject"] == claim["id"])
    key = told["subject"], told["action"]
    no = {**told, "request": "", "what": "refused", "code": "LIMIT"}
    undone = [{**line, "what": "absent"} if line is told else line for line in outcome.told]
    planted = {
        "I1 payout": replace(outcome, payouts=[*others, {**payout, "state": "SUBMITTED", "settled": None}]),
        "I1 claim": replace(outcome, claims=[*more, {**claim, "state": "PAYMENT_PENDING"}]),
        "I2": replace(outcome, charges=[*outcome.charges, ("another", 5)]),
        f"I2 the bank paid {number} 2": replace(outcome, charges=[*outcome.charges, (number, minor)]),
        "I2 payout": replace(outcome, payouts=[*others, {**payout, "amount_minor": payout["amount_minor"] + 1}]),
        "I3": replace(outcome, posted=outcome.posted[1:]),
        "I4 claim:report": replace(outcome, claims=more),
        f"I4 {key[1]} of {key[0]} stands 0": replace(outcome, entries={**outcome.entries, key: 0}),
        f"I4 {key[1]} of {key[0]} stands 2": replace(outcome, entries={**outcome.entries, key: 2}),
        f"I4 {key[1]} of {key[0]} was refused": replace(outcome, told=[*outcome.told, no]),
        f"I4 {key[1]} of {key[0]} stands 1": replace(outcome, told=undone),
        "I4 nobody asked": replace(outcome, told=[line for line in outcome.told if line["subject"] != claim["id"]]),
        f"I4 claim {claim['id']} is not whole": replace(outcome, claims=[*more, {**claim, "lines": 1}]),
        f"I4 payout {payout['id']} is not whole": replace(outcome, payouts=[*others, {**payout, "granted": 0}]),
        f"I4 {key[1]} of {key[0]} was ack": replace(outcome, claims=[*more, {**claim, "version": 0}]),
        "I5": replace(outcome, stuck=[{"id": "x", "kind": "payouts.execute", "state": "PARKED"}]),
        "I5 poison": replace(outcome, poison=[{"id": "x", "kind": "faults.crash", "state": "AVAILABLE", "crashes": 1}]),
        "I6 payout": replace(outcome, entries={}),
        f"I6 request {told['request']} was told as ok": replace(outcome, requests={}),
        f"I6 request {told['request']} was told as absent": replace(outcome, told=undone),
        "I6 of": replace(outcome, chain=replace(outcome.chain, broken_at=5)),
        "I7": replace(outcome, given_up=[{"id": "x", "kind": "payouts.execute"}]),
    }
    for name, broken in planted.items():
        assert any(each.startswith(name) for each in violations(broken)), name


def test_the_usual_way_loses_payouts_and_pays_twice_and_the_harness_sees_it() -> None:
    with world(SEED) as made:
        log = made.home / "told.jsonl"
        asyncio.run(_run(made, naive.TABLE))
        made.start("work", "-m", "tests.faults.naive", "work")
        made.start("client", "-m", "tests.faults.naive", "client", str(log))
        asyncio.run(at_work(made, "SELECT count(*) FROM naive_payout WHERE paid", 40))
        faults: dict[str, Callable[[], None]] = {
            "kill client": lambda: made.kill("client"),
            "kill worker": lambda: made.kill("work"),
            "kill Valkey": made.kill_valkey,
            "FLUSHALL": made.flush,
        }
        made.hurt(min(SECONDS, 20), faults)
        made.end("client")
        time.sleep(15)  # far beyond its retries and the look after dead workers
        rows = asyncio.run(_rows(made))
        found = list(naive.violations(rows, made.book()))
        never, twice = sum("never" in each for each in found), sum("times" in each for each in found)
        tell(f"\nthe usual way: {len(rows)} approved, {never} never paid, {twice} paid more than once")
        assert never > 0
        assert twice > 0


async def _run(made: World, statement: str) -> None:
    connection = await asyncpg.connect(made.postgres.url)
    await connection.execute(statement)
    await connection.close()


async def _rows(made: World) -> list[dict[str, Any]]:
    connection = await asyncpg.connect(made.postgres.url)
    rows = await connection.fetch("SELECT id, paid FROM naive_payout")
    await connection.close()
    return [dict(row) for row in rows]
