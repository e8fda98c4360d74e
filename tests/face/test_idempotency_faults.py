"""Keys under pressure: many requests at once, faults of ours, and commits whose word was lost."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from domain.complaints.models import Complaint
from domain.idempotency.models import IdempotencyKey
from domain.kernel.actor import Actor, Role
from domain.kernel.ids import public_id
from domain.partners.models import Partner
from domain.payouts.models import Payout, PayoutApproval, PayoutAttempt
from tests.face.conftest import Face, untouched
from tests.face.keyed import ask, keyed, replayed
from tests.face.test_idempotency import AGREE, COMPLAIN, complaint
from tests.face.test_outages import UNREADABLE, hang_up, operator
from tests.face.test_payloads import of
from tests.factories.claims import claim_approved, claim_awaiting_decision
from tests.factories.insured import staff
from tests.factories.payouts import payout_ready

WAITING = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'SyncRep'"
LOSING = """
CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';
CREATE CONSTRAINT TRIGGER lose AFTER INSERT ON idempotency_key DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION lose()
"""


def codes(answer: Any) -> list[str]:
    """Why the mutation was refused."""
    return [error["code"] for error in answer["data"]["it"]["errors"]]


async def until_answered(face: Face, text: str, actor: Actor, **variables: Any) -> Any:
    """The answer once nobody else is at it."""
    while True:
        answer = await ask(face, text, actor, **variables)
        if codes(answer) != ["REQUEST_UNDER_WAY"]:
            return answer
        assert answer["data"]["it"]["errors"][0]["firstSeenAt"] is None
        await asyncio.sleep(0.01)


async def some(connection: asyncpg.Connection, statement: str) -> list[asyncpg.Record]:
    """The rows of a statement once it has any."""
    for _ in range(1_000):
        if rows := await connection.fetch(statement):
            return list(rows)
        await asyncio.sleep(0.01)
    raise AssertionError(statement)


async def at_once(face: Face, text: str, actor: Actor, **variables: Any) -> Counter[str]:
    """How ten equal requests at the same time ended."""
    answers = await asyncio.gather(*(ask(face, text, actor, key="k-1", **variables) for _ in range(10)))
    return Counter("replayed" if replayed(each) else "".join(codes(each)) or "done" for each in answers)


async def test_of_ten_at_once_one_is_carried_out(face: Face) -> None:
    service, given = await complaint()
    ended = await at_once(face, COMPLAIN, service, input=given)
    assert ended["done"] == 1
    assert set(ended) <= {"done", "replayed", "REQUEST_UNDER_WAY"}
    assert sum(ended.values()) == 10
    assert await Complaint.all().count() == await IdempotencyKey.all().count() == 1


async def test_a_payout_is_requested_and_released_once(face: Face) -> None:
    case, payment = await claim_approved(), await payout_ready()
    ended = await at_once(face, AGREE, case.customer, input=of(case))
    assert (ended["done"], set(ended) <= {"done", "replayed", "REQUEST_UNDER_WAY"}) == (1, True)
    assert await Payout.filter(subject_id=case.claim.id).count() == 1
    released = keyed("payoutApprove", "payout {state}")
    given = {"payoutId": public_id("pay", payment.payout.id), "expectedVersion": payment.payout.version}
    ended = await at_once(face, released, payment.approvers[0], input=given)
    assert (ended["done"], set(ended) <= {"done", "replayed", "REQUEST_UNDER_WAY"}) == (1, True)
    assert await PayoutApproval.filter(payout_id=payment.payout.id).count() == 1
    assert await PayoutAttempt.filter(payout_id=payment.payout.id).count() == 1


async def test_of_ten_refused_at_once_all_are_told_the_same(face: Face) -> None:
    case = await claim_awaiting_decision(limit="1.00")
    approve = keyed("claimApprove")
    ended = await at_once(face, approve, case.handler, input=of(case))
    assert set(ended) <= {"LIMIT", "replayed", "REQUEST_UNDER_WAY"}
    assert await IdempotencyKey.all().count() <= 1
    answer = await ask(face, approve, case.handler, input=of(case), key="k-1")
    assert codes(answer) == ["LIMIT"]
    assert await IdempotencyKey.all().count() == 1


async def test_the_first_one_still_at_work_is_told_as_a_conflict(face: Face, database_url: str) -> None:
    case = await claim_approved()
    async with operator(database_url) as holder, holder.transaction():
        await holder.execute("SELECT FROM claim WHERE id = $1 FOR UPDATE", case.claim.id)
        first = asyncio.create_task(ask(face, AGREE, case.customer, input=of(case), key="k-1"))
        await some(holder, "SELECT FROM pg_locks WHERE NOT granted")
        second = await ask(face, AGREE, case.customer, input=of(case), key="k-1")
        chinese = await ask(face, AGREE, case.customer, input=of(case), key="k-1", language="zh")
    (error,) = second["data"]["it"]["errors"]
    assert error == {
        "__typename": "IdempotencyError", "code": "REQUEST_UNDER_WAY", "path": None, "firstSeenAt": None,
        "message": "The first request of this key is still under way; ask again in a moment.",
    }  # fmt: skip
    assert chinese["data"]["it"]["errors"][0]["message"] == "同一幂等键的请求正在处理中，请稍后重试。"
    assert codes(await first) == []
    assert replayed(await ask(face, AGREE, case.customer, input=of(case), key="k-1")) == ["it"]


@pytest.mark.parametrize("seed", range(2))
async def test_however_clients_repeat_themselves_there_is_one_row_for_each_key(face: Face, seed: int) -> None:
    chance, (_, given) = random.Random(seed), await complaint()
    people = [await staff(Role.CUSTOMER_SERVICE) for _ in range(2)]
    asked: set[tuple[str, str]] = set()

    async def client(actor: Actor, keys: list[str]) -> None:
        for key in keys:
            asked.add((actor.label, key))
            await asyncio.sleep(chance.random() * 0.02)
            answer = await until_answered(face, COMPLAIN, actor, input=given | {"description": key}, key=key)
            assert codes(answer) == []

    plans = [[f"k-{chance.randrange(5)}" for _ in range(8)] for _ in range(6)]
    await asyncio.gather(*(client(people[number % 2], keys) for number, keys in enumerate(plans)))
    assert await Complaint.all().count() == await IdempotencyKey.all().count() == len(asked)
    assert Counter([row.description for row in await Complaint.all()]) == Counter([key for _, key in asked])


async def test_a_fault_of_ours_keeps_nothing_and_the_key_is_good_again(face: Face, database_url: str) -> None:
    sales = await staff(Role.SALES)
    introduce = keyed("partnerIntroduce", "partner {code}")
    given = {"code": "X", "name": "X", "kind": "MAKER", "commissionRate": "0"}
    async with operator(database_url) as saboteur:
        await saboteur.execute("ALTER TABLE partner RENAME COLUMN commission_rate TO gone")
        try:
            answer = await ask(face, introduce, sales, input=given, key="k-1")
        finally:
            await saboteur.execute("ALTER TABLE partner RENAME COLUMN gone TO commission_rate")
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["INTERNAL_SERVER_ERROR"]
    assert await IdempotencyKey.all().count() == await Partner.all().count() == 0
    again = await ask(face, introduce, sales, input=given, key="k-1")
    assert (replayed(again), again["data"]["it"]["partner"]) == ([], {"code": "X"})


async def test_a_key_that_cannot_be_kept_undoes_the_change(face: Face, database_url: str) -> None:
    service, given = await complaint()
    async with operator(database_url) as saboteur:
        await saboteur.execute("ALTER TABLE idempotency_key ADD CONSTRAINT broken CHECK (key <> 'k-1')")
        try:
            async with untouched():
                answer = await ask(face, COMPLAIN, service, input=given, key="k-1")
        finally:
            await saboteur.execute("ALTER TABLE idempotency_key DROP CONSTRAINT broken")
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["INTERNAL_SERVER_ERROR"]
    assert answer["data"]["it"] is None


async def test_a_row_that_stays_locked_keeps_nothing(face: Face, database_url: str) -> None:
    case = await claim_approved()
    async with operator(database_url) as holder, holder.transaction(), untouched():
        await holder.execute("SELECT FROM claim WHERE id = $1 FOR UPDATE", case.claim.id)
        answer = await ask(face, AGREE, case.customer, input=of(case), key="k-1")
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["SERVICE_UNAVAILABLE"]
    assert codes(await ask(face, AGREE, case.customer, input=of(case), key="k-1")) == []


async def test_connections_that_were_lost_are_replaced(face: Face, database_url: str) -> None:
    service, given = await complaint()
    async with operator(database_url) as connection:
        assert await hang_up(connection) > 0
        assert codes(await ask(face, COMPLAIN, service, input=given, key="k-1")) == []
        assert await hang_up(connection) > 0
    assert replayed(await ask(face, COMPLAIN, service, input=given, key="k-1")) == ["it"]
    assert await Complaint.all().count() == 1


async def test_a_commit_lost_before_it_stood_is_unknown_and_the_key_makes_the_change(
    face: Face, database_url: str
) -> None:
    service, given = await complaint()
    async with operator(database_url) as saboteur:
        await saboteur.execute(LOSING)
        try:
            lost = await ask(face, COMPLAIN, service, input=given, key="k-1")
        finally:
            await saboteur.execute("DROP TRIGGER lose ON idempotency_key; DROP FUNCTION lose()")
    assert codes(lost) == ["OUTCOME_UNKNOWN"]
    assert await Complaint.all().count() == 0
    again = await ask(face, COMPLAIN, service, input=given, key="k-1")
    assert (replayed(again), codes(again)) == ([], [])
    assert await Complaint.all().count() == 1


@asynccontextmanager
async def standby_that_never_answers(connection: asyncpg.Connection) -> AsyncIterator[None]:
    """Every commit of this database stands, and waits to be told so."""
    name = await connection.fetchval("SELECT current_database()")
    await connection.execute(f"ALTER ROLE CURRENT_USER IN DATABASE {name} SET synchronous_commit = on")
    await connection.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
    await connection.execute("SELECT pg_reload_conf()")
    await hang_up(connection)  # so that new connections begin with it
    try:
        yield
    finally:
        await connection.execute("ALTER SYSTEM RESET synchronous_standby_names")
        await connection.execute("SELECT pg_reload_conf()")
        await connection.execute(f"ALTER ROLE CURRENT_USER IN DATABASE {name} RESET synchronous_commit")


@pytest.mark.faults  # for a moment it stops every commit of the server, so it runs beside no other test
async def test_a_commit_that_stands_and_lost_its_word_is_unknown_and_the_key_tells_it(
    face: Face, database_url: str
) -> None:
    case = await claim_approved()
    async with operator(database_url) as killer:
        async with standby_that_never_answers(killer):
            asked = asyncio.create_task(ask(face, AGREE, case.customer, input=of(case), key="k-1"))
            waiting = await some(killer, WAITING)
            during = await ask(face, AGREE, case.customer, input=of(case), key="k-1")
            for row in waiting:
                await killer.execute("SELECT pg_terminate_backend($1, 2000)", row["pid"])
            lost = await asked
        assert (codes(during), codes(lost)) == (["REQUEST_UNDER_WAY"], ["OUTCOME_UNKNOWN"])
        assert await killer.fetchval("SELECT state FROM claim WHERE id = $1", case.claim.id) == "PAYMENT_PENDING"
        again = await ask(face, AGREE, case.customer, input=of(case), key="k-1")
        assert (replayed(again), codes(again)) == (["it"], [])
        assert again["data"]["it"]["claim"] == {"state": "PAYMENT_PENDING", "payouts": [{"state": "DRAFT"}]}
        assert await killer.fetchval("SELECT count(*) FROM payout") == 1


async def test_a_change_that_could_not_be_shown_is_shown_by_its_key(face: Face, database_url: str) -> None:
    case = await claim_approved()
    shown = keyed("claimAgree", "claim {state documents {kind}}")
    async with operator(database_url) as holder, operator(database_url) as killer, holder.transaction():
        await holder.execute("LOCK TABLE claim_document IN ACCESS EXCLUSIVE MODE")
        asked = asyncio.create_task(ask(face, shown, case.customer, input=of(case), key="k-1"))
        while not asked.done():
            await killer.execute(UNREADABLE)
            await asyncio.sleep(0.01)
    assert [error["extensions"]["code"] for error in (await asked)["errors"]] == ["OUTCOME_UNKNOWN"]
    again = await ask(face, shown, case.customer, input=of(case), key="k-1")
    assert (replayed(again), codes(again)) == (["it"], [])
    assert again["data"]["it"]["claim"] == {"state": "PAYMENT_PENDING", "documents": []}
