"""Which span attributes Longpole understands."""

from __future__ import annotations

import re
from functools import cache

from longpole.core.semconv.content import CONTENT_KEYS
from longpole.core.semconv.declared import DECLARED
from longpole.core.semconv.model import Origin, SemanticMapping

INSIDE_SPANS = frozenset({Origin.ATTRIBUTE, Origin.JSON, Origin.REPR, Origin.LENGTH, Origin.SUM})
# Beginnings of keys of content, which no figure is made of: it is shown with the span only.
CONTENT_PREFIXES = (
    "input.", "output.", "message.", "document.", "retrieval.documents", "embedding.", "metadata",
    "gen_ai.embeddings", "gen_ai.tool.definitions", "gen_ai.tool.description", "tool.description",
    "tool.parameters", "tool.json_schema", "llm.tools", "llm.functions", "llm.request.functions.",
    "llm.prompts", "llm.prompt_template.", "llm.invocation_parameters", "reranker.query",
    "reranker.input_documents", "reranker.output_documents", "traceloop.entity.", "ai.prompt",
    "ai.response.text", "ai.response.object", "ai.embedding", "exception.", "llm.input_messages.",
    "llm.output_messages.", "gen_ai.prompt.", "gen_ai.completion.",
    "langfuse.trace.metadata.", "langfuse.observation.metadata.", "gen_ai.tool.json_schema",
)  # fmt: skip
# What any span may say of its process, its connection or its code.
GENERAL_PREFIXES = (
    "http.", "url.", "server.", "client.", "net.", "network.", "peer.", "user_agent.", "rpc.",
    "db.", "messaging.", "thread.", "code.", "process.", "host.", "otel.", "telemetry.", "service.",
    "k8s.", "container.", "cloud.", "enduser.", "error.", "longpole.",
)  # fmt: skip


def attributes_read(mapping: SemanticMapping = DECLARED) -> frozenset[str]:
    """Keys that a row of the mapping looks at, for a value, a kind or a dialect."""
    names = (*mapping.kind_names_first, *mapping.kind_names)
    return frozenset(
        [
            *(source.key for source in mapping.fields if source.origin in INSIDE_SPANS),
            *(attribute.key for attribute in mapping.kind_attributes),
            *(key for rule in mapping.kind_signatures for key in (*rule.any_of, *rule.and_any_of)),
            *(
                key
                for rule in mapping.dialects
                for key in (*rule.keys, *rule.values, *rule.requires)
            ),
            *(key for rule in names for key in rule.keys),
            *(key for rule in mapping.cache_beside for key in rule.unless),
            *(mark.key for mark in mapping.placeholders),
            *(sign.key for sign in mapping.error_signs),
        ]
    )


def is_understood(key: str) -> bool:
    """A row of the mapping reads the key, or it holds content, or says nothing of a model call."""
    return (
        key in _read()
        or key.startswith((*CONTENT_PREFIXES, *GENERAL_PREFIXES))
        or _content().fullmatch(key) is not None
    )


@cache
def _read() -> frozenset[str]:
    return attributes_read()


@cache
def _content() -> re.Pattern[str]:
    return re.compile("|".join(key.pattern for key in CONTENT_KEYS))
