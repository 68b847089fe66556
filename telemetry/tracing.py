"""OpenTelemetry spans of threads, roles and model calls, where an exporter is configured; else none.

Names and attributes are those of OpenTelemetry's conventions for generative AI, as pydantic-ai emits them,
and `steward.*` for what is ours. What is said to models and by them, which may be a patient's note, is no
part of a span unless the standard variable asks for it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from opentelemetry import trace
from opentelemetry.trace import Status, StatusCode

from store.secrets import scrub

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
    from pydantic_ai.models import Model

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
CONTENT = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"
_OF_EXCEPTIONS = ("exception.message", "exception.stacktrace")


def wanted(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether the environment names where spans go, and does not switch them off."""
    off = (
        environ.get("OTEL_SDK_DISABLED", "").lower() == "true"
        or environ.get("OTEL_TRACES_EXPORTER") == "none"
    )
    return not off and any(environ.get(name) for name in ENDPOINTS)


def with_content(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether messages are part of spans."""
    return environ.get(CONTENT, "").lower() == "true"


def start_tracing() -> None:
    """Send this process's spans to where the environment says; once, and nothing where it says nothing."""
    if not wanted() or _started():
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    exporter: SpanExporter = OTLPSpanExporter()
    if not with_content():
        exporter = _without_messages(exporter)
    # A service name in the environment wins over this one.
    provider = TracerProvider(resource=Resource.create({"service.name": "steward"}))
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)


def flush_tracing() -> None:
    """Send what has not been sent; nothing where no spans are made."""
    if _started():
        flush = getattr(trace.get_tracer_provider(), "force_flush", None)
        assert flush is not None, "the provider of start_tracing can flush"
        flush()


def instrumented(model: Model) -> Model:
    """The model, making a span of each request where spans are made."""
    if not _started():
        return model
    from pydantic_ai.models.instrumented import InstrumentationSettings, InstrumentedModel

    return InstrumentedModel(model, InstrumentationSettings(include_content=with_content()))


@contextmanager
def span(name: str, **attributes: str | int | None) -> Iterator[None]:
    """A span around a block; an exception that leaves it is named by its type, and raised again.

    An attribute `a__b` is called `a.b`; one that is None is left out.
    """
    if not _started():  # making a span that nobody gets costs as much as making one
        yield
        return
    given = {key.replace("__", "."): value for key, value in attributes.items() if value is not None}
    with trace.get_tracer("steward").start_as_current_span(
        name, attributes=given, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield
        except BaseException as error:
            current.set_status(Status(StatusCode.ERROR, type(error).__name__))
            current.set_attribute("error.type", type(error).__name__)
            raise


def _started() -> bool:
    return not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider | trace.NoOpTracerProvider)


def _without_messages(exporter: SpanExporter) -> SpanExporter:
    """The exporter, with the texts of exceptions taken out: a server's error can repeat what it was sent."""
    from opentelemetry.sdk.trace.export import SpanExporter as Exporter

    class Discreet(Exporter):
        def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
            return exporter.export([_discreet(one) for one in spans])

        def shutdown(self) -> None:
            exporter.shutdown()

        def force_flush(self, timeout_millis: int = 30000) -> bool:
            return exporter.force_flush(timeout_millis)

    return Discreet()


def _discreet(of: ReadableSpan) -> ReadableSpan:
    from opentelemetry.sdk.trace import Event, ReadableSpan

    if not of.events and not of.status.description:
        return of
    events = []
    for event in of.events:
        kept = {k: v for k, v in (event.attributes or {}).items() if k not in _OF_EXCEPTIONS}
        events.append(Event(event.name, kept, event.timestamp))
    description = (of.status.description or "").partition(":")[0]
    return ReadableSpan(
        name=of.name,
        context=of.get_span_context(),
        parent=of.parent,
        resource=of.resource,
        attributes=of.attributes,
        events=events,
        links=of.links,
        kind=of.kind,
        instrumentation_scope=of.instrumentation_scope,
        status=Status(of.status.status_code, scrub(description) or None),
        start_time=of.start_time,
        end_time=of.end_time,
    )
