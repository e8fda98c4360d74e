"""The usual way, to be held against ours: commit, then send; the worker pays, then marks the payout as paid.

With the best that Dramatiq's broker can be set to: a dead worker's messages are found after three seconds, and failed
ones tried again. `python -m tests.faults.naive client LOG` approves payouts, `… work` pays them.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import dramatiq
import httpx
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import AsyncIO, Retries
from redis.exceptions import RedisError

from domain.kernel.money import Currency, Money
from domain.kernel.settings import settings
from domain.payouts.bank import BankError
from gateways.bank import HttpBank
from tests.faults.asking import Log
from workers.broker import connect

TABLE = "CREATE TABLE IF NOT EXISTS naive_payout (id uuid PRIMARY KEY, minor bigint NOT NULL, paid bool NOT NULL)"
CALLERS = 4
PACE = 0.35  # seconds between two payouts of one of the callers
RETRIES = Retries(max_retries=20, min_backoff=500, max_backoff=2000)


def broker() -> RedisBroker:
    """Dramatiq's own broker."""
    return RedisBroker(  # type: ignore[no-untyped-call]  # Dramatiq leaves its broker untyped
        client=connect(settings().redis_url),
        middleware=[AsyncIO(), RETRIES],
        namespace="naive",
        heartbeat_timeout=3000,
        maintenance_chance=1_000_000,
    )


async def pay(payout_id: str) -> None:
    """Pays what is not paid yet."""
    connection = await asyncpg.connect(settings().database_url)
    bank = HttpBank(settings().bank_url, settings().bank_secret.get_secret_value(), httpx.Timeout(1.5))
    try:
        row = await connection.fetchrow("SELECT minor, paid FROM naive_payout WHERE id = $1", UUID(payout_id))
        if row is None or row["paid"]:
            return
        await bank.pay(uuid4().hex, Money(row["minor"], Currency.CNY), "6222020200112233446", payout_id)
        await connection.execute("UPDATE naive_payout SET paid = true WHERE id = $1", UUID(payout_id))
    except BankError as lost:
        raise RuntimeError(type(lost).__name__) from None
    finally:
        await bank.close()
        await connection.close()


def declare(opened: RedisBroker) -> dramatiq.Actor[Any, Any]:
    """The actor that pays."""
    return dramatiq.actor(actor_name="pay", queue_name="pay", broker=opened)(pay)


def work() -> None:
    """Pays until it is killed."""
    opened = broker()
    declare(opened)
    worker = dramatiq.Worker(opened, worker_timeout=50, worker_threads=4)
    opened.emit_after("process_boot")
    worker.start()
    while True:
        time.sleep(1)


async def call(log: Log) -> None:
    """One caller, for ever: commits, is acknowledged, and sends."""
    actor = declare(broker())
    while True:
        payout_id = uuid4()
        try:
            connection = await asyncpg.connect(settings().database_url)
            minor = random.randrange(100, 400_000)
            await connection.execute("INSERT INTO naive_payout VALUES ($1, $2, false)", payout_id, minor)
            await connection.close()
            log.write("ok", "approve", payout_id, minor=minor)
            actor.send(str(payout_id))
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, RedisError) as lost:
            log.write("lost", "approve", payout_id, error=type(lost).__name__)
        await asyncio.sleep(PACE * random.uniform(0.5, 1.5))


async def clients(path: Path) -> None:
    """All callers."""
    await asyncio.gather(*(call(Log(path)) for _ in range(CALLERS)))


def violations(rows: Sequence[Mapping[str, Any]], book: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Payouts that the bank never paid, or paid more than once: what I1 and I2 ask of ours."""
    paid = [str(each["name"]) for each in book if each["status"] == "SETTLED"]
    for row in rows:
        times = paid.count(str(row["id"]))
        if times == 0:
            yield f"I1 payout {row['id']} was approved and never paid"
        elif times > 1:
            yield f"I2 payout {row['id']} was paid {times} times"


if __name__ == "__main__":
    if sys.argv[1] == "work":
        work()
    else:
        asyncio.run(clients(Path(sys.argv[2])))
