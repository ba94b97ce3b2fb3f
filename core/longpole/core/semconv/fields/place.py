"""Where a span ran: out of the resource."""

from __future__ import annotations

from longpole.core.otlp import END_BEFORE_START
from longpole.core.semconv.fields.rows import attributes, resource
from longpole.core.semconv.model import Convert, FieldSource, Origin

PLACE = (
    *resource("Environment", "deployment.environment.name", "deployment.environment"),
    *attributes("Environment", "langfuse.environment", "traceloop.environment"),
    *resource("Release", "service.version"),
    *attributes("Release", "langfuse.release"),
    *resource("ServiceInstance", "service.instance.id"),
    # A pod or container tells processes apart better than a host, on which many have pid 1.
    *resource("Container", "k8s.pod.name", "container.id"),
    *resource("Host", "host.name"),
    *resource("ProcessId", "process.pid"),
    *attributes("ErrorType", "error.type"),
    FieldSource("ErrorType", "exception", origin=Origin.EVENT_ATTRIBUTE, path=("exception.type",)),
    *attributes("ErrorType", "http.response.status_code", "http.status_code"),
    # Written by our own ingest service, which sees both times before the duration is made of them.
    *attributes("EndsBeforeStart", END_BEFORE_START, convert=Convert.BOOL),
)
