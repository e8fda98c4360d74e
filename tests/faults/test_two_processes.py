"""Two processes of the API over one database: decisions at the same time are one decision, and no answer is a lie."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from domain.kernel.ids import any_id
from domain.migrating import migrate
from tests.faults.asking import Api, Became, Log
from tests.faults.client import LARGE, Caller, Step, Walk
from tests.faults.people import People, gather_people
from tests.faults.world import World, world

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults")]

TIMES = 8
COUNTS = """
SELECT (SELECT count(*) FROM audit_entry WHERE subject_id = $1 AND action = $2) AS entries,
  (SELECT decision_no FROM claim WHERE id = $1) AS decision_no,
  (SELECT count(*) FROM notification WHERE subject_id = $1 AND template = 'CLAIM_APPROVED') AS notices,
  (SELECT count(*) FROM payout WHERE subject_id = $1) AS payouts,
  (SELECT count(*) FROM payout_approval WHERE payout_id = $1) AS approvals,
  (SELECT count(*) FROM job WHERE subject_id = $1 AND kind = 'payouts.execute') AS jobs
"""
WAITS_FOR_STANDBY = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'"


@dataclass
class Office:
    """Everybody, with both processes at hand."""

    made: World
    people: People
    connection: asyncpg.Connection
    api: Api
    dice: random.Random

    def walk(self, *, large: bool) -> Walk:
        """A claim to be brought in, under a policy of its own."""
        cover = next(each for each in self.people.covers if (each.price > LARGE) is large)
        self.people.covers.remove(cover)  # type: ignore[attr-defined]  # a list
        return Walk(cover, LARGE + 1_000 if large else 1_000, self.people.handlers[0], self.people)

    async def bring(self, walk: Walk, until: str) -> tuple[Mapping[str, Any], Step]:
        """A claim brought to where a change comes next, and that change."""
        caller, seen = Caller(self.api, self.people, iter(()), self.dice, asyncio.Event()), None
        while (step := walk.next_step(seen)) is None or step.name != until:
            assert step is not None
            became = await self.api.change(step.name, step.token, step.subject, step.given)
            assert became.what == "ok", became
            seen = await caller.look(walk)
        assert seen is not None
        return seen, step

    async def both(self, step: Step, other: str | None = None) -> list[Became]:
        """What becomes of one change that is asked for at both processes at once, by one person or by two."""
        tokens = (step.token, other or step.token)
        asked = (self.api.change(step.name, tokens[at], step.subject, step.given, at) for at in (0, 1))
        return sorted(await asyncio.gather(*asked), key=lambda became: became.what)

    async def counts(self, row_id: str, action: str) -> Mapping[str, int]:
        """How often things stand for a claim or a payout."""
        return dict(await self.connection.fetchrow(COUNTS, any_id(row_id), action))


@pytest.fixture(scope="module")
def made() -> Iterator[World]:
    """A world in which nothing is broken, and nobody works but the API."""
    with world(1) as quiet:
        asyncio.run(migrate(quiet.postgres.url))
        quiet.start_api()
        yield quiet


@pytest.fixture
async def office(made: World) -> AsyncIterator[Office]:
    people = await gather_people(made.postgres.url, 3 * TIMES, timedelta(minutes=5))
    dice = random.Random(1)
    api = Api(tuple(made.api.values()), Log(made.home / "told.jsonl"), dice)
    connection = await asyncpg.connect(made.postgres.url)
    yield Office(made, people, connection, api, dice)
    await connection.close()
    await api.close()


async def test_a_claim_approved_at_both_processes_at_once_has_one_decision(office: Office) -> None:
    for _ in range(TIMES):
        claim, step = await office.bring(office.walk(large=False), "Approve")
        done, refused = await office.both(step, office.people.managers[0].token)
        assert (done.what, refused.what, refused.code) == ("ok", "refused", "CONFLICT")
        counts = await office.counts(claim["id"], "claim:approve")
        assert (counts["entries"], counts["decision_no"], counts["notices"], counts["payouts"]) == (1, 1, 1, 0)


async def test_a_customer_who_agrees_at_both_processes_at_once_is_owed_once(office: Office) -> None:
    for _ in range(TIMES):
        claim, step = await office.bring(office.walk(large=False), "Agree")
        done, refused = await office.both(step)
        assert (done.what, refused.what, refused.code) == ("ok", "refused", "CONFLICT")
        counts = await office.counts(claim["id"], "claim:agree")
        assert (counts["entries"], counts["payouts"]) == (1, 1)


async def test_a_payout_approved_at_both_processes_at_once_goes_to_the_bank_once(office: Office) -> None:
    """The same person twice, or two people: one word counts, and one job is made."""
    people = office.people.approvers
    for number in range(TIMES):
        _, step = await office.bring(office.walk(large=False), "ApprovePayout")
        done, refused = await office.both(step, people[number % 2].token)
        assert (done.what, refused.what, refused.code) == ("ok", "refused", "CONFLICT")
        counts = await office.counts(step.subject, "payout:approve")
        assert (counts["entries"], counts["approvals"], counts["jobs"]) == (1, 1, 1)


async def test_two_who_approve_a_large_payout_at_once_on_one_version_count_as_one(office: Office) -> None:
    """Each decides on what he or she has read; the second has to read again, and only then releases it."""
    people = office.people.approvers
    for _ in range(TIMES // 2):
        walk = office.walk(large=True)
        _, step = await office.bring(walk, "ApprovePayout")
        done, refused = await office.both(step, people[1].token)
        assert (done.what, refused.what, refused.code) == ("ok", "refused", "CONFLICT")
        counts = await office.counts(step.subject, "payout:approve")
        assert (counts["entries"], counts["approvals"], counts["jobs"]) == (1, 1, 0)
        caller = Caller(office.api, office.people, iter(()), office.dice, asyncio.Event())
        again = walk.next_step(await caller.look(walk))
        assert again is not None
        done, refused = await office.both(again)
        assert (done.what, refused.what, refused.code) == ("ok", "refused", "CONFLICT")
        counts = await office.counts(step.subject, "payout:approve")
        assert (counts["entries"], counts["approvals"], counts["jobs"]) == (2, 2, 1)


@asynccontextmanager
async def standby_that_never_answers(connection: asyncpg.Connection) -> AsyncIterator[None]:
    """Commits wait for a standby in here: they stand, and nobody is told yet."""
    await connection.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
    await connection.execute("SELECT pg_reload_conf()")
    try:
        yield
    finally:
        await connection.execute("ALTER SYSTEM RESET synchronous_standby_names")
        await connection.execute("SELECT pg_reload_conf()")


async def test_a_connection_ended_while_its_commit_is_on_its_way_is_told_as_unknown(office: Office) -> None:
    """The change stands, so neither trying it again nor "nothing was changed" would be true."""
    claim, step = await office.bring(office.walk(large=False), "Approve")
    async with standby_that_never_answers(office.connection):
        asked = asyncio.create_task(office.api.change(step.name, step.token, step.subject, step.given))
        async with asyncio.timeout(4):
            while (pid := await office.connection.fetchval(WAITS_FOR_STANDBY)) is None:  # noqa: ASYNC110 - in there
                await asyncio.sleep(0.01)
        await office.connection.execute("SELECT pg_terminate_backend($1)", pid)
        became = await asked
    assert (became.what, became.code) == ("unknown", "OUTCOME_UNKNOWN")
    counts = await office.counts(claim["id"], "claim:approve")
    assert (counts["entries"], counts["decision_no"]) == (1, 1)
