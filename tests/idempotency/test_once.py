"""A request is carried out once for its key, in one commit with it; what is kept is what came of it."""

from __future__ import annotations

import asyncio
import hashlib
import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from domain.idempotency.jobs import PurgeRequestKeys
from domain.idempotency.models import IdempotencyKey
from domain.idempotency.once import KEPT, keep_refusals, once, purge
from domain.idempotency.refusals import IdempotencyKeyReused, RequestUnderWay
from domain.idempotency.terms import Outcome, RequestKey
from domain.jobs.execution import Ending
from domain.jobs.queue import enqueue
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import OutcomeUnknown, fetch, transaction
from domain.kernel.ids import new_id
from domain.kernel.retries import retrying
from domain.partners.models import Partner
from domain.partners.terms import PartnerKind
from tests.factories.working import work_off
from tests.kernel.test_database import end_own_connection
from workers.schedule import TABLE

pytestmark = pytest.mark.usefixtures("database")
REFUSALS = ({"en": {"code": "LIMIT"}, "zh": {"code": "LIMIT"}},)


def named(text: str = "k-1", *, payload: bytes = b"", actor: str = "staff:1", operation: str = "add") -> RequestKey:
    return RequestKey(actor, operation, text, hashlib.sha256(payload).digest())


async def add_partner() -> UUID:
    """A verb that makes a row each time."""
    async with transaction():
        row = await Partner.create(code=new_id().hex[-12:], name="Shop", kind=PartnerKind.MAKER, commission_rate=0)
    return row.id


def ids_of(made: UUID | Outcome) -> dict[str, UUID | None]:
    assert isinstance(made, UUID)
    return {"partner": made, "other": None}


async def ask(key: RequestKey, verb: Callable[[], Awaitable[UUID]] = add_partner) -> UUID | Outcome:
    return await once(key, verb, ids_of)


async def test_the_second_time_nothing_is_done_and_the_first_outcome_is_told() -> None:
    made = await ask(named())
    for _ in range(3):
        assert await ask(named()) == Outcome(ids_of(made))
    assert await Partner.all().count() == await IdempotencyKey.all().count() == 1


async def test_a_key_counts_for_its_actor_and_operation() -> None:
    keys = [named(), named("k-2"), named(actor="staff:2"), named(operation="partnerSuspend")]
    assert all([isinstance(await ask(each), UUID) for each in keys])
    assert all([isinstance(await ask(each), Outcome) for each in keys])
    assert await Partner.all().count() == len(keys)


async def test_another_payload_is_refused_with_the_instant_of_the_first() -> None:
    with clock.at(clock.now() - timedelta(hours=5)):
        await ask(named(payload=b"1"))
    row = await IdempotencyKey.get()
    for attempt in (ask(named(payload=b"2")), keep_refusals(named(payload=b"2"), REFUSALS)):
        with pytest.raises(IdempotencyKeyReused) as refused:
            await attempt
        assert refused.value.first_seen_at == row.created_at
    assert await Partner.all().count() == 1


async def test_the_key_is_not_seen_before_the_change_and_both_are_undone_together(database: str) -> None:
    async def doubtful() -> UUID:
        made = await add_partner()
        connection = await asyncpg.connect(database)
        assert await connection.fetchval("SELECT count(*) FROM idempotency_key") == 0
        assert await connection.fetchval("SELECT count(*) FROM partner") == 0
        await connection.close()
        if fails:
            raise ValueError("no")
        return made

    fails = True
    with pytest.raises(ValueError, match="no"):
        await ask(named(), doubtful)
    assert await Partner.all().count() == await IdempotencyKey.all().count() == 0
    fails = False
    assert isinstance(await ask(named(), doubtful), UUID)
    assert await Partner.all().count() == await IdempotencyKey.all().count() == 1


async def test_while_the_first_is_under_way_the_same_key_waits_and_others_do_not() -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> UUID:
        made = await add_partner()
        begun.set()
        await go_on.wait()
        return made

    first = asyncio.create_task(ask(named(), slow))
    await begun.wait()
    for attempt in (ask(named()), ask(named(payload=b"2")), keep_refusals(named(), REFUSALS)):
        with pytest.raises(RequestUnderWay):
            await attempt
    assert isinstance(await ask(named("k-2")), UUID)
    go_on.set()
    made = await first
    assert await ask(named()) == Outcome(ids_of(made))
    assert await Partner.all().count() == 2


async def test_a_key_whose_carrier_died_is_free_at_once(database: str) -> None:
    async def dying() -> UUID:
        made = await add_partner()
        await end_own_connection(database)
        return made

    with pytest.raises(ConnectionError):
        await ask(named(), dying)
    assert isinstance(await ask(named()), UUID)
    assert await Partner.all().count() == 1


async def test_a_lost_connection_is_tried_again_as_a_whole(database: str) -> None:
    attempts = 0

    async def unlucky() -> UUID:
        nonlocal attempts
        attempts += 1
        made = await add_partner()
        if attempts < 3:
            await end_own_connection(database)
        return made

    assert isinstance(await retrying(lambda: ask(named(), unlucky)), UUID)
    assert attempts == 3
    assert await Partner.all().count() == await IdempotencyKey.all().count() == 1


LOSING = """
CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';
CREATE CONSTRAINT TRIGGER lose AFTER INSERT ON idempotency_key DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION lose()
"""


async def test_a_commit_that_was_lost_is_unknown_and_the_key_tells_what_became_of_it(database: str) -> None:
    connection = await asyncpg.connect(database)
    await connection.execute(LOSING)
    try:
        with pytest.raises(OutcomeUnknown):
            await ask(named())
    finally:
        await connection.execute("DROP TRIGGER lose ON idempotency_key; DROP FUNCTION lose()")
        await connection.close()
    assert await Partner.all().count() == 0
    assert isinstance(await ask(named()), UUID)


async def test_refusals_are_kept_for_the_next_time() -> None:
    assert await keep_refusals(named(), REFUSALS) is None
    assert await ask(named()) == await keep_refusals(named(), ()) == Outcome({}, REFUSALS)
    assert await Partner.all().count() == 0
    assert await IdempotencyKey.all().count() == 1


async def test_what_was_carried_out_meanwhile_is_told_in_place_of_a_refusal() -> None:
    made = await ask(named())
    assert await keep_refusals(named(), REFUSALS) == Outcome(ids_of(made))


async def test_keys_older_than_three_days_are_forgotten_save_those_of_money() -> None:
    now = clock.now()
    for name, age in (("old", KEPT + timedelta(minutes=1)), ("young", KEPT - timedelta(minutes=1))):
        with clock.at(now - age):
            await ask(named(name))
            await ask(replace(named(f"{name}-money"), for_ever=True))
    assert timedelta(hours=72) == KEPT
    assert await purge() == 1
    assert {row.key for row in await IdempotencyKey.all()} == {"young", "old-money", "young-money"}
    assert isinstance(await ask(named("old")), UUID)
    assert isinstance(await ask(replace(named("old-money"), for_ever=True)), Outcome)


async def test_old_keys_are_forgotten_by_a_job_of_every_hour_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.idempotency.once.BATCH", 2)
    with clock.at(clock.now() - timedelta(days=4)):
        for number in range(5):
            await ask(named(f"k-{number}"))
    async with transaction():
        await enqueue(PurgeRequestKeys(), actor=Actor.system("schedule"))
    assert await work_off("idempotency.purge") == [Ending.ENDED]
    assert await IdempotencyKey.all().count() == 0
    (line,) = [each for each in TABLE if each.work == PurgeRequestKeys()]
    assert line.cron == "35 * * * *"


async def test_the_purge_walks_an_index_past_those_kept_for_ever() -> None:
    async with transaction():
        await fetch(
            """INSERT INTO idempotency_key (id, actor, operation, key, payload_hash, outcome, for_ever, created_at)
            SELECT gen_random_uuid(), 'staff:1', 'x', n::text, sha256('x'), '{}', n % 100 > 0,
              now() - n * interval '1 minute' FROM generate_series(1, 20000) AS n"""
        )
        await fetch("ANALYZE idempotency_key")
        plan = await fetch(
            """EXPLAIN SELECT id FROM idempotency_key
            WHERE NOT for_ever AND created_at < now() - interval '3 days' LIMIT 9"""
        )
    assert "idempotency_key_age" in str(plan)


@pytest.mark.parametrize("seed", range(3))
async def test_however_clients_repeat_themselves_there_is_one_change_for_each_key(seed: int) -> None:
    chance = random.Random(seed)
    asked: set[tuple[str, str]] = set()

    async def client(actor: str, keys: list[str]) -> None:
        for key in keys:
            asked.add((actor, key))
            await asyncio.sleep(chance.random() * 0.01)
            try:
                await retrying(lambda key=key: ask(named(key, actor=actor)))  # type: ignore[misc]
            except RequestUnderWay:
                keys.append(key)

    clients = [
        client(f"staff:{each % 3}", [f"k-{chance.randrange(6)}" for _ in range(12)]) for each in range(9)
    ]
    await asyncio.gather(*clients)
    assert await Partner.all().count() == await IdempotencyKey.all().count() == len(asked)
