"""Which log records say something of a model call, and where in them each field comes from.

The attributes of GenAI events have the names that spans use. Coding agents write records with
names of their own that would mean nothing elsewhere (`model`), so these are read only where the
record's producer is known; the view puts the producer and a colon before the key.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from longpole.core.semconv.declared import DECLARED
from longpole.core.semconv.model import Convert, FieldSource, Origin, SemanticMapping

# What assembly may fill a span's gaps with; other fields of a record are not copied.
LOG_FIELDS = frozenset(
    {
        "Operation", "RequestModel", "ResponseModel", "ProviderRaw", "ResponseId", "Streaming",
        "Ttft", "InputTokens", "OutputTokens", "TotalTokens", "CacheReadTokens",
        "CacheWriteTokens", "ReasoningTokens", "ReportedCostUsd", "AgentName", "SessionId",
        "UserId", "ErrorType",
    }
)  # fmt: skip
# A record is a GenAI record when it has a value for one of these.
TELLING = frozenset(
    {
        "RequestModel", "ResponseModel", "Ttft", "InputTokens", "OutputTokens", "TotalTokens",
        "CacheReadTokens", "CacheWriteTokens", "ReasoningTokens", "ReportedCostUsd",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Producer:
    """A program whose log records have keys of their own.

    It is known by the start of the scope's or the service's name; only `events` (without the part
    before the first dot) are read.
    """

    name: str
    scope_prefix: str
    service_prefix: str
    events: tuple[str, ...]


CLAUDE_CODE = Producer(
    "claude_code",
    "com.anthropic.claude_code",
    "claude-code",
    ("api_request", "api_response", "api_error"),
)
CODEX = Producer("codex", "codex", "codex", ("sse_event", "api_request"))
PRODUCERS = (CLAUDE_CODE, CODEX)


def _own(producer: Producer, field: str, key: str, convert: Convert = Convert.TEXT) -> FieldSource:
    return FieldSource(field, f"{producer.name}:{key}", convert)


OWN = (
    _own(CLAUDE_CODE, "ResponseModel", "model"),
    _own(CLAUDE_CODE, "ResponseId", "request_id"),
    # Without the cached ones.
    replace(_own(CLAUDE_CODE, "InputTokens", "input_tokens", Convert.UINT), beside=True),
    _own(CLAUDE_CODE, "OutputTokens", "output_tokens", Convert.UINT),
    _own(CLAUDE_CODE, "CacheReadTokens", "cache_read_tokens", Convert.UINT),
    _own(CLAUDE_CODE, "CacheWriteTokens", "cache_creation_tokens", Convert.UINT),
    _own(CLAUDE_CODE, "ReportedCostUsd", "cost_usd", Convert.MONEY),
    _own(CLAUDE_CODE, "Ttft", "ttft_ms", Convert.MILLISECONDS),
    _own(CLAUDE_CODE, "SessionId", "session.id"),
    _own(CLAUDE_CODE, "UserId", "user.id"),
    _own(CODEX, "ResponseModel", "model"),
    _own(CODEX, "InputTokens", "input_token_count", Convert.UINT),
    _own(CODEX, "OutputTokens", "output_token_count", Convert.UINT),
    _own(CODEX, "CacheReadTokens", "cached_token_count", Convert.UINT),
    _own(CODEX, "ReasoningTokens", "reasoning_token_count", Convert.UINT),
    _own(CODEX, "SessionId", "conversation.id"),
)


def log_mapping(mapping: SemanticMapping = DECLARED) -> SemanticMapping:
    """The part of a mapping that holds for log records, with the producers' own keys behind it."""
    shared = tuple(
        source
        for source in mapping.fields
        if source.field in LOG_FIELDS
        and source.origin is Origin.ATTRIBUTE
        and not (source.kinds or source.dialects)
    )
    return replace(
        mapping,
        fields=(*shared, *OWN),
        kind_names_first=(),
        kind_attributes=(),
        kind_names=(),
        kind_signatures=(),
        dialects=(),
        framework_dialects={},
        cache_beside=(),
        error_signs=(),
        placeholders=(),
    )
