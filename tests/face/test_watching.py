"""What is told of a request: one line without personal data, an id that finds it again, and numbers for Prometheus."""

from __future__ import annotations

import hashlib
import io
import json
import logging
import math
import urllib.request
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from starlette.applications import Starlette

from api import watching
from api.documents import DocumentStore
from api.metrics import FOLLOWED, REQUESTS, served_metrics
from domain.audit.models import AuditEntry
from domain.kernel.ids import public_id
from domain.kernel.logs import JsonLines, set_up_logs
from domain.kernel.settings import Documents
from tests.commands.test_logs import logged
from tests.face.conftest import Face, signed_in
from tests.factories.claims import claim_approved, claim_awaiting_decision
from tests.jobs.processes import free_ports

__all__ = ["logged"]

CLAIM = "query OneClaim($id: ID!) { claim(id: $id) { state } }"
APPROVE = """mutation Approve($input: ClaimApproveInput!) {
    claimApprove(input: $input) { claim { state } errors { code } } }"""
AGREE = """mutation ($id: ID!, $version: Int!) {
    claimAgree(input: {claimId: $id, expectedVersion: $version}) { claim { state } errors { code } } }"""
FIELDS = {
    "timestamp", "event", "level", "logger", "request_id", "transport", "operation", "kind", "document", "actor",
    "status", "code", "cost", "ms", "sql_ms", "statements", "bytes",
}  # fmt: skip
MAIL, PHONE, CARD, IDENTITY = "zhang.wei@customer.example", "13800138000", "6225881234567890123", "110101198106150012"
PERSONAL = (MAIL, PHONE, CARD, IDENTITY)


class Lines:
    """What production's log holds."""

    def __init__(self, written: io.StringIO) -> None:
        self.written = written

    def all(self) -> list[dict[str, Any]]:
        """Every line of the API; that rates are not shared here, as there is no Redis, is told by another logger."""
        told = [json.loads(line) for line in self.written.getvalue().splitlines()]
        return [line for line in told if line["logger"] == "aftercare.api"]

    def last(self) -> dict[str, Any]:
        """The newest line."""
        return self.all()[-1]


@pytest.fixture
async def lines(face: Face, logged: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> Lines:
    """What is written once the application is up; on a machine with other work no request counts as slow for that."""
    monkeypatch.setattr(watching, "SLOW", math.inf)
    return Lines(logged)


async def test_a_query_is_told_in_one_line(face: Face, lines: Lines) -> None:
    case = await claim_approved()
    token = await signed_in(case.customer)
    answer = await face.post({"query": CLAIM, "variables": {"id": public_id("clm", case.claim.id)}}, token)
    (told,) = lines.all()
    assert told.keys() == FIELDS
    assert told["ms"] >= told["sql_ms"] > 0
    del told["timestamp"], told["ms"], told["sql_ms"]
    assert told == {
        "event": "answered", "level": "info", "logger": "aftercare.api", "request_id": answer.headers["x-request-id"],
        "transport": "http", "operation": "OneClaim", "kind": "query",
        "document": hashlib.sha256(CLAIM.encode()).hexdigest()[:12],
        "actor": case.customer.label, "status": 200, "code": None, "cost": 2, "statements": 1,
        "bytes": len(answer.content),
    }  # fmt: skip


async def test_a_change_is_told_with_its_session_its_transaction_and_its_read(face: Face, lines: Lines) -> None:
    case = await claim_approved()
    token = await signed_in(case.customer)
    given = {"id": public_id("clm", case.claim.id), "version": case.claim.version}
    answer = await face.post({"query": AGREE, "variables": given}, token)
    told = lines.last()
    assert (told["kind"], told["operation"], told["code"], told["statements"]) == ("mutation", None, None, 3)
    entry = await AuditEntry.filter(action="claim:agree").get()
    assert entry.request_id == told["request_id"] == answer.headers["x-request-id"]


async def test_a_refusal_is_told_by_its_code(face: Face, lines: Lines) -> None:
    case = await claim_awaiting_decision()
    token = await signed_in(case.handler)
    given = {"claimId": public_id("clm", case.claim.id), "expectedVersion": case.claim.version + 7}
    await face.post({"query": APPROVE, "variables": {"input": given}}, token)
    told = lines.last()
    assert (told["operation"], told["status"], told["code"]) == ("Approve", 200, "CONFLICT")


@pytest.mark.parametrize(
    ("body", "token", "expected"),
    [
        ({"query": "{"}, None, (400, "GRAPHQL_PARSE_FAILED", None, "anonymous")),
        ({"query": "{nothing}"}, None, (400, "GRAPHQL_VALIDATION_FAILED", None, "anonymous")),
        ({"query": "query A {me {id}}"}, "x.y.z", (401, "UNAUTHENTICATED", None, None)),
        ({"query": "query A {__typename}"}, None, (200, None, "A", "anonymous")),
        ({"query": CLAIM, "variables": {"id": None}}, None, (400, "BAD_USER_INPUT", "OneClaim", "anonymous")),
        ([], None, (400, "BAD_REQUEST", None, None)),
    ],
)
async def test_a_request_is_told_however_far_it_came(
    face: Face, lines: Lines, body: object, token: str | None, expected: tuple[object, ...]
) -> None:
    answer = await face.post(body, token)
    told = lines.last()
    assert (told["status"], told["code"], told["operation"], told["actor"]) == expected
    assert told["request_id"] == answer.headers["x-request-id"]
    assert told["statements"] == 0


async def test_what_is_refused_before_it_is_graphql_is_told_too(face: Face, lines: Lines) -> None:
    answer = await face.client.put("/graphql")
    told = lines.last()
    assert (told["status"], told["code"], told["kind"]) == (405, "BAD_REQUEST", None)
    assert told["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize("personal", PERSONAL)
async def test_no_line_holds_what_a_caller_typed(face: Face, lines: Lines, personal: str) -> None:
    digits = "".join(filter(str.isdigit, personal))
    change = "mutation Ask($mail: String!) {customerRequestCode(input: {mail: $mail}) {sent errors {code path}}}"
    for body in (
        {"query": change, "variables": {"mail": personal}},
        {"query": change, "variables": {"mail": [personal]}},
        {"query": change.replace("$mail})", f'"{personal}"}})').replace("($mail: String!)", "")},
        {"query": f"query Of_{digits}_ {{__typename}}"},
        {"query": f'{{claim(id: "{personal}") {{id}}}}'},
        {"query": f'{{"{personal}"}}'},
        {"query": "query A {__typename}", "operationName": personal},
        {"documentId": f"sha256:{personal}"},
    ):
        await face.post(body)
    await face.raw(b'{"query":"{__typename}"}', x_request_id=personal, traceparent=personal, user_agent=personal)
    await face.client.get("/graphql", params={"query": "{__typename}", "variables": personal})
    written = lines.written.getvalue()
    assert len(lines.all()) == 10
    assert personal not in written
    assert not digits or digits not in written


async def test_a_request_is_named_by_its_caller_or_by_us(face: Face, lines: Lines) -> None:
    for given, kept in (
        ("deploy-2026.11.25_a", True), (uuid4().hex, True), ("short", False), ("x" * 65, False), ("a b c d e f", False),
        (PHONE, False), (CARD, False), (IDENTITY, False),
    ):  # fmt: skip
        answer = await face.raw(b'{"query":"{__typename}"}', x_request_id=given)
        named = answer.headers["x-request-id"]
        assert (named == given) is kept, given
        assert lines.last()["request_id"] == named
        assert len(named) == 32 or kept


async def test_two_requests_have_two_names(face: Face) -> None:
    names = {(await face.post({"query": "{__typename}"})).headers["x-request-id"] for _ in range(20)}
    assert len(names) == 20


async def test_the_id_in_the_answer_to_a_fault_finds_its_line_and_its_request(
    face: Face, lines: Lines, database_url: str
) -> None:
    case = await claim_approved()
    token = await signed_in(case.customer)
    saboteur = await asyncpg.connect(database_url)
    try:
        await saboteur.execute("ALTER TABLE claim RENAME COLUMN state TO gone")
        answer = await face.post({"query": CLAIM, "variables": {"id": public_id("clm", case.claim.id)}}, token)
    finally:
        await saboteur.execute("ALTER TABLE claim RENAME COLUMN gone TO state")
        await saboteur.close()
    assert answer.status_code == 500
    error_id = answer.json()["errors"][0]["extensions"]["errorId"]
    fault, told = lines.all()
    assert error_id in fault["event"]
    assert fault["request_id"] == told["request_id"] == answer.headers["x-request-id"]
    assert (told["event"], told["code"], told["status"]) == ("answered", "INTERNAL_SERVER_ERROR", 500)


async def test_a_slow_request_is_a_warning_even_where_others_are_not_told(
    face: Face, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    logging.getLogger().setLevel(logging.WARNING)
    await face.post({"query": "{__typename}"})
    assert lines.all() == []
    monkeypatch.setattr(watching, "SLOW", 0.0)
    await face.post({"query": "query Long {__typename}"})
    (told,) = lines.all()
    assert told.keys() == FIELDS
    assert (told["event"], told["level"], told["operation"]) == ("slow", "warning", "Long")


async def test_development_tells_the_same_in_its_own_form(
    face: Face, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "level", root.level)
    set_up_logs()
    assert not isinstance(root.handlers[0], JsonLines)
    answer = await face.post({"query": "query Mine {__typename}"})
    (line,) = capsys.readouterr().err.splitlines()
    assert "answered" in line
    for told in ("operation=Mine", "status=200", f"request_id={answer.headers['x-request-id']}"):
        assert told in line.replace("'", "")


def _endpoint(app: Starlette) -> Any:
    return next(route for route in app.routes if getattr(route, "path", None) == "/graphql").endpoint  # type: ignore[attr-defined]


def counted(name: str, **labels: str) -> float:
    """The sum of a metric's samples that have these labels."""
    metrics = chain(REQUESTS.collect(), FOLLOWED.collect())
    samples = [sample for metric in metrics for sample in metric.samples if sample.name == name]
    return sum(each.value for each in samples if labels.items() <= each.labels.items())


async def test_operations_of_registered_documents_are_counted_by_name_and_others_together(
    face: Face, tmp_path: Path
) -> None:
    text = "query Registered {__typename}"
    digest = hashlib.sha256(text.encode()).hexdigest()
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({f"sha256:{digest}": text}))
    _endpoint(face.app).store = DocumentStore(face.answering.schema, Documents.OPEN, manifest)
    labels = {"operation": "Registered", "kind": "query", "outcome": "OK"}
    others = {"operation": "ad-hoc", "kind": "query", "outcome": "OK"}
    before, before_others = counted("aftercare_requests_total", **labels), counted("aftercare_requests_total", **others)
    await face.post({"documentId": f"sha256:{digest}"})
    for number in range(3):
        await face.post({"query": f"query Invented{number} {{__typename}}"})
    assert counted("aftercare_requests_total", **labels) == before + 1
    assert counted("aftercare_requests_total", **others) == before_others + 3
    assert counted("aftercare_request_seconds_count", operation="Registered") == before + 1
    assert counted("aftercare_answer_bytes_total", operation="Registered") > 0
    assert counted("aftercare_requests_total", operation="Invented0") == 0


async def test_statements_and_codes_are_counted(face: Face) -> None:
    case = await claim_approved()
    token = await signed_in(case.customer)
    ad_hoc = {"operation": "ad-hoc", "kind": "query"}
    names = ("aftercare_statements_total", "aftercare_sql_seconds_total")
    before = [counted(name, **ad_hoc) for name in names]
    bad = counted("aftercare_requests_total", operation="none", outcome="GRAPHQL_PARSE_FAILED")
    await face.post({"query": CLAIM, "variables": {"id": public_id("clm", case.claim.id)}}, token)
    await face.post({"query": "{"})
    assert counted(names[0], **ad_hoc) == before[0] + 1
    assert counted(names[1], **ad_hoc) > before[1]
    assert counted("aftercare_requests_total", operation="none", outcome="GRAPHQL_PARSE_FAILED") == bad + 1


def test_each_process_of_the_api_has_a_port_of_its_own_on_loopback() -> None:
    first = free_ports(2)

    def asked(port: int) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            return str(answer.read().decode())

    with served_metrics(first), served_metrics(first):
        assert "# TYPE aftercare_request_seconds histogram" in asked(first)
        assert "aftercare_requests_total" in asked(first + 1)
    with pytest.raises(OSError, match="refused"):
        asked(first)


def test_without_a_port_nothing_is_served(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO), served_metrics(None):
        assert caplog.text == ""


@pytest.fixture(autouse=True)
def whole_log() -> Iterator[None]:
    """Every test finds the log as it was before."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
