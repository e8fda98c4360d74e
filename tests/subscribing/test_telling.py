"""What operators are told of operations over sockets and streams: one line each, numbers and a span."""

from __future__ import annotations

import io
from contextlib import AsyncExitStack
from typing import Any

import pytest

from api.app import create_app
from api.rates import REFUSED
from domain.access.models import Session
from domain.access.sessions import end
from domain.kernel.ids import new_id, public_id
from tests.commands.test_logs import logged
from tests.face.conftest import signed_in
from tests.face.test_tracing import Traces, traces
from tests.face.test_watching import FIELDS, Lines, counted, whole_log
from tests.factories.claims import Case, claim_notified
from tests.subscribing.conftest import Served, serving, settings_for, until
from tests.subscribing.test_stream import EVENTS, asked, events, register

__all__ = ["logged", "traces", "whole_log"]

WATCH = "subscription Watching($id: ID!) { claimUpdated(id: $id) { state } }"
FOLLOWED_FIELDS = FIELDS | {"results", "ending"}


@pytest.fixture
async def lines(served: Served, logged: io.StringIO) -> Lines:
    """What is written once the server is up."""
    return Lines(logged)


async def sign_out(case: Case) -> None:
    """Ends the customer's sessions."""
    for row in await Session.filter(customer_id=case.insured.customer_id):
        await end(row.id, actor=case.customer)


async def told(lines: Lines, **expected: object) -> dict[str, Any]:
    """The one line so far, once it is written, which holds what is expected."""
    await until(lambda: bool(lines.all()))
    (line,) = lines.all()
    assert {name: line[name] for name in expected} == expected
    return line


def named(case: Case) -> str:
    """The claim's public id."""
    return public_id("clm", case.claim.id)


async def test_a_query_over_a_socket_is_told_as_one_over_http(served: Served, lines: Lines) -> None:
    case = await claim_notified()
    ad_hoc = {"operation": "ad-hoc", "kind": "query", "outcome": "OK"}
    before = counted("aftercare_requests_total", **ad_hoc)
    async with served.socket(case.customer) as socket:
        await socket.subscribe("1", "query Mine($id: ID!) { claim(id: $id) { state } }", id=named(case))
        await socket.data()
        assert await socket.is_complete()
        line = await told(
            lines, event="answered", transport="ws", operation="Mine", kind="query", actor=case.customer.label,
            status=None, code=None, statements=1, level="info",
        )  # fmt: skip
    assert line.keys() == FIELDS
    assert line["bytes"] > 0
    assert line["cost"] > 0
    assert len(line["request_id"]) == 32
    assert line["ms"] >= line["sql_ms"] > 0
    assert counted("aftercare_requests_total", **ad_hoc) == before + 1


async def test_a_query_by_events_is_told_too(served: Served, lines: Lines) -> None:
    case = await claim_notified()
    body = {"query": "query Mine($id: ID!) { claim(id: $id) { state } }", "variables": {"id": named(case)}}
    async with events(served, case.customer, body) as stream:
        assert "NOTIFIED" in await stream.next()
    line = await told(lines, event="answered", transport="sse", operation="Mine", status=200, statements=1)
    assert line.keys() == FIELDS
    assert line["bytes"] > 0


@pytest.mark.parametrize("transport", ["ws", "sse"])
async def test_a_subscription_is_told_when_it_ends_with_what_it_has_said(
    served: Served, lines: Lines, monkeypatch: pytest.MonkeyPatch, transport: str
) -> None:
    monkeypatch.setattr("api.watching.SLOW", 0.0)  # however long it takes
    case = await claim_notified()
    if transport == "ws":
        async with served.socket(case.customer) as socket:
            await socket.subscribe("1", WATCH, id=named(case))
            await socket.data()
            await register(case)
            await socket.data()
            assert lines.all() == []
            await socket.say(id="1", type="complete")
            line = await told(lines)
    else:
        async with events(served, case.customer, asked(case)) as stream:
            await stream.next()
            await register(case)
            await stream.next()
            assert lines.all() == []
        line = await told(lines)
    shown = {name: line[name] for name in ("event", "level", "transport", "kind", "results", "ending", "code")}
    assert shown == {
        "event": "ended", "level": "info", "transport": transport, "kind": "subscription", "results": 2,
        "ending": "left", "code": None,
    }  # fmt: skip
    assert line.keys() == FOLLOWED_FIELDS
    assert line["statements"] == 2


async def test_one_that_has_no_more_to_say_is_complete(served: Served, lines: Lines) -> None:
    case = await claim_notified()
    async with served.socket(case.customer) as socket:
        await socket.subscribe("1", WATCH, id=public_id("clm", new_id()))
        assert await socket.is_complete()
        await told(lines, ending="complete", results=0, code=None)


@pytest.mark.parametrize("transport", ["ws", "sse"])
async def test_one_whose_session_ends_is_told_so(served: Served, lines: Lines, transport: str) -> None:
    case = await claim_notified()
    if transport == "ws":
        async with served.socket(case.customer) as socket:
            await socket.subscribe("1", WATCH, id=named(case))
            await socket.data()
            await sign_out(case)
            await socket.close_code()
    else:
        async with events(served, case.customer, asked(case)) as stream:
            await stream.next()
            await sign_out(case)
            assert "UNAUTHENTICATED" in await stream.next()
    await told(lines, ending="signed-out", results=1)


async def test_one_that_the_end_of_the_process_cuts_off_is_told_so(database_url: str, logged: io.StringIO) -> None:
    async with serving(create_app(settings_for(database_url))) as served:
        case = await claim_notified()
        async with events(served, case.customer, asked(case)) as stream:
            await stream.next()
            served.app.state.subscriptions.streaming.end()
            await until(lambda: bool(Lines(logged).all()))
    assert [line["ending"] for line in Lines(logged).all()] == ["stopped"]


async def test_a_socket_that_the_end_of_the_process_cuts_off_is_told_so(
    database_url: str, logged: io.StringIO
) -> None:
    async with AsyncExitStack() as staying:
        async with serving(create_app(settings_for(database_url))) as served:
            case = await claim_notified()
            socket = await staying.enter_async_context(served.socket(case.customer))
            await socket.subscribe("1", WATCH, id=named(case))
            await socket.data()
        assert await socket.close_code() == 1012
    assert [line["ending"] for line in Lines(logged).all()] == ["stopped"]


@pytest.mark.parametrize("transport", ["ws", "sse"])
async def test_what_is_refused_has_its_code_in_the_line_and_costs_points(
    served: Served, lines: Lines, transport: str
) -> None:
    case = await claim_notified()
    if transport == "ws":
        async with served.socket(case.customer) as socket:
            await socket.subscribe("1", WATCH)
            assert await socket.error_codes() == ["BAD_USER_INPUT"]
            await told(lines, code="BAD_USER_INPUT", operation="Watching", transport="ws", results=0)
    else:
        async with events(served, case.customer, {"query": WATCH}) as stream:
            assert "BAD_USER_INPUT" in await stream.next()
        await told(lines, code="BAD_USER_INPUT", operation="Watching", transport="sse", results=0)
    rates = served.app.state.subscriptions.socket.serving.rates
    bucket = rates.bucket(case.customer, None)
    assert bucket.rate.burst - bucket.left == REFUSED


async def test_open_subscriptions_and_their_events_are_counted(served: Served) -> None:
    case = await claim_notified()
    is_open, told_so_far = "aftercare_subscriptions_open", "aftercare_subscription_events_total"
    before = counted(told_so_far, operation="ad-hoc")
    took = counted("aftercare_request_seconds_count", kind="subscription")
    async with served.socket(case.customer) as socket, events(served, case.customer, asked(case)) as stream:
        await socket.subscribe("1", WATCH, id=named(case))
        await socket.data()
        await stream.next()
        assert counted(is_open, operation="ad-hoc") == 2
        assert counted(told_so_far, operation="ad-hoc") == before + 2
    await until(lambda: counted(is_open, operation="ad-hoc") == 0)
    assert counted("aftercare_request_seconds_count", kind="subscription") == took


async def test_an_operation_over_a_socket_is_one_trace_with_its_statements(served: Served, traces: Traces) -> None:
    case = await claim_notified()
    async with served.socket(case.customer) as socket:
        await socket.subscribe("1", WATCH, id=named(case))
        await socket.data()
        traces.forget()
        await socket.subscribe("2", "query Mine($id: ID!) { claim(id: $id) { state } }", id=named(case))
        await socket.data("2")
        assert await socket.is_complete("2")
        await until(lambda: "Mine" in [each.name for each in traces.spans])
        assert traces.path("read") == ["read", "Mine"]
        await socket.say(id="1", type="complete")
        await until(lambda: "Watching" in [each.name for each in traces.spans])
    (ended,) = [each for each in traces.spans if each.name == "Watching"]
    assert (ended.attributes or {})["aftercare.ending"] == "left"
    assert ended.status.is_ok or ended.status.is_unset


@pytest.mark.parametrize("transport", ["ws", "sse"])
async def test_errors_are_told_in_the_reader_s_language(served: Served, transport: str) -> None:
    case = await claim_notified()
    if transport == "ws":
        async with served.socket(additional_headers={"Accept-Language": "zh-CN"}) as socket:
            await socket.begin(await signed_in(case.customer))
            await socket.subscribe("1", "{ nothing }")
            (error,) = (await socket.hear())["payload"]
            assert error["message"].startswith("查询与接口定义不符（")
            await socket.subscribe("2", WATCH, id=named(case))
            await socket.data("2")
            await sign_out(case)
            (error,) = (await socket.hear())["payload"]
            assert error["message"] == "请重新登录（This session has ended; sign in again.）"
    else:
        headers = {"accept": EVENTS, "authorization": f"Bearer {await signed_in(case.customer)}"}
        body = {"query": WATCH, "variables": {"id": named(case)}}
        given = headers | {"accept-language": "zh"}
        async with served.client.stream("POST", "/graphql", json=body, headers=given) as response:
            chunks = response.aiter_text()
            assert "NOTIFIED" in await anext(chunks)
            await sign_out(case)
            assert "请重新登录（This session has ended" in await anext(chunks)
