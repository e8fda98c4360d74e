"""The protocol `graphql-transport-ws`, by a raw client: what is answered, and by which code a connection is closed."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import asyncpg
import orjson
import pytest
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from api.app import create_app
from api.subscribing import connection
from api.subscribing.connection import MOST_OPERATIONS
from api.subscribing.places import MOST_CONNECTIONS
from commands.serving import leave_out_addresses
from domain.kernel.actor import Role
from domain.kernel.ids import public_id
from domain.kernel.settings import Documents
from tests.face.conftest import signed_in
from tests.factories.claims import claim_approved, claim_notified
from tests.factories.insured import insured, staff
from tests.subscribing.conftest import Served, serving, settings_for

WATCH = "subscription ($id: ID!) { claimUpdated(id: $id) { id state } }"


async def test_a_client_of_another_protocol_is_sent_away(served: Served) -> None:
    for offered in ((), ("graphql-ws",), ("chat", "graphql-ws")):
        protocols = [Subprotocol(each) for each in offered]
        async with served.socket(subprotocols=protocols or None) as socket:
            assert await socket.close_code() == 4406, offered


async def test_pages_from_elsewhere_open_no_connection(served: Served) -> None:
    for origin in ("https://evil.example", "null", "https://portal.insurer.example.evil.example"):
        with pytest.raises(InvalidStatus) as refused:
            async with served.socket(origin=origin):
                pass
        assert refused.value.response.status_code == 403, origin


async def test_pages_of_the_own_host_and_of_listed_origins_do(served: Served) -> None:
    for origin in (f"http://{served.address}", "https://portal.insurer.example", None):
        async with served.socket(origin=origin) as socket:
            await socket.begin()


async def test_an_operation_before_the_connection_is_acknowledged_closes_it(served: Served) -> None:
    async with served.socket() as socket:
        await socket.subscribe("1", "{ __typename }")
        assert await socket.close_code() == 4401
    assert not served.watcher.rows


async def test_a_client_that_does_not_say_who_it_is_is_not_waited_for(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "INIT_TIME", 0.2)
    async with served.socket() as socket:
        assert await socket.close_code() == 4408
    async with served.socket() as socket:
        await socket.begin()
        assert await socket.silence(0.5)


async def test_who_it_is_is_said_once(served: Served) -> None:
    async with served.socket() as socket:
        await socket.begin()
        await socket.say(type="connection_init")
        assert await socket.close_code() == 4429


NOT_OF_THE_PROTOCOL: tuple[str | bytes, ...] = (
    "[]", "5", '"x"', "null", "true", "{", "", "{}", '{"type":5}', '{"type":"start"}', '{"type":"next","id":"1"}',
    '{"type":"subscribe","payload":{"query":"{__typename}"}}', '{"type":"subscribe","id":"1"}',
    '{"type":"subscribe","id":"","payload":{"query":"{__typename}"}}',
    '{"type":"subscribe","id":1,"payload":{"query":"{__typename}"}}',
    '{"type":"subscribe","id":"1","payload":"{__typename}"}', '{"type":"subscribe","id":"1","payload":{"query":5}}',
    '{"type":"subscribe","id":"1","payload":{"query":"{__typename}","variables":[]}}',
    '{"type":"subscribe","id":"1","payload":{"query":"{__typename}","operationName":5}}',
    '{"type":"subscribe","id":"1","payload":{"query":"{__typename}","extensions":[]}}',
    '{"type":"complete"}', '{"type":"ping","payload":5}', '{"type":"pong","payload":[]}',
    b'{"type":"ping"}', b"\x00", "[" * 3_000,
)  # fmt: skip


async def test_a_message_that_is_not_of_the_protocol_closes_the_connection(served: Served) -> None:
    for message in NOT_OF_THE_PROTOCOL:
        async with served.socket() as socket:
            await socket.begin()
            await socket.wire.send(message)
            assert await socket.close_code() == 4400, message
    await served.idle()


async def test_an_init_that_is_not_of_the_protocol_closes_the_connection(served: Served) -> None:
    for payload in ("[]", "5", '"x"', '{"Authorization":5}', '{"authorization":["Bearer x"]}'):
        async with served.socket() as socket:
            await socket.wire.send(f'{{"type":"connection_init","payload":{payload}}}')
            assert await socket.close_code() == 4400, payload


async def test_a_token_that_is_none_is_forbidden(served: Served) -> None:
    for name in ("Authorization", "authorization"):
        for given in ("Bearer nonsense", "Bearer pk_nonsense", "Basic abc", "", "Bearer 陈"):
            async with served.socket() as socket:
                await socket.say(type="connection_init", payload={name: given})
                assert await socket.close_code() == 4403, given


async def test_a_token_of_a_session_that_has_ended_is_forbidden(served: Served) -> None:
    case = await claim_notified()
    token = await signed_in(case.customer)
    ended = await served.client.post(
        "/graphql",
        json={"query": "mutation { sessionEnd(input: {}) { errors { code } } }"},
        headers={"authorization": f"Bearer {token}"},
    )
    assert ended.json()["data"] == {"sessionEnd": {"errors": []}}
    async with served.socket() as socket:
        await socket.say(type="connection_init", payload={"Authorization": f"Bearer {token}"})
        assert await socket.close_code() == 4403


async def test_the_payload_or_else_the_header_says_who_calls(served: Served) -> None:
    case, other = await claim_notified(), await insured()
    own = {"Authorization": f"Bearer {await signed_in(case.customer)}"}
    text, claim = "query ($id: ID!) { claim(id: $id) { id } }", public_id("clm", case.claim.id)
    async with served.socket(additional_headers=own) as socket:
        await socket.begin()
        await socket.subscribe("1", text, id=claim)
        assert await socket.data() == {"claim": {"id": claim}}
    async with served.socket(additional_headers=own) as socket:
        await socket.begin(await signed_in(other.customer))
        await socket.subscribe("1", text, id=claim)
        assert await socket.data() == {"claim": None}


async def test_a_ping_is_answered_at_any_time_and_a_pong_is_not(served: Served) -> None:
    async with served.socket() as socket:
        await socket.say(type="ping")
        assert await socket.hear() == {"type": "pong"}
        await socket.begin()
        await socket.say(type="pong", payload={"n": 1})
        await socket.say(type="ping", payload={"n": 2})
        assert await socket.hear() == {"type": "pong", "payload": {"n": 2}}


async def test_an_id_is_free_again_only_once_its_operation_has_ended(served: Served) -> None:
    case = await claim_notified()
    claim = public_id("clm", case.claim.id)
    async with served.socket(case.customer) as socket:
        for _ in range(3):
            await socket.subscribe("1", "{ __typename }")
            assert await socket.data() == {"__typename": "Query"}
            assert await socket.is_complete()
            await socket.subscribe("1", WATCH, id=claim)
            assert (await socket.data())["claimUpdated"]["id"] == claim
            await socket.say(id="1", type="complete")
        await socket.subscribe("1", WATCH, id=claim)
        await socket.data()
        await socket.subscribe("1", "{ __typename }")
        assert await socket.close_code() == 4409
    await served.idle()


async def test_queries_and_mutations_are_answered_too(served: Served) -> None:
    case = await claim_approved()
    claim = public_id("clm", case.claim.id)
    agree = """mutation ($id: ID!, $version: Int!) {
        claimAgree(input: {claimId: $id, expectedVersion: $version}) { claim { state } errors { code } } }"""
    async with served.socket(case.customer) as socket:
        await socket.subscribe("é", agree, id=claim, version=case.claim.version)
        assert await socket.data("é") == {"claimAgree": {"claim": {"state": "PAYMENT_PENDING"}, "errors": []}}
        assert await socket.is_complete("é")
        await socket.subscribe("2", agree, id=claim, version=case.claim.version)
        assert (await socket.data("2"))["claimAgree"]["errors"] == [{"code": "CONFLICT"}]
        assert await socket.is_complete("2")
    assert (await case.reread()).version == case.claim.version + 1


REFUSED = (
    ("{", "GRAPHQL_PARSE_FAILED"),
    ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
    ("query A { __typename } query B { __typename }", "OPERATION_RESOLUTION_FAILURE"),
    (WATCH, "BAD_USER_INPUT"),
    ("{ claims { nodes { reserve { amount } } } }", "FORBIDDEN"),
    ('subscription { claimUpdated(id: "x") { reserve { amount } } }', "FORBIDDEN"),
    ('subscription { claimUpdated(id: "x") { id } policyUpdated(id: "x") { id } }', "GRAPHQL_VALIDATION_FAILED"),
    ("subscription { __typename }", "GRAPHQL_VALIDATION_FAILED"),
    ('subscription { claimUpdated(id: "x") @skip(if: false) { id } }', "GRAPHQL_VALIDATION_FAILED"),
    ('subscription { ... @include(if: true) { claimUpdated(id: "x") { id } } }', "GRAPHQL_VALIDATION_FAILED"),
)


async def test_a_request_that_is_not_answered_ends_by_an_error_and_others_go_on(served: Served) -> None:
    case = await claim_notified()
    async with served.socket(case.customer) as socket:
        for text, code in REFUSED:
            await socket.subscribe("1", text)
            assert set(await socket.error_codes()) == {code}, text
        await socket.subscribe("1", "{ __typename }")
        assert await socket.data() == {"__typename": "Query"}


async def test_registered_documents_are_named_by_their_hash(database_url: str, tmp_path: Path) -> None:
    digest = hashlib.sha256(WATCH.encode()).hexdigest()
    manifest = tmp_path / "documents.json"
    manifest.write_bytes(orjson.dumps({f"sha256:{digest}": WATCH}))
    settings = settings_for(database_url, documents=Documents.TRUSTED, documents_manifest=manifest)
    async with serving(create_app(settings)) as served:
        case = await claim_notified()
        claim = public_id("clm", case.claim.id)
        given = {"variables": {"id": claim}}
        persisted = {"persistedQuery": {"version": 1, "sha256Hash": digest}}
        async with served.socket(case.customer) as socket:
            ways: dict[str, dict[str, Any]] = {
                "a": {"documentId": f"sha256:{digest}"}, "b": {"extensions": persisted},
                "f": {"extensions": persisted, "query": ""},
            }  # fmt: skip
            for name, payload in ways.items():
                await socket.say(id=name, type="subscribe", payload=payload | given)
                assert await socket.data(name) == {"claimUpdated": {"id": claim, "state": "NOTIFIED"}}
            await socket.say(id="c", type="subscribe", payload={"documentId": "sha256:" + "0" * 64})
            assert await socket.error_codes("c") == ["PERSISTED_QUERY_NOT_FOUND"]
            await socket.subscribe("d", WATCH + " ", id=claim)
            assert await socket.error_codes("d") == ["BAD_REQUEST"]
            await socket.say(id="e", type="subscribe", payload={})
            assert await socket.error_codes("e") == ["BAD_REQUEST"]


async def test_one_connection_carries_a_hundred_operations_and_no_more(served: Served) -> None:
    case = await claim_notified()
    claim = public_id("clm", case.claim.id)
    async with served.socket(case.customer) as socket:
        for number in range(MOST_OPERATIONS):
            await socket.subscribe(str(number), WATCH, id=claim)
        names = {(await socket.hear())["id"] for _ in range(MOST_OPERATIONS)}
        assert names == {str(number) for number in range(MOST_OPERATIONS)}
        await socket.subscribe("one more", WATCH, id=claim)
        assert await socket.error_codes("one more") == ["THROTTLED"]
        (watches,) = served.watcher.rows.values()
        assert len(watches) == MOST_OPERATIONS
        await socket.say(id="7", type="complete")
        await socket.subscribe("one more", WATCH, id=claim)
        assert (await socket.data("one more"))["claimUpdated"]["id"] == claim
    await served.idle()


async def test_one_client_has_twenty_connections_and_no_more(served: Served) -> None:
    one, other = await staff(Role.CLAIMS_HANDLER), await staff(Role.CLAIMS_HANDLER)
    async with AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(served.socket(one)) for _ in range(MOST_CONNECTIONS)]
        more = await stack.enter_async_context(served.socket())
        await more.say(type="connection_init", payload={"Authorization": f"Bearer {await signed_in(one)}"})
        assert await more.close_code() == 4429
        await stack.enter_async_context(served.socket(other))
        await (await stack.enter_async_context(served.socket())).begin()
        await sockets[0].wire.close()
        await stack.enter_async_context(served.socket(one))
        assert served.taken == MOST_CONNECTIONS + 2
    await served.idle()


async def test_strangers_are_counted_by_their_address(served: Served) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(MOST_CONNECTIONS):
            await (await stack.enter_async_context(served.socket())).begin()
        more = await stack.enter_async_context(served.socket())
        await more.say(type="connection_init")
        assert await more.close_code() == 4429
    await served.idle()


async def test_a_change_under_way_is_not_torn_when_its_client_goes(served: Served, database_url: str) -> None:
    case = await claim_approved()
    text = """mutation ($id: ID!, $version: Int!) {
        claimAgree(input: {claimId: $id, expectedVersion: $version}) { errors { code } } }"""
    connection = await asyncpg.connect(database_url)
    waits = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    for turn in ("complete", "gone"):
        before = await case.reread()
        async with connection.transaction(), served.socket(case.customer) as socket:
            await connection.execute("SELECT FROM claim WHERE id = $1 FOR UPDATE", case.claim.id)
            await socket.subscribe("1", text, id=public_id("clm", case.claim.id), version=before.version)
            async with asyncio.timeout(2):
                while not await connection.fetchval(waits):  # noqa: ASYNC110 - only the server knows
                    await asyncio.sleep(0.01)
            if turn == "complete":
                await socket.say(id="1", type="complete")
                await socket.say(type="ping")
                assert await socket.hear() == {"type": "pong"}
            else:
                socket.wire.transport.abort()
                await served.idle()
        async with asyncio.timeout(5):
            while (await case.reread()).version == before.version:  # noqa: ASYNC110 - it goes on by itself
                await asyncio.sleep(0.01)
        case = await claim_approved()
    await connection.close()


async def test_where_a_socket_comes_from_stands_in_no_log(
    served: Served, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("uvicorn.error"), "filters", [])
    caplog.set_level(logging.INFO)
    caplog.set_level(logging.INFO, logger="uvicorn.error")
    async with served.socket():
        pass
    assert [line for line in caplog.messages if "127.0.0.1" in line], "without our filter it does"
    caplog.clear()
    leave_out_addresses()
    async with served.socket():
        pass
    assert [line for line in caplog.messages if "127.0.0.1" in line] == []


async def test_a_client_that_goes_without_a_word_leaves_nothing_behind(served: Served) -> None:
    case = await claim_notified()
    async with served.socket(case.customer) as socket:
        await socket.subscribe("1", WATCH, id=public_id("clm", case.claim.id))
        await socket.data()
        assert (len(served.watcher.rows), len(served.watcher.sessions), served.taken) == (1, 1, 1)
        socket.wire.transport.abort()
        await served.idle()
