"""Kills, outages and lost replies: every approved payout is paid once, whatever happens; and the harness can tell.

`AFTERCARE_FAULTS_SECONDS` says how long things are broken (20 by default), `AFTERCARE_FAULTS_SEED` repeats a run.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import asyncpg
import pytest

from domain.audit.entries import record
from domain.connections import database
from domain.jobs import operations
from domain.jobs.relaying import Ticket
from domain.jobs.terms import Queue
from domain.kernel.actor import Actor, Role
from domain.kernel.ids import new_id
from domain.migrating import migrate
from tests.factories.insured import staff
from tests.factories.payouts import approver, customer_with_account
from tests.faults import naive
from tests.faults.checking import Found, find, violations
from tests.faults.client import People
from tests.faults.world import World, read_log, world
from tests.jobs.processes import until
from workers.broker import open_broker

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults")]

SECONDS = float(os.environ.get("AFTERCARE_FAULTS_SECONDS", "20"))
SEED = int(os.environ.get("AFTERCARE_FAULTS_SEED", random.SystemRandom().randrange(1_000_000)))
CALM = 150  # seconds in which everything must have come to its end
SETTLED = "SELECT count(*) FROM payout WHERE state IN ('APPROVED', 'SUBMITTED', 'UNKNOWN')"
SENT = "SELECT id, fence FROM job WHERE queue = 'MONEY' AND fence > 0 ORDER BY id DESC LIMIT 60"
ADMIN = Actor(frozenset({Role.ADMIN}), staff_id=new_id())
SUPERVISOR = (
    "from domain.jobs.terms import Queue; from workers.supervisor import run; "
    "run((Queue.MONEY, Queue.BULK), 'tests.faults.handlers')"
)


def tell(sentence: str) -> None:
    """Says how a run went: it is a measurement, too."""
    sys.stdout.write(f"{sentence}\n")


async def people(url: str) -> People:
    """A customer with an account, and the staff around the payouts."""
    async with database(url):
        members = {
            "decider": await staff(Role.CLAIMS_MANAGER),
            "maker": await staff(Role.FINANCE),
            "approver": await approver(),
        }
        customer = await customer_with_account()
    return People(customer=str(customer), **{name: str(each.staff_id) for name, each in members.items()})


async def under_way(url: str) -> list[Ticket]:
    """The tickets of all jobs that are with the broker or a worker, and of some that were."""
    connection = await asyncpg.connect(url, timeout=3)
    rows = await connection.fetch(SENT)
    await connection.close()
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
        "kill client": lambda: made.kill("client"),
        "kill worker": lambda: made.kill_below("work", "workers.process MONEY"),
        "kill relay": lambda: made.kill_below("work", "workers.relay"),
        "kill supervisor": lambda: made.kill("work"),
        "kill scheduler": lambda: made.kill("schedule"),
        "kill PostgreSQL": made.kill_postgres,
        "kill Valkey": made.kill_valkey,
        "FLUSHALL": made.flush,
        "messages doubled": lambda: double(made),
    }


async def at_work(made: World, statement: str, paid: int = 3) -> None:
    """Waits until everything is up and so many payouts were paid."""
    connection = await asyncpg.connect(made.postgres.url)
    async with asyncio.timeout(90):
        while await connection.fetchval(statement) < paid:  # noqa: ASYNC110 - other processes pay
            await asyncio.sleep(0.1)
    await connection.close()


async def calm(made: World) -> float:
    """Waits until every approved payout has come to its end; an administrator takes up what was given up."""
    begun = time.monotonic()
    connection = await asyncpg.connect(made.postgres.url)
    async with database(made.postgres.url, pool=2):
        while await connection.fetchval(SETTLED) and time.monotonic() - begun < CALM:
            dead = await connection.fetch("SELECT id FROM job WHERE state = 'DEAD' AND error_code = 'WORKER_LOST'")
            for row in dead:
                await operations.retry(row["id"], reason="machine", expected_version=None, actor=ADMIN, record=record)
            await asyncio.sleep(0.5)
            made.revive()
    await asyncio.sleep(3)  # jobs that only look after what is settled already
    await connection.close()
    return time.monotonic() - begun


@pytest.fixture(scope="module")
def outcome() -> Found:
    """One run of everything, with what stood at its end."""
    tell(f"\nseed {SEED}, {SECONDS:.0f} s")
    with world(SEED) as made:
        asyncio.run(migrate(made.postgres.url))
        who = json.dumps(asdict(asyncio.run(people(made.postgres.url))))
        log = made.home / "told.jsonl"
        made.start("work", "-c", SUPERVISOR)
        made.start("schedule", "-m", "workers.schedule")
        made.start("client", "-m", "tests.faults.client", str(log), who)
        asyncio.run(at_work(made, "SELECT count(*) FROM payout WHERE state = 'SETTLED'"))
        made.hurt(SECONDS, faults_of(made))
        made.end("client")
        waited = asyncio.run(calm(made))
        made.end("work")
        made.end("schedule")
        until(lambda: not made.leftovers(), 40)  # killed supervisors take their workers along
        found = asyncio.run(find(made.postgres.url, made.book(), read_log(log)))
        approved = sum(1 for each in found.payouts if each["approved"])
        tell(f"{sum(made.done.values())} faults: {json.dumps(made.done)}")
        tell(f"{approved} payouts approved, {len(found.charges)} paid by the bank; calm after {waited:.0f} s")
        return found


def test_whatever_happens_every_approved_payout_is_paid_once(outcome: Found) -> None:
    assert len(outcome.charges) >= min(20, SECONDS)
    assert violations(outcome) == []


def first(outcome: Found) -> dict[str, Any]:
    """A payout that was settled."""
    return dict(next(each for each in outcome.payouts if each["settled"]))


def test_the_checker_sees_each_kind_of_break(outcome: Found) -> None:
    """Each is planted into what stood at the end of the run."""
    payout, others = first(outcome), list(outcome.payouts)
    others.remove(next(each for each in outcome.payouts if each["id"] == payout["id"]))
    number, minor = outcome.charges[0]
    planted = {
        "I1": replace(outcome, payouts=[*others, payout | {"state": "SUBMITTED", "settled": None}]),
        "I2": replace(outcome, charges=[*outcome.charges, ("another", 5)]),
        "I3": replace(outcome, posted=outcome.posted[1:]),
        "I4": replace(outcome, payouts=others),
        "I5": replace(outcome, stuck=[{"id": "x", "kind": "payouts.execute", "state": "PARKED"}]),
        "I6": replace(outcome, entries={}),
        "I7": replace(outcome, given_up=[{"id": "x", "kind": "payouts.execute"}]),
    }
    for name, broken in planted.items():
        assert any(each.startswith(name) for each in violations(broken)), name
    twice = replace(outcome, charges=[*outcome.charges, (number, minor)])
    assert f"I2 the bank paid {number} 2 times" in violations(twice)
    lost = replace(outcome, payouts=[*others, payout | {"approved": False}])
    assert any("I4 approve" in each for each in violations(lost))


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
