"""One trace runs from a request through its statements and the job it causes to the bank; none without a tracer."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode
from starlette.types import ASGIApp, Receive, Scope, Send

from commands import tracing as composing
from domain.jobs.models import Job
from domain.kernel import tracing
from domain.kernel.ids import public_id
from domain.kernel.settings import settings
from domain.payouts.bank import use_bank
from domain.payouts.models import Payout
from domain.payouts.terms import PayoutState
from gateways.bank import HttpBank
from gateways.telemetry import OpenTelemetryTracer
from sandbox.bank import SandboxBank
from sandbox.faults import Fault, Plan
from tests.face.conftest import Face, signed_in
from tests.factories.payouts import ACCOUNT, Payment, payout_ready
from tests.factories.work import work
from tests.payouts.conftest import IMPATIENT, served

APPROVE = """mutation Approve($id: ID!, $version: Int!) {
  payoutApprove(input: {payoutId: $id, expectedVersion: $version}) { payout { state } errors { code } } }"""
CALLER = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


class Traces:
    """The spans of this process, as a collector would have them."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        self.tracer = OpenTelemetryTracer("test", self.exporter)

    @property
    def spans(self) -> list[ReadableSpan]:
        """Those that ended, in the order in which they began."""
        self.tracer.provider.force_flush()
        return sorted(self.exporter.get_finished_spans(), key=lambda span: span.start_time or 0)

    def forget(self) -> None:
        """Begins anew."""
        self.tracer.provider.force_flush()
        self.exporter.clear()

    def path(self, name: str) -> list[str]:
        """The names from a span up to the first of its trace."""
        by_id = {each.context.span_id: each for each in self.spans if each.context}
        found: ReadableSpan | None = next(each for each in self.spans if each.name == name)
        names = []
        while found is not None:
            names.append(found.name)
            found = by_id.get(found.parent.span_id) if found.parent else None
        return names


@pytest.fixture
def traces() -> Iterator[Traces]:
    """This process is traced."""
    found = Traces()
    tracing.use_tracer(found.tracer)
    yield found
    tracing.use_tracer(None)
    found.tracer.provider.shutdown()


class Bank:
    """A bank that keeps which traces it was told of."""

    def __init__(self, home: Path, plan: Plan) -> None:
        self.secret = settings().bank_secret.get_secret_value()
        self.app: ASGIApp = SandboxBank(home, self.secret, None, plan).app()
        self.told: list[str | None] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            found = dict(scope["headers"]).get(b"traceparent")
            self.told.append(found.decode() if found else None)
        await self.app(scope, receive, send)


@pytest.fixture
async def bank(face: Face, tmp_path: Path) -> AsyncIterator[Bank]:
    """A bank whose first answer is lost."""
    found = Bank(tmp_path, Plan([Fault.LOST_ANSWER]))
    async with served(found) as url:  # type: ignore[arg-type]  # any application will do
        client = HttpBank(url, found.secret, IMPATIENT)
        use_bank(client)
        yield found
        await client.close()


async def approve(face: Face, payment: Payment, **headers: str) -> None:
    """Releases a payout over HTTP."""
    body = {
        "query": APPROVE,
        "variables": {"id": public_id("pay", payment.payout.id), "version": payment.payout.version},
    }
    token = await signed_in(payment.approvers[0])
    answer = await face.client.post("/graphql", json=body, headers={"authorization": f"Bearer {token}", **headers})
    assert answer.json()["data"] == {"payoutApprove": {"payout": {"state": "APPROVED"}, "errors": []}}


async def test_one_trace_runs_from_the_request_to_the_bank(
    face: Face, bank: Bank, database_url: str, traces: Traces
) -> None:
    payment = await payout_ready()
    traces.forget()
    await approve(face, payment, traceparent=CALLER)
    job = await Job.get(kind="payouts.execute")
    assert job.trace is not None
    await work(database_url, rounds=1)
    assert {f"{each.context.trace_id:032x}" for each in traces.spans if each.context} == {CALLER.split("-")[1]}
    assert traces.path("bank POST") == ["bank POST", "job payouts.execute", "transaction", "Approve"]
    (request,) = [each for each in traces.spans if each.name == "Approve"]
    assert request.parent is not None
    assert f"{request.parent.span_id:016x}" == CALLER.split("-")[2]
    assert traces.path("read") == ["read", "Approve"]
    (told,) = bank.told
    (call,) = [each for each in traces.spans if each.name == "bank POST"]
    assert call.context is not None
    assert told == f"00-{call.context.trace_id:032x}-{call.context.span_id:016x}-01"


async def test_a_span_tells_what_the_log_tells_and_nothing_personal(
    face: Face, bank: Bank, database_url: str, traces: Traces
) -> None:
    payment = await payout_ready()
    traces.forget()
    await approve(face, payment)
    await work(database_url, rounds=1)
    (request,) = [each for each in traces.spans if each.name == "Approve"]
    told = dict(request.attributes or {})
    assert told["aftercare.actor"] == payment.approvers[0].label
    assert (told["aftercare.kind"], told["aftercare.status"], told["aftercare.statements"]) == ("mutation", 200, 3)
    (call,) = [each for each in traces.spans if each.name == "bank POST"]
    assert call.status.status_code is StatusCode.ERROR
    assert call.status.description == "ReadTimeout"
    everything = "".join(each.to_json() for each in traces.spans)
    assert ACCOUNT not in everything
    assert "Zhang" not in everything
    assert "SELECT" not in everything


async def test_there_is_one_span_for_each_statement_and_none_for_a_field(face: Face, traces: Traces) -> None:
    text = "query Wide { " + " ".join(f"a{n}: claims(first: 2) {{ nodes {{ id state }} }}" for n in range(9)) + " }"
    await face.post({"query": text})
    assert [each.name for each in traces.spans] == ["Wide", "read"]


@pytest.mark.parametrize("given", ["nonsense", "00-0-0-00", CALLER.replace("4bf9", "zzzz"), "💥"])
async def test_a_malformed_trace_of_a_caller_is_not_gone_on_with(face: Face, traces: Traces, given: str) -> None:
    answer = await face.raw(b'{"query":"{__typename}"}', traceparent=given.encode().decode("latin-1"))
    assert answer.status_code == 200
    (request,) = traces.spans
    assert request.parent is None


async def test_without_a_tracer_neither_job_nor_bank_hears_of_a_trace(
    face: Face, bank: Bank, database_url: str
) -> None:
    payment = await payout_ready()
    await approve(face, payment, traceparent=CALLER)
    assert (await Job.get(kind="payouts.execute")).trace is None
    await work(database_url, rounds=1)
    assert bank.told == [None]
    assert (await Payout.get(id=payment.payout.id)).state is PayoutState.UNKNOWN


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The environment names a collector."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    settings.cache_clear()
    yield
    tracing.use_tracer(None)
    monkeypatch.undo()
    settings.cache_clear()


def test_a_process_is_traced_where_the_environment_names_a_collector(endpoint: None) -> None:
    composing.connect_tracer("aftercare-test")
    found = tracing.tracer()
    assert isinstance(found, OpenTelemetryTracer)
    assert found.provider.resource.attributes["service.name"] == "aftercare-test"
    found.provider.shutdown()


def test_a_process_is_not_traced_where_it_names_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    composing.connect_tracer("aftercare-test")
    assert tracing.tracer() is None


def test_a_missing_library_is_told_and_the_process_goes_on(
    endpoint: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(composing, "GATEWAY", "gateways.not_there")
    with caplog.at_level(logging.WARNING):
        composing.connect_tracer("aftercare-test")
    assert tracing.tracer() is None
    assert caplog.messages == [
        "OTEL_EXPORTER_OTLP_ENDPOINT is set, but gateways.not_there is not installed: no traces"
    ]
