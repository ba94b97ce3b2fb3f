"""The views that copy what log records say of model calls, generated as that of spans is."""

from __future__ import annotations

from longpole.core.semconv.compile import attributes, model, opened, said, usage
from longpole.core.semconv.compile.slots import INTO, span_keys
from longpole.core.semconv.compile.sqltext import Columns, any_of, array, lookup, nest, quote
from longpole.core.semconv.compile.view import SETTINGS
from longpole.core.semconv.declared import DECLARED
from longpole.core.semconv.kinds import OPERATIONS
from longpole.core.semconv.log_fields import PRODUCERS, TELLING, Producer, log_mapping
from longpole.core.semconv.model import SemanticMapping
from longpole.core.store import Generated

FACTS_NAME = "log_facts_mv"
RECORDS_NAME = "genai_logs_mv"
GIVEN = (
    *("Project", "TraceId", "SpanId", "Timestamp", "Id", "Event", "Producer", "IngestedAt"),
    *("SpanAttributes", "ScopeName", "Duration"),
)
LONGEST_EVENT = 200
# What a view of spans knows at this point and one of log records does not.
NOT_IN_LOGS = {
    "Dialect": "''",
    "SaidInputAudioTokens": "CAST(NULL, 'Nullable(UInt64)')",
    "SaidInputImageTokens": "CAST(NULL, 'Nullable(UInt64)')",
    "SaidOutputAudioTokens": "CAST(NULL, 'Nullable(UInt64)')",
    "SaidOutputImageTokens": "CAST(NULL, 'Nullable(UInt64)')",
}
# A record does not know how long its span takes: assembly refuses what exceeds it.
DAY_NS = 86_400 * 10**9


def log_views(mapping: SemanticMapping = DECLARED) -> list[Generated]:
    """The views that fill `log_facts` from `otel_logs` by way of the Null table `genai_logs`."""
    known = log_mapping(mapping)
    facts = (
        f"CREATE MATERIALIZED VIEW {FACTS_NAME} TO log_facts AS\n{facts_text(known)}\n{SETTINGS}\n"
    )
    records = f"CREATE MATERIALIZED VIEW {RECORDS_NAME} TO genai_logs AS\n{records_text(known)}\n"
    return [Generated(FACTS_NAME, facts), Generated(RECORDS_NAME, records)]


def facts_text(mapping: SemanticMapping) -> str:
    """The SELECT of the view behind `genai_logs`; `mapping` is one made for logs."""
    table = span_keys(mapping)
    # A key that several fields read counts as one that is opened; only a user's own is such.
    inside = [opened.stage(table)] if any(INTO in key for key in table.codes()) else []
    as_spans = (
        "(SELECT *, LogAttributes AS SpanAttributes, '' AS ScopeName, "
        f"toUInt64({DAY_NS}) AS Duration FROM genai_logs)"
    )
    return nest(
        as_spans,
        GIVEN,
        [
            attributes.coded("Span", table),
            attributes.known("Span"),
            *inside,
            attributes.everything("Span", table),
            attributes.usable("Span", table),
            attributes.split("Span"),
            said.said_stage(said.Places(mapping, table)),
            {
                **said.plausible_stage(mapping),
                **NOT_IN_LOGS,
                "Kind": lookup("lower(SaidOperation)", OPERATIONS),
                **model.said_stage(mapping),
            },
            {**model.inferred_stage(mapping), **usage.reported_stage(mapping)},
            usage.stage(),
            _columns(),
        ],
    )


def records_text(mapping: SemanticMapping) -> str:
    """The SELECT of the view before `genai_logs`: which records, with known producers marked."""
    telling = [source.key for source in mapping.fields if source.field in TELLING]
    shared = array(key for key in telling if ":" not in key)
    own = "arrayMap(key -> concat(Producer, ':', key), mapKeys(Given))"
    return f"""SELECT
    Project, IngestedAt, Timestamp, toValidUTF8(TraceId) AS TraceId, toValidUTF8(SpanId) AS SpanId,
    cityHash64(EventName, Body, Given) AS Id,
    substringUTF8(toValidUTF8(Said), 1, {LONGEST_EVENT}) AS Event,
    Producer,
    if(Producer = '', Given, mapFromArrays(
        CAST({own}, 'Array(LowCardinality(String))'), mapValues(Given))) AS LogAttributes
FROM
(
    SELECT
        Project, IngestedAt, Timestamp, TraceId, SpanId, EventName, Body, LogAttributes AS Given,
        if(EventName != '', EventName, LogAttributes['event.name']) AS Said,
        {_producer()} AS Producer
    FROM otel_logs
    WHERE TraceId != '' AND SpanId != ''
)
WHERE Producer != '' OR arrayExists(key -> key IN {shared}, mapKeys(Given))"""


def _producer() -> str:
    branches = ", ".join(f"{_made_by(made)}, {quote(made.name)}" for made in PRODUCERS)
    return f"multiIf({branches}, '')"


def _made_by(producer: Producer) -> str:
    known = any_of(
        f"startsWith(ScopeName, {quote(producer.scope_prefix)})",
        f"startsWith(ServiceName, {quote(producer.service_prefix)})",
    )
    event = "arrayElement(splitByChar('.', Said), -1)"
    return f"if({known}, {event} IN {array(producer.events)}, false)"


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
