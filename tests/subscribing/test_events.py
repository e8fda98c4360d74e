"""What is told of a watched row: its present state, every newer one to whoever may see it then, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, MutableMapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import asyncpg
import orjson
import pytest

from api.subscribing import watcher
from domain.access.models import Session
from domain.access.sessions import end
from domain.claims import assessment, registration
from domain.complaints import answering
from domain.jobs.execution import Executor, JobRun
from domain.jobs.queue import enqueue
from domain.jobs.relaying import dispatch, open_relay
from domain.jobs.terms import Outcome, Queue
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.ids import new_id, public_id
from domain.policies import cancellation
from domain.policies.jobs import RollPolicies
from domain.policies.models import Policy
from domain.staff.models import Staff
from tests.face.conftest import signed_in
from tests.factories.claims import Case, claim_assessing, claim_notified
from tests.factories.complaints import complaint_accepted, complaint_investigated
from tests.factories.insured import sold, staff
from tests.jobs.conftest import LEASE
from tests.jobs.kinds import Two
from tests.subscribing.conftest import Served, Socket, revoke_all
from workers.policies import roll_policies

WATCH = "subscription ($id: ID!, $after: Int) { claimUpdated(id: $id, after: $after) { state version } }"
NEVER = 3_600.0
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def named(case: Case) -> str:
    """The claim's public id."""
    return public_id("clm", case.claim.id)


async def register(case: Case) -> None:
    """Takes the claim up."""
    case.claim = await registration.register(
        case.claim.id, reserve=None, expected_version=case.claim.version, actor=case.handler
    )


async def give_to(case: Case, handler: Actor) -> None:
    """Gives the claim to another handler."""
    assert handler.staff_id is not None
    case.claim = await registration.assign(
        case.claim.id, handler_id=handler.staff_id, reason="leave", expected_version=case.claim.version,
        actor=case.manager,
    )  # fmt: skip


async def test_the_present_state_comes_first_and_then_each_change(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watcher, "LOOK", NEVER)
    case = await claim_notified()
    async with served.socket(case.customer) as socket:
        await socket.subscribe("1", WATCH, id=named(case))
        assert await socket.data() == {"claimUpdated": {"state": "NOTIFIED", "version": 1}}
        assert await socket.silence()
        await register(case)
        assert await socket.data() == {"claimUpdated": {"state": "REGISTERED", "version": 2}}
        await assessment.start(case.claim.id, expected_version=2, actor=case.handler)
        assert await socket.data() == {"claimUpdated": {"state": "ASSESSING", "version": 3}}
    await served.idle()


async def test_a_change_that_nobody_told_of_is_found_within_a_second(served: Served, database_url: str) -> None:
    case = await claim_notified()
    connection = await asyncpg.connect(database_url)
    async with served.socket(case.customer) as socket:
        await socket.subscribe("1", WATCH, id=named(case))
        await socket.data()
        before = served.watcher.rounds
        await connection.execute("UPDATE claim SET version = version + 1 WHERE id = $1", case.claim.id)
        assert (await socket.data())["claimUpdated"]["version"] == 2
        assert served.watcher.rounds - before <= 2
    await connection.close()


KINDS = {"claimUpdated": "clm", "policyUpdated": "pol", "complaintUpdated": "cmp", "jobUpdated": "job"}


@pytest.mark.parametrize("field", KINDS)
async def test_a_row_that_is_not_there_ends_it_without_an_event(served: Served, field: str) -> None:
    case = await claim_notified()
    text = f"subscription ($id: ID!) {{ {field}(id: $id) {{ id }} }}"
    for actor in (case.customer, case.handler, await staff(Role.ADMIN)):
        async with served.socket(actor) as socket:
            for name in (public_id(KINDS[field], uuid4()), "nonsense", "", public_id("xyz", case.claim.id)):
                await socket.subscribe("1", text, id=name)
                assert await socket.is_complete()
    assert not served.watcher.rows


async def test_a_row_that_is_not_one_s_own_ends_it_likewise(served: Served) -> None:
    case, other = await claim_notified(), await claim_notified()
    for actor in (other.customer, other.insured.partner, await staff(Role.HR)):
        async with served.socket(actor) as socket:
            await socket.subscribe("1", WATCH, id=named(case))
            assert await socket.is_complete()
    async with served.socket() as socket:
        await socket.begin()
        await socket.subscribe("1", WATCH, id=named(case))
        assert await socket.is_complete()


async def test_a_row_that_goes_out_of_sight_ends_it_without_showing_what_it_became(served: Served) -> None:
    matter = await complaint_accepted()
    one, other = await staff(Role.CLAIMS_HANDLER), await staff(Role.CLAIMS_HANDLER)
    complaint = matter.complaint
    text = "subscription ($id: ID!) { complaintUpdated(id: $id) { version state } }"

    async def assign(assignee: Actor) -> None:
        nonlocal complaint
        assert assignee.staff_id is not None
        complaint = await answering.assign(
            complaint.id, assignee_id=assignee.staff_id, expected_version=complaint.version, actor=matter.service
        )

    await assign(one)
    async with served.socket(one) as mine, served.socket(matter.service) as office:
        for socket in (mine, office):
            await socket.subscribe("1", text, id=public_id("cmp", complaint.id))
            assert (await socket.data())["complaintUpdated"]["version"] == complaint.version
        await assign(other)
        assert await mine.is_complete()
        assert (await office.data())["complaintUpdated"]["version"] == complaint.version


async def test_complaints_and_policies_are_watched_too(served: Served) -> None:
    matter, policy = await complaint_investigated(), await sold()
    sales = Actor(frozenset({Role.PARTNER}), partner_id=policy.partner_id)
    texts = {
        "complaintUpdated": (public_id("cmp", matter.complaint.id), matter.service),
        "policyUpdated": (public_id("pol", policy.id), sales),
    }
    async with AsyncExitStack() as stack:
        sockets: dict[str, Socket] = {}
        for field, (name, actor) in texts.items():
            socket = sockets[field] = await stack.enter_async_context(served.socket(actor))
            await socket.subscribe("1", f"subscription ($id: ID!) {{ {field}(id: $id) {{ id version }} }}", id=name)
            assert (await socket.data())[field]["id"] == name
        await answering.extend(
            matter.complaint.id, reason="more to find out", expected_version=matter.complaint.version,
            actor=matter.compliance,
        )  # fmt: skip
        assert (await sockets["complaintUpdated"].data())["complaintUpdated"]["version"] == matter.complaint.version + 1
        current = await Policy.get(id=policy.id)
        owner = Actor(frozenset({Role.CUSTOMER}), customer_id=policy.customer_id)
        await cancellation.cancel(current.id, reason="changed mind", expected_version=current.version, actor=owner)
        assert (await sockets["policyUpdated"].data())["policyUpdated"]["version"] == current.version + 1


async def test_whoever_comes_back_with_the_version_seen_last_misses_nothing_and_hears_nothing_twice(
    served: Served,
) -> None:
    case = await claim_notified()
    await register(case)
    hands = [await staff(Role.CLAIMS_HANDLER) for _ in range(2)]
    seen = [1]
    for turn in range(6):
        async with served.socket(case.handler) as socket:
            await socket.subscribe("1", WATCH, id=named(case), after=seen[-1])
            if seen[-1] < case.claim.version:  # it changed while nobody was connected
                seen.append((await socket.data())["claimUpdated"]["version"])
            assert await socket.silence()
            await give_to(case, hands[case.claim.version % 2])
            seen.append((await socket.data())["claimUpdated"]["version"])
        await served.idle()
        if turn % 2:
            await give_to(case, hands[case.claim.version % 2])
    assert seen == list(range(1, case.claim.version))


async def test_after_the_present_version_the_first_event_is_the_next_change(served: Served) -> None:
    case = await claim_notified()
    async with served.socket(case.customer) as socket:
        await socket.subscribe("waits", WATCH, id=named(case), after=1)
        assert await socket.silence()
        for name, after in {"null": None, "none": 0}.items():
            await socket.subscribe(name, WATCH, id=named(case), after=after)
            assert (await socket.data(name))["claimUpdated"]["version"] == 1
            await socket.say(id=name, type="complete")
        await register(case)
        assert (await socket.data("waits"))["claimUpdated"]["version"] == 2


async def test_states_between_are_skipped_and_the_newest_is_told(served: Served) -> None:
    case = await claim_notified()
    await register(case)
    hands = [await staff(Role.CLAIMS_HANDLER) for _ in range(2)]
    async with served.socket(case.handler) as socket:
        await socket.subscribe("1", WATCH, id=named(case))
        await socket.data()
        for number in range(12):
            await give_to(case, hands[number % 2])
        seen = [(await socket.data())["claimUpdated"]["version"]]
        while seen[-1] < case.claim.version:
            seen.append((await socket.data())["claimUpdated"]["version"])
        assert seen == sorted(set(seen))
        assert await socket.silence()


async def test_each_reader_is_told_in_his_language_and_by_his_roles(served: Served) -> None:
    case = await claim_assessing()
    text = """subscription ($id: ID!) { it: claimUpdated(id: $id) { ...Blocks availableActions
        policy { customer { phone } } } } fragment Blocks on Claim { actionBlocks { message code } }"""
    told = {}
    for language in ("zh-CN", "en"):
        async with served.socket(case.handler, additional_headers={"Accept-Language": language}) as socket:
            await socket.subscribe("1", text, id=named(case))
            told[language] = (await socket.data())["it"]
    assert told["zh-CN"]["actionBlocks"][0]["code"] == told["en"]["actionBlocks"][0]["code"]
    assert told["zh-CN"]["actionBlocks"][0]["message"] != told["en"]["actionBlocks"][0]["message"]
    async with served.socket(case.customer) as socket:
        await socket.subscribe("1", text, id=named(case))
        theirs = (await socket.data())["it"]
    assert theirs["availableActions"] == ["ADD_PAPER", "WITHDRAW"]
    assert "PROPOSE" in told["en"]["availableActions"]
    assert list(theirs) == ["actionBlocks", "availableActions", "policy"]


async def test_an_event_is_what_a_query_would_answer_for_one_statement(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watcher, "LOOK", NEVER)
    case = await claim_assessing()
    shown = "id state claimed { amount } policy { policyNumber claims(first: 5) { nodes { id } } } documents { kind }"
    async with served.socket(case.handler) as socket:
        await socket.subscribe("q", f"query ($id: ID!) {{ claim(id: $id) {{ {shown} }} }}", id=named(case))
        expected = (await socket.data("q"))["claim"]
        assert await socket.is_complete("q")
        before = served.reading.statements
        text = f"subscription ($id: ID!) {{ claimUpdated(id: $id) {{ {shown} }} }}"
        await socket.subscribe("1", text, id=named(case))
        assert (await socket.data())["claimUpdated"] == expected
        assert served.reading.statements - before == 1


async def test_fifty_watchers_of_one_row_cost_one_statement_a_look(served: Served) -> None:
    case = await claim_notified()
    async with served.socket(case.customer) as socket:
        for number in range(50):
            await socket.subscribe(str(number), WATCH, id=named(case))
        for _ in range(50):
            assert (await socket.hear())["type"] == "next"
        rounds, statements = await next_round(served)
        for _ in range(2):
            await next_round(served)
        later, after = await next_round(served)
        rows_and_sessions = 2
        assert after - statements == rows_and_sessions * (later - rounds)
        await register(case)
        versions = [(await socket.hear())["payload"]["data"]["claimUpdated"]["version"] for _ in range(50)]
        assert versions == [2] * 50


async def next_round(served: Served) -> tuple[int, int]:
    """Waits for one look to be over; looks and statements so far."""
    before = served.watcher.rounds
    async with asyncio.timeout(5):
        while served.watcher.rounds == before:  # noqa: ASYNC110 - it looks by itself
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.2)
    return served.watcher.rounds, served.reading.statements


async def test_nothing_is_read_where_nothing_is_watched(served: Served) -> None:
    _, before = await next_round(served)
    _, after = await next_round(served)
    assert after == before


@pytest.mark.parametrize("hinted", [True, False])
async def test_a_session_that_ends_closes_its_socket(
    served: Served, database_url: str, monkeypatch: pytest.MonkeyPatch, *, hinted: bool
) -> None:
    if hinted:
        monkeypatch.setattr(watcher, "LOOK", NEVER)
    case = await claim_notified()
    async with served.socket(case.customer) as watching, served.socket(case.customer) as idle:
        await watching.subscribe("1", WATCH, id=named(case))
        await watching.subscribe("2", WATCH, id=named(case))
        assert {(await watching.hear())["id"] for _ in range(2)} == {"1", "2"}
        if hinted:
            for row in await Session.filter(customer_id=case.insured.customer_id):
                await end(row.id, actor=Actor(case.customer.roles, customer_id=case.insured.customer_id))
        else:
            await Session.filter(customer_id=case.insured.customer_id).update(expires_at=LONG_AGO)
        assert await watching.error_codes("1") == ["UNAUTHENTICATED"]
        assert await watching.error_codes("2") == ["UNAUTHENTICATED"]
        assert await watching.close_code() == 4401
        assert await idle.close_code() == 4401
    await served.idle()


async def test_an_event_after_the_end_of_the_session_is_not_told_whoever_notices_first(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watcher, "LOOK", NEVER)
    case = await claim_notified()
    async with served.socket(case.customer) as socket:
        await socket.subscribe("1", WATCH, id=named(case))
        await socket.data()
        await revoke_all()
        await register(case)
        assert await socket.error_codes() == ["UNAUTHENTICATED"]
        assert await socket.close_code() == 4401


async def test_a_query_in_a_session_that_has_ended_closes_the_socket_too(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watcher, "LOOK", NEVER)
    async with served.socket(await staff(Role.HR)) as socket:
        await revoke_all()
        await socket.subscribe("1", "{ me { id } }")
        assert await socket.error_codes() == ["UNAUTHENTICATED"]
        assert await socket.close_code() == 4401


async def test_whoever_is_given_other_roles_has_to_come_back(served: Served) -> None:
    case = await claim_notified()
    async with served.socket(case.handler) as socket:
        await socket.subscribe("1", WATCH, id=named(case))
        await socket.data()
        await Staff.filter(id=case.handler.staff_id).update(roles=[Role.HR])
        assert await socket.error_codes() == ["UNAUTHENTICATED"]
        assert await socket.close_code() == 4401


async def test_a_database_that_is_away_for_a_while_costs_no_event(served: Served, database_url: str) -> None:
    case = await claim_notified()
    connection = await asyncpg.connect(database_url)
    ours = "application_name LIKE 'aftercare%' AND datname = current_database() AND pid <> pg_backend_pid()"
    async with served.socket(case.customer) as socket:
        await socket.subscribe("1", WATCH, id=named(case))
        await socket.data()
        await connection.execute("UPDATE claim SET version = version + 1 WHERE id = $1", case.claim.id)
        assert await connection.fetch(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {ours}")
        assert (await socket.data())["claimUpdated"]["version"] == 2
    await connection.close()


async def counting(job: Two, run: JobRun) -> Outcome:
    """Tells how far it is."""
    for done in (1, 2):
        await run.report(done, 2, "rows")
        await asyncio.sleep(0.2)
    return Outcome.done()


JOB = """subscription ($id: ID!, $after: Int) { jobUpdated(id: $id, after: $after) {
    status seq pollAfterMs progress { done total unit message } error { code } result { __typename } } }"""


async def test_a_job_is_followed_to_its_end(
    served: Served, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watcher, "LOOK", NEVER)
    actor = await staff(Role.CLAIMS_HANDLER)
    async with transaction():
        job_id = await enqueue(Two(new_id()), actor=actor)
    relay = await open_relay(database_url)
    executor = Executor("test", {Two: counting}, LEASE)
    async with served.socket(actor) as socket:
        await socket.subscribe("1", JOB, id=public_id("job", job_id))
        told = [(await socket.data())["jobUpdated"]]
        (ticket,) = await dispatch(relay, Queue.BULK, 10, LEASE)
        await executor.perform(ticket)
        while told[-1]["status"] != "SUCCEEDED":
            told.append((await socket.data())["jobUpdated"])
        assert await socket.is_complete()
        last = told[-1]["seq"]
        await socket.subscribe("2", JOB, id=public_id("job", job_id))
        assert (await socket.data("2"))["jobUpdated"] == told[-1]
        assert await socket.is_complete("2")
        await socket.subscribe("3", JOB, id=public_id("job", job_id), after=last)
        assert await socket.is_complete("3")
    await relay.close()
    progress = [each["progress"] for each in told if each["progress"]]
    assert {"done": 1, "total": 2, "unit": "rows", "message": None} in progress
    assert {"done": 2, "total": 2, "unit": "rows", "message": None} in progress
    unknown = {"progress": None, "error": None, "result": None}
    assert told[0] == {"status": "QUEUED", "seq": 1, "pollAfterMs": 500, **unknown}
    assert told[-1]["pollAfterMs"] is None
    assert [each["seq"] for each in told] == sorted({each["seq"] for each in told})


async def test_what_a_long_job_is_at_is_told_while_it_runs(
    served: Served, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rolling of policies, held up by somebody who has locked the one policy that it would end."""
    monkeypatch.setattr(watcher, "LOOK", NEVER)
    policy, admin = await sold(), await staff(Role.ADMIN)
    async with transaction():
        job_id = await enqueue(RollPolicies(), actor=Actor.system("schedule"))
    relay, locker = await open_relay(database_url), await asyncpg.connect(database_url)
    executor = Executor("test", {RollPolicies: roll_policies}, LEASE)
    (ticket,) = await dispatch(relay, Queue.BULK, 10, LEASE)
    async with served.socket(admin) as socket:
        await socket.subscribe("1", JOB, id=public_id("job", job_id))
        async with locker.transaction():
            await locker.execute("SELECT FROM policy WHERE id = $1 FOR UPDATE", policy.id)
            with clock.at(clock.start_of(policy.ends_on)):
                rolling = asyncio.create_task(executor.perform(ticket))
            told = await until_told(socket, "message", "Ending the covers whose last day is over.")
            assert told == {"done": 0, "total": None, "unit": "policies", "message": told["message"]}
        assert (await until_told(socket, "done", 1))["message"] == told["message"]
    await rolling
    for each in (relay, locker):
        await each.close()


async def until_told(socket: Socket, name: str, value: object) -> Any:
    """The progress of the first event whose progress says so."""
    while True:
        progress = (await socket.data())["jobUpdated"]["progress"]
        if progress and progress[name] == value:
            return progress


class SlowReader:
    """A client, seen from the application, that makes room for a message only when it is told to."""

    def __init__(self, token: str, claim: str) -> None:
        payload = {"query": WATCH, "variables": {"id": claim}}
        self.said = [
            {"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}},
            {"id": "1", "type": "subscribe", "payload": payload},
        ]
        self.heard: list[dict[str, Any]] = []
        self.room, self.gone = asyncio.Event(), asyncio.Event()
        self.waiting = 0
        self.room.set()

    async def receive(self) -> MutableMapping[str, Any]:
        if self.said:
            return {"type": "websocket.receive", "text": orjson.dumps(self.said.pop(0)).decode()}
        await self.gone.wait()
        return {"type": "websocket.disconnect", "code": 1005}

    async def send(self, message: MutableMapping[str, Any]) -> None:
        self.waiting += 1
        await self.room.wait()
        self.waiting -= 1
        if message["type"] == "websocket.send":
            self.heard.append(orjson.loads(message["text"]))

    async def messages(self, count: int) -> AsyncIterator[dict[str, Any]]:
        async with asyncio.timeout(10):
            while len(self.heard) < count:  # noqa: ASYNC110 - the application sends when it does
                await asyncio.sleep(0.01)
        for each in self.heard:
            yield each


async def test_a_reader_who_makes_no_room_is_owed_one_message_and_then_the_newest_state(served: Served) -> None:
    case = await claim_notified()
    await register(case)
    hands = [await staff(Role.CLAIMS_HANDLER) for _ in range(2)]
    reader = SlowReader(await signed_in(case.handler), named(case))
    connected = iter([{"type": "websocket.connect"}])

    async def receive() -> MutableMapping[str, Any]:
        return next(connected, None) or await reader.receive()

    scope = {
        "type": "websocket", "path": "/graphql", "headers": [(b"host", b"x")], "query_string": b"", "root_path": "",
        "subprotocols": ["graphql-transport-ws"], "client": ("127.0.0.1", 1), "state": {},
    }  # fmt: skip
    task = asyncio.create_task(served.app(scope, receive, reader.send))
    assert [each["type"] async for each in reader.messages(2)] == ["connection_ack", "next"]
    reader.room.clear()
    for number in range(10):
        await give_to(case, hands[number % 2])
        await asyncio.sleep(0.05)
    assert reader.waiting == 1
    reader.room.set()
    told = [each["payload"] async for each in reader.messages(4) if each["type"] == "next"]
    versions = [each["data"]["claimUpdated"]["version"] for each in told]
    assert len(versions) == 3
    assert versions[-1] == case.claim.version
    reader.gone.set()
    await task
    await served.idle()
