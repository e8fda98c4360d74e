"""Spans by OpenTelemetry, sent over OTLP to where `OTEL_EXPORTER_OTLP_ENDPOINT` says; needs the extra `tracing`."""

from __future__ import annotations

from asyncio import CancelledError
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from domain.kernel.tracing import Facts, Side

KINDS = {side: SpanKind[side.value] for side in Side}
_wire = TraceContextTextMapPropagator()


class OpenTelemetryTracer:
    """Takes the spans of one process to an exporter. Of a failure it tells the type: its text may hold personal data.

    How much is sampled, and which headers an exporter sends, the library reads from its own `OTEL_…` variables.
    """

    def __init__(self, service: str, exporter: SpanExporter) -> None:
        self.provider = TracerProvider(resource=Resource.create({SERVICE_NAME: service}))
        self.provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self.provider.get_tracer("aftercare")

    @contextmanager
    def span(self, name: str, side: Side, facts: Facts, parent: str | None) -> Iterator[None]:
        """A span around a block, inside the present one or inside what `parent` names."""
        around = _wire.extract({"traceparent": parent}) if parent else None
        with self._tracer.start_as_current_span(
            name, around, KINDS[side], _told(facts), record_exception=False, set_status_on_exception=False
        ) as current:
            try:
                yield
            except CancelledError:
                raise  # whoever asked wants no more, which is no error
            except BaseException as error:
                current.set_status(Status(StatusCode.ERROR, type(error).__name__))
                raise

    def describe(self, name: str | None, facts: Facts) -> None:
        """Names the present span once it is known what it is."""
        current = trace.get_current_span()
        current.set_attributes(_told(facts))
        if name is not None:
            current.update_name(name)

    def traceparent(self) -> str | None:
        """The present span for those who go on with its trace."""
        carrier: dict[str, str] = {}
        _wire.inject(carrier)
        return carrier.get("traceparent")


def _told(facts: Facts) -> Mapping[str, str | int | float]:
    return {name: value for name, value in facts.items() if value is not None}


def open_tracer(service: str) -> OpenTelemetryTracer:
    """A tracer whose exporter reads its address from the environment."""
    return OpenTelemetryTracer(service, OTLPSpanExporter())
