"""The view that copies what log records say of model calls, generated as that of spans is."""

from __future__ import annotations

from longpole.core.semconv.compile import attributes, fields, model, usage
from longpole.core.semconv.compile.slots import span_keys
from longpole.core.semconv.compile.sqltext import Columns, any_of, array, lookup, nest, quote
from longpole.core.semconv.compile.view import SETTINGS
from longpole.core.semconv.declared import DECLARED
from longpole.core.semconv.kinds import OPERATIONS
from longpole.core.semconv.log_fields import PRODUCERS, TELLING, Producer, log_mapping
from longpole.core.semconv.model import Origin, SemanticMapping
from longpole.core.store import Generated

NAME = "log_facts_mv"
GIVEN = (
    *("Project", "TraceId", "SpanId", "Timestamp", "Id", "Event", "Producer", "IngestedAt"),
    *("SpanAttributes", "ScopeName", "Duration"),
)
LONGEST_EVENT = 200
# A record does not know how long its span takes: assembly refuses what exceeds it.
DAY_NS = 86_400 * 10**9


def log_facts_view(mapping: SemanticMapping = DECLARED) -> Generated:
    """The view that fills `log_facts` from `otel_logs`."""
    text = select_text(log_mapping(mapping))
    return Generated(NAME, f"CREATE MATERIALIZED VIEW {NAME} TO log_facts AS\n{text}\n{SETTINGS}\n")


def select_text(mapping: SemanticMapping) -> str:
    """The SELECT of the view; `mapping` is one made for logs."""
    table = span_keys(mapping)
    tables = {Origin.ATTRIBUTE: ("Span", table)}
    return nest(
        f"(\n{_records(mapping)}\n)",
        GIVEN,
        [
            attributes.coded("Span", table),
            attributes.known("Span"),
            attributes.usable("Span", table),
            attributes.split("Span"),
            attributes.slot_columns("Span", table),
            fields.said_stage(mapping, tables),
            {"Kind": lookup("lower(SaidOperation)", OPERATIONS)},
            model.said_stage(mapping),
            model.inferred_stage(mapping),
            _usage_stage(),
            _columns(),
        ],
    )


def _records(mapping: SemanticMapping) -> str:
    """The records to read, in the columns of a span, keys of known producers marked."""
    telling = [source.key for source in mapping.fields if source.field in TELLING]
    shared = array(key for key in telling if ":" not in key)
    is_own = "Producer != ''"
    return f"""SELECT
    Project, IngestedAt, Timestamp, toValidUTF8(TraceId) AS TraceId, toValidUTF8(SpanId) AS SpanId,
    cityHash64(EventName, Body, LogAttributes) AS Id,
    if(EventName != '', EventName, LogAttributes['event.name']) AS Said,
    substringUTF8(toValidUTF8(Said), 1, {LONGEST_EVENT}) AS Event,
    {_producer()} AS Producer,
    mapFromArrays(
        arrayMap(key -> toLowCardinality(if({is_own}, concat(Producer, ':', key), toString(key))),
            mapKeys(LogAttributes)),
        mapValues(LogAttributes)) AS SpanAttributes,
    '' AS ScopeName, toUInt64({DAY_NS}) AS Duration
FROM otel_logs
WHERE TraceId != '' AND SpanId != ''
    AND ({is_own} OR arrayExists(key -> key IN {shared}, mapKeys(LogAttributes)))"""


def _producer() -> str:
    branches = ", ".join(f"{_made_by(made)}, {quote(made.name)}" for made in PRODUCERS)
    return f"multiIf({branches}, '')"


def _made_by(producer: Producer) -> str:
    known = any_of(
        f"startsWith(otel_logs.ScopeName, {quote(producer.scope_prefix)})",
        f"startsWith(ServiceName, {quote(producer.service_prefix)})",
    )
    event = "arrayElement(splitByChar('.', Said), -1)"
    return f"if({known}, {event} IN {array(producer.events)}, false)"


def _usage_stage() -> Columns:
    beside = [quote(made.name) for made in PRODUCERS if made.cache_beside]
    columns = usage.stage()
    columns["CacheBeside"] = any_of(f"Producer IN [{', '.join(beside)}]", columns["CacheBeside"])
    return columns


def _columns() -> Columns:
    plain = ("Project", "TraceId", "SpanId", "Timestamp", "Id", "Event", "Provider", "Model")
    said = (
        "CacheReadTokens", "CacheWriteTokens", "ReasoningTokens", "ReportedCostUsd", "Streaming",
        "AgentName", "SessionId", "UserId", "ErrorType", "ResponseId",
    )  # fmt: skip
    return {
        **{name: name for name in plain},
        "Operation": "SaidOperation",
        **{name: name for name in ("InputTokens", "OutputTokens", "TotalTokens")},
        **{name: f"Said{name}" for name in said},
        "TtftS": "SaidTtft",
        "IngestedAt": "IngestedAt",
    }
