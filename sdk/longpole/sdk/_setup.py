"""`init`: tracer provider, exporter and instrumentations in one call."""

from __future__ import annotations

import logging
import os
import threading
import uuid
from collections.abc import Collection, Mapping
from types import MappingProxyType

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider

from longpole.sdk import _names
from longpole.sdk._export import BoundedProcessor, make_exporter
from longpole.sdk._instrument import instrument_installed
from longpole.sdk._session import SessionProcessor

_log = logging.getLogger("longpole.sdk")
_lock = threading.Lock()
_current: Longpole | None = None


class Longpole:
    """What `init` set up."""

    def __init__(self, processor: BoundedProcessor | None, instrumented: dict[str, str]) -> None:
        self._processor = processor
        self.instrumented: Mapping[str, str] = MappingProxyType(instrumented)
        """Library -> module of the instrumentation that is on."""

    def flush(self) -> bool:
        """Send what is waiting; True if the server took all of it.

        Takes at most `timeout_s` of `init` for each waiting batch of 512 spans.
        """
        return self._processor is not None and self._processor.flush()

    def shutdown(self) -> None:
        """Send what is waiting and stop exporting; the program's own provider keeps running."""
        global _current
        with _lock:
            if _current is self:
                _current = None
        if self._processor is not None:
            self._processor.shutdown()


def init(
    service_name: str | None = None,
    *,
    endpoint: str | None = None,
    api_key: str | None = None,
    release: str | None = None,
    environment: str | None = None,
    instrument: bool | Collection[str] = True,
    attributes: Mapping[str, str] | None = None,
    flush_every_s: float = 1.0,
    timeout_s: float = 5.0,
) -> Longpole:
    """Export spans to Longpole and switch on the installed GenAI instrumentations.

    `endpoint` is the base address (`/v1/traces` is appended); without it the standard variables
    `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` and `OTEL_EXPORTER_OTLP_ENDPOINT` hold, then
    `http://localhost:4318`. `instrument` is False for none, or the names of libraries.
    `attributes` are further resource attributes. A tracer provider that the program installed
    before is kept, with its resource, and gets one more exporter. A second call returns the first
    handle and changes nothing. An unreachable server never raises: spans beyond the queue
    (`OTEL_BSP_MAX_QUEUE_SIZE`, 2048) are dropped.
    """
    global _current
    with _lock:
        if _current is not None:
            _log.info("init() was called before; the first call holds")
            return _current
        resource = make_resource(service_name, release, environment, attributes)
        provider = _provider(resource)
        processor = None
        if isinstance(provider, TracerProvider):
            exporter = make_exporter(endpoint, api_key, timeout_s)
            processor = BoundedProcessor(exporter, flush_every_s, timeout_s)
            provider.add_span_processor(SessionProcessor())
            provider.add_span_processor(processor)
        else:
            _log.warning("the tracer provider %r takes no exporter; nothing is sent", provider)
        _current = Longpole(processor, _instrumented(provider, instrument))
        return _current


def make_resource(
    service_name: str | None,
    release: str | None,
    environment: str | None,
    attributes: Mapping[str, str] | None,
) -> Resource:
    """The resource of this process; unset names are left to `OTEL_SERVICE_NAME` and the like."""
    given = {
        **(attributes or {}),
        _names.SERVICE_NAME: service_name,
        _names.SERVICE_VERSION: release,
        _names.DEPLOYMENT_ENVIRONMENT: environment,
        _names.SERVICE_INSTANCE_ID: str(uuid.uuid4()),
    }
    present = {name: value for name, value in given.items() if value is not None}
    return Resource.create({**present, _names.PROCESS_PID: os.getpid()})


def _provider(resource: Resource) -> trace.TracerProvider:
    """The program's own provider if it has one, else a new one made global."""
    existing = trace.get_tracer_provider()
    if not isinstance(existing, trace.ProxyTracerProvider):
        return existing
    provider = TracerProvider(resource=resource)
    trace.set_tracer_provider(provider)
    return provider


def _instrumented(
    provider: trace.TracerProvider, instrument: bool | Collection[str]
) -> dict[str, str]:
    if isinstance(instrument, bool):
        return instrument_installed(provider) if instrument else {}
    return instrument_installed(provider, instrument)
