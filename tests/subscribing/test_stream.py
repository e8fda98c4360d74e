"""Event streams as `graphql-sse` and urql read them: who gets one, what it says to the byte, and how it ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson
import pytest

from api.subscribing import stream
from api.subscribing.places import MOST_CONNECTIONS
from domain.claims import registration
from domain.kernel.actor import Actor
from domain.kernel.ids import public_id
from tests.face.conftest import GRAPHQL, JSON, signed_in
from tests.factories.claims import Case, claim_notified
from tests.subscribing.conftest import PATIENCE, Served, revoke_all

EVENTS = "text/event-stream"
URQL_QUERY = f"{GRAPHQL}, application/graphql+json, {JSON}, {EVENTS}, multipart/mixed"
URQL_SUBSCRIPTION = f"{EVENTS}, multipart/mixed"
WATCH = "subscription ($id: ID!, $after: Int) { claimUpdated(id: $id, after: $after) { state version } }"


@dataclass
class Events:
    """A stream as it comes."""

    response: httpx.Response
    chunks: AsyncIterator[str] = field(init=False)
    rest: str = ""

    def __post_init__(self) -> None:
        self.chunks = self.response.aiter_text()

    async def next(self) -> str:
        """The next event's own text."""
        async with asyncio.timeout(PATIENCE):
            while "\n\n" not in self.rest:
                self.rest += await anext(self.chunks)
        event, _, self.rest = self.rest.partition("\n\n")
        return event

    async def is_over(self) -> bool:
        """Whether nothing more comes."""
        async with asyncio.timeout(PATIENCE):
            return [each async for each in self.chunks if each] == [] and not self.rest


@asynccontextmanager
async def events(served: Served, actor: Actor | None, body: Any, accept: str = EVENTS) -> AsyncIterator[Events]:
    """A stream that was asked for."""
    headers = {"accept": accept}
    if actor is not None:
        headers["authorization"] = f"Bearer {await signed_in(actor)}"
    async with served.client.stream("POST", "/graphql", json=body, headers=headers) as response:
        yield Events(response)


def asked(case: Case, **more: Any) -> dict[str, Any]:
    """A request to watch a claim."""
    return {"query": WATCH, "variables": {"id": public_id("clm", case.claim.id)} | more}


def state(name: str, version: int) -> str:
    """An event to the letter."""
    shown = f'{{"data":{{"claimUpdated":{{"state":"{name}","version":{version}}}}}}}'
    return f"id: {version}\nevent: next\ndata: {shown}"


async def register(case: Case) -> None:
    await registration.register(
        case.claim.id, reserve=None, expected_version=case.claim.version, actor=case.handler
    )


@pytest.mark.parametrize("accept", [EVENTS, URQL_SUBSCRIPTION, f"{EVENTS}, {GRAPHQL};q=0.9"])
async def test_a_subscription_is_told_by_events_framed_by_line_feeds(served: Served, accept: str) -> None:
    case = await claim_notified()
    async with events(served, case.customer, asked(case), accept) as stream_:
        headers = stream_.response.headers
        assert stream_.response.status_code == 200
        assert headers["content-type"] == "text/event-stream; charset=utf-8"
        assert (headers["cache-control"], headers["x-accel-buffering"]) == ("no-store", "no")
        assert await stream_.next() == state("NOTIFIED", 1)
        await register(case)
        assert await stream_.next() == state("REGISTERED", 2)
        assert "\r" not in stream_.rest
    await served.idle()


async def test_a_client_goes_on_after_the_version_it_has_seen(served: Served) -> None:
    case = await claim_notified()
    async with events(served, case.customer, asked(case, after=1)) as stream_:
        await register(case)
        assert await stream_.next() == state("REGISTERED", 2)


async def test_a_row_out_of_sight_is_complete_at_once(served: Served) -> None:
    case, other = await claim_notified(), await claim_notified()
    for actor in (other.customer, None):
        async with events(served, actor, asked(case)) as stream_:
            assert await stream_.next() == "event: complete\ndata:"
            assert await stream_.is_over()


@pytest.mark.parametrize("accept", [URQL_QUERY, f"{EVENTS}, {JSON}", f"{EVENTS}, */*", f"{EVENTS};q=0.5, {GRAPHQL}"])
async def test_whoever_reads_whole_answers_as_gladly_gets_one(served: Served, accept: str) -> None:
    answer = await served.client.post("/graphql", json={"query": "{__typename}"}, headers={"accept": accept})
    expected = GRAPHQL if GRAPHQL in accept else JSON
    assert answer.headers["content-type"] == f"{expected}; charset=utf-8"
    assert answer.json()["data"] == {"__typename": "Query"}


async def test_a_query_is_one_event_for_whoever_reads_nothing_else(served: Served) -> None:
    async with events(served, None, {"query": "{__typename}"}) as stream_:
        cost = ',"extensions":{"cost":{"points":1,"limit":1000}}}'
        assert await stream_.next() == 'event: next\ndata: {"data":{"__typename":"Query"}' + cost
        assert await stream_.next() == "event: complete\ndata:"
        assert await stream_.is_over()


async def test_a_list_of_many_rows_is_one_line(served: Served) -> None:
    cases = [await claim_notified() for _ in range(2)]
    async with events(served, cases[0].handler, {"query": "{claims(first: 5) {nodes {id}}}"}) as stream_:
        kind, data = (await stream_.next()).split("\n")
        assert kind == "event: next"
        nodes = orjson.loads(data.removeprefix("data: "))["data"]["claims"]["nodes"]
        assert {each["id"] for each in nodes} >= {public_id("clm", case.claim.id) for case in cases}
        assert await stream_.next() == "event: complete\ndata:"


async def test_a_mutation_too(served: Served) -> None:
    text = 'mutation {customerRequestCode(input: {mail: "a@b.example"}) {sent}}'
    async with events(served, None, {"query": text}) as stream_:
        cost = ',"extensions":{"cost":{"points":11,"limit":1000}}}'
        assert await stream_.next() == 'event: next\ndata: {"data":{"customerRequestCode":{"sent":true}}' + cost
        assert await stream_.next() == "event: complete\ndata:"


REFUSED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
    ({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
    ({"query": WATCH}, "BAD_USER_INPUT"),
    ({"query": "{ claims { nodes { reserve { amount } } } }"}, "FORBIDDEN"),
    ({"query": 'subscription { claimUpdated(id: "x") { reserve { amount } } }'}, "FORBIDDEN"),
    ({"documentId": "0" * 64}, "PERSISTED_QUERY_NOT_FOUND"),
)


async def test_a_request_that_is_not_answered_is_told_in_the_stream(served: Served) -> None:
    for body, code in REFUSED:
        async with events(served, None, body) as stream_:
            assert stream_.response.status_code == 200
            kind, _, data = (await stream_.next()).partition("\ndata: ")
            assert kind == "event: next"
            assert {each["extensions"]["code"] for each in orjson.loads(data)["errors"]} == {code}
            assert await stream_.next() == "event: complete\ndata:"
            assert await stream_.is_over()


async def test_a_request_that_is_none_and_a_token_that_is_none_have_a_status(served: Served) -> None:
    headers = {"accept": EVENTS, "content-type": JSON}
    for content, more, status in (
        (b"{", {}, 400),
        (b'{"query":5}', {}, 400),
        (b'{"query":"{__typename}"}', {"authorization": "Bearer nonsense"}, 401),
        (b'{"query":"{__typename}"}', {"content-type": "text/plain"}, 415),
    ):
        answer = await served.client.post("/graphql", content=content, headers=headers | more)
        assert (answer.status_code, answer.headers["content-type"]) == (status, f"{JSON}; charset=utf-8")
        assert answer.json()["errors"]


async def test_a_subscription_asked_for_in_one_piece_is_told_how_to_ask(served: Served) -> None:
    case = await claim_notified()
    for accept in (GRAPHQL, JSON, "*/*", URQL_QUERY):
        answer = await served.client.post("/graphql", json=asked(case), headers={"accept": accept})
        assert answer.status_code == 400
        (error,) = answer.json()["errors"]
        assert "text/event-stream" in error["message"]
        assert "graphql-transport-ws" in error["message"]


async def test_streams_come_by_post_alone(served: Served) -> None:
    case = await claim_notified()
    given = {"query": WATCH, "variables": orjson.dumps(asked(case)["variables"]).decode()}
    for accept, status in ((EVENTS, 406), (f"{EVENTS}, {JSON}", 405)):
        answer = await served.client.get("/graphql", params=given, headers={"accept": accept})
        assert answer.status_code == status


async def test_a_comment_keeps_a_quiet_stream_open(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT", 0.1)
    case = await claim_notified()
    async with events(served, case.customer, asked(case)) as stream_:
        assert await stream_.next() == state("NOTIFIED", 1)
        assert [await stream_.next() for _ in range(3)] == [":"] * 3


async def test_a_session_that_ends_ends_its_streams_with_an_error(served: Served) -> None:
    case = await claim_notified()
    async with events(served, case.customer, asked(case)) as stream_:
        assert await stream_.next() == state("NOTIFIED", 1)
        await revoke_all()
        kind, _, data = (await stream_.next()).partition("\ndata: ")
        assert kind == "event: next"
        assert orjson.loads(data)["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
        assert await stream_.next() == "event: complete\ndata:"
        assert await stream_.is_over()
    await served.idle()


async def test_a_token_of_a_session_that_has_ended_is_told_in_the_stream(served: Served) -> None:
    case = await claim_notified()
    token = await signed_in(case.customer)
    await revoke_all()
    headers = {"accept": EVENTS, "authorization": f"Bearer {token}"}
    answer = await served.client.post("/graphql", json=asked(case), headers=headers)
    assert answer.text.count("UNAUTHENTICATED") == 1
    assert answer.text.endswith("event: complete\ndata:\n\n")


async def test_one_client_has_twenty_streams_and_no_more(served: Served) -> None:
    case = await claim_notified()
    async with AsyncExitStack() as stack:
        opened = [
            await stack.enter_async_context(events(served, case.customer, asked(case)))
            for _ in range(MOST_CONNECTIONS)
        ]
        assert {await each.next() for each in opened} == {state("NOTIFIED", 1)}
        more = await stack.enter_async_context(events(served, case.customer, asked(case)))
        assert more.response.status_code == 429
        assert orjson.loads(await more.response.aread())["errors"][0]["extensions"]["code"] == "THROTTLED"
        other = await claim_notified()
        await stack.enter_async_context(events(served, other.customer, asked(other)))
    await served.idle()


async def test_a_client_that_leaves_leaves_nothing_behind(served: Served) -> None:
    case = await claim_notified()
    async with events(served, case.customer, asked(case)) as stream_:
        await stream_.next()
        assert (len(served.watcher.rows), len(served.watcher.sessions), served.taken) == (1, 1, 1)
    await served.idle()
