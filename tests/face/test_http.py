"""GraphQL over HTTP: what is negotiated, what is refused before it is GraphQL, and with which status."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from api.limits import AD_HOC
from tests.face.conftest import GRAPHQL, JSON, Face, running

EVENTS = "text/event-stream"
TYPENAME = '{"query":"{__typename}"}'


async def test_a_query_is_answered_in_the_newer_type_where_it_is_accepted(face: Face) -> None:
    answer = await face.post({"query": "{__typename}"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, f"{GRAPHQL}; charset=utf-8")
    cost = {"points": 1, "limit": AD_HOC.cost}
    assert answer.json() == {"data": {"__typename": "Query"}, "extensions": {"cost": cost}}


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (GRAPHQL, GRAPHQL),
        (f"{JSON}, {GRAPHQL}", GRAPHQL),
        (f"{JSON}, {GRAPHQL};q=0.5", JSON),
        (f"{EVENTS}, {GRAPHQL};q=0.9, multipart/mixed", EVENTS),
        (f"{EVENTS}, multipart/mixed", EVENTS),
        (f"{EVENTS}, {GRAPHQL}, {JSON}, multipart/mixed", GRAPHQL),
        (f"{EVENTS}, */*", JSON),
        (f"{GRAPHQL};q=nonsense, {JSON}", JSON),
    ],
)
async def test_the_media_type_is_the_one_the_client_weighs_most(face: Face, accept: str, expected: str) -> None:
    answer = await face.raw(TYPENAME.encode(), accept=accept)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == f"{expected}; charset=utf-8"


@pytest.mark.parametrize("accept", ["text/html", "image/png", f"{JSON};q=0", f"{GRAPHQL};q=0"])
async def test_an_answer_in_no_type_that_is_accepted_is_not_given(face: Face, accept: str) -> None:
    answer = await face.raw(TYPENAME.encode(), accept=accept)
    assert answer.status_code == 406
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", f"{JSON}; charset=utf-16"],
)
async def test_a_body_that_is_not_json_in_utf_8_is_not_read(face: Face, content_type: str) -> None:
    answer = await face.raw(TYPENAME.encode(), content_type=content_type)
    assert answer.status_code == 415


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_other_methods_are_told_which_ones_there_are(face: Face, method: str) -> None:
    answer = await face.client.request(method, "/graphql")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST")


async def test_a_query_may_come_by_get_and_by_head(face: Face) -> None:
    parameters = {"query": "query($id: ID!) {claim(id: $id) {id}}", "variables": '{"id": "clm_x"}'}
    got = await face.client.get("/graphql", params=parameters)
    assert (got.status_code, got.json()["data"]) == (200, {"claim": None})
    head = await face.client.head("/graphql", params=parameters)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == got.headers["content-length"]


async def test_a_mutation_never_comes_by_get(face: Face) -> None:
    text = 'mutation {customerRequestCode(input: {mail: "a@b.example"}) {sent}}'
    answer = await face.client.get("/graphql", params={"query": text})
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


async def test_a_large_body_is_not_read_to_its_end(face: Face) -> None:
    answer = await face.raw(b'{"query":"{__typename}","x":"' + b"x" * 300_000 + b'"}')
    assert answer.status_code == 413


async def test_a_large_body_without_a_length_is_cut_off_too(face: Face) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(300):
            yield b" " * 1024

    headers = {"content-type": JSON, "accept": GRAPHQL}
    answer = await face.client.post("/graphql", content=chunks(), headers=headers)
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"nonsense", b"\xff\xfe", b'"\\ud800"', b"null", b"5", b'"abc"', b"[]", b"true", b"{}",
        b'[{"query":"{__typename}"}]', b'{"query":5}', b'{"query":["{__typename}"]}', b'{"query":null}',
        b'{"query":"{__typename}","operationName":["x"]}', b'{"query":"{__typename}","variables":[]}',
        b'{"query":"{__typename}","variables":"{}"}', b'{"query":"{__typename}","extensions":5}',
        b'{"query":"{__typename}","documentId":5}', b'{"extensions":{"persistedQuery":5}}',
        b'{"query":"{__typename}","variables":{"x":1e999}}', b'{"query":"{__typename}","variables":{"x":NaN}}',
    ],
)  # fmt: skip
async def test_a_request_that_is_not_well_formed_is_a_bad_request(face: Face, body: bytes) -> None:
    answer = await face.raw(body)
    assert answer.status_code == 400, answer.text
    assert {error["extensions"]["code"] for error in answer.json()["errors"]} == {"BAD_REQUEST"}
    assert "data" not in answer.json()


async def test_every_parameter_of_a_wrong_type_is_told(face: Face) -> None:
    answer = await face.raw(b'{"query":5,"variables":[],"operationName":{}}')
    assert len(answer.json()["errors"]) == 3


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("", "GRAPHQL_PARSE_FAILED"),
        ("{nothing}", "GRAPHQL_VALIDATION_FAILED"),
        ("{claims {nodes}}", "GRAPHQL_VALIDATION_FAILED"),
        ("query A {__typename} query B {__typename}", "OPERATION_RESOLUTION_FAILURE"),
        ("query($id: ID!) {claim(id: $id) {id}}", "BAD_USER_INPUT"),
        ('{claims(after: "nonsense") {nodes {id}}}', "BAD_USER_INPUT"),
        ("{claims(first: 1, last: 1) {nodes {id}}}", "BAD_USER_INPUT"),
        ("{claims(first: 101) {nodes {id}}}", "BAD_USER_INPUT"),
        ("{claims {nodes {reserve {amount}}}}", "FORBIDDEN"),
        ("{" + "claims{nodes{policy{" * 5 + "id" + "}}}" * 5 + "}", "QUERY_TOO_COMPLEX"),
    ],
)
async def test_a_request_error_has_one_code_and_its_status(face: Face, text: str, code: str) -> None:
    newer = await face.post({"query": text})
    older = await face.post({"query": text}, accept=JSON)
    assert newer.status_code == (403 if code == "FORBIDDEN" else 400)
    assert older.status_code == 200
    for answer in (newer, older):
        assert {error["extensions"]["code"] for error in answer.json()["errors"]} == {code}
        assert "data" not in answer.json()


async def test_an_unknown_document_id_is_not_found(face: Face) -> None:
    persisted = {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}
    for body in ({"documentId": "sha256:" + "0" * 64}, {"extensions": persisted}):
        answer = await face.post(body)
        assert answer.json()["errors"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer pk_nonsense", "Basic abc", "Bearer", "Bearer é"])
async def test_a_token_that_is_none_is_unauthenticated(face: Face, header: str) -> None:
    answer = await face.raw(TYPENAME.encode(), authorization=header)
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_the_schema_tells_of_itself(face: Face) -> None:
    answer = await face.post({"query": '{__schema {queryType {name}} __type(name: "Claim") {name} me {id}}'})
    schema = {"queryType": {"name": "Query"}}
    assert answer.json()["data"] == {"__schema": schema, "__type": {"name": "Claim"}, "me": None}


async def test_the_process_lives_and_is_ready(face: Face) -> None:
    assert (await face.client.get("/health/live")).json() == {"live": True}
    assert (await face.client.get("/health/ready")).json() == {"ready": True}


async def test_long_answers_are_compressed_for_whoever_accepts_it(face: Face) -> None:
    long = {"query": "{ __schema { types { name description } } }"}
    plain = await face.client.post("/graphql", json=long, headers={"accept-encoding": "identity"})
    zipped = await face.client.post("/graphql", json=long, headers={"accept-encoding": "br, gzip"})
    assert "content-encoding" not in plain.headers
    assert zipped.headers["content-encoding"] == "gzip"
    assert int(zipped.headers["content-length"]) < len(plain.content) // 3
    assert zipped.json()["data"] == plain.json()["data"]
    short = await face.client.post("/graphql", json={"query": "{__typename}"}, headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in short.headers


async def test_pages_of_listed_origins_may_ask_and_those_of_others_may_not(database_url: str) -> None:
    async with running(database_url, origins="https://app.example, https://desk.example:8443") as face:
        preflight = {"access-control-request-method": "POST", "access-control-request-headers": "authorization"}
        for origin, allowed in (("https://app.example", True), ("https://evil.example", False), ("null", False)):
            asked = await face.client.options("/graphql", headers={"origin": origin} | preflight)
            told = await face.client.post("/graphql", json={"query": "{__typename}"}, headers={"origin": origin})
            assert asked.status_code == (200 if allowed else 400)
            for answer in (asked, told):
                assert answer.headers.get("access-control-allow-origin") == (origin if allowed else None)
            assert "retry-after" in told.headers["access-control-expose-headers"].lower()


async def test_without_listed_origins_no_other_page_may_ask(face: Face) -> None:
    answer = await face.client.post("/graphql", json={"query": "{__typename}"}, headers={"origin": "https://a.example"})
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    ("accepted", "chinese"),
    [
        ("zh-CN", True), ("zh", True), ("en", False), ("", False), ("fr", False), ("zh-CN,en;q=0.5", True),
        ("en;q=0.5, zh-TW;q=0.9", True), ("zh;q=0.5, en-GB", False), ("en, zh", False), ("fr, zh;q=0.1", True),
    ],
)  # fmt: skip
async def test_what_is_refused_is_told_in_the_language_that_is_weighed_most(
    face: Face, accepted: str, *, chinese: bool
) -> None:
    answer = await face.raw(b'{"query":"{ nothing }"}', accept_language=accepted)
    message = answer.json()["errors"][0]["message"]
    assert message.startswith("查询与接口定义不符") == chinese
    assert "nothing" in message


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("PUT", {}, 405), ("POST", {"content-type": "text/plain"}, 415),
        ("POST", {"accept": "text/html", "content-type": JSON}, 406),
        ("POST", {"content-type": JSON, "content-length": "99999999"}, 413),
    ],
)  # fmt: skip
async def test_what_is_no_request_is_refused_in_the_reader_s_language_too(
    face: Face, method: str, headers: dict[str, str], status: int
) -> None:
    said = [
        (await face.client.request(method, "/graphql", headers=headers | {"accept-language": language})).json()
        for language in ("en", "zh-CN")
    ]
    answer = await face.client.request(method, "/graphql", headers=headers)
    english, chinese = (each["errors"][0] for each in said)
    assert (answer.status_code, answer.json()["errors"][0]) == (status, english)
    assert chinese == english | {"message": f"请求格式不正确（{english['message']}）"}
