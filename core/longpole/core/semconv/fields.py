"""Where each canonical field comes from, most trusted first. A dialect is a few more rows here.

Order of names follows the GenAI conventions: today's name, then older ones, then OpenInference.
"""

from __future__ import annotations

from longpole.core.otlp import END_BEFORE_START
from longpole.core.semconv.model import Convert, FieldSource, Origin

FIRST_CHUNK = ("gen_ai.response.time_to_first_chunk", "gen_ai.client.operation.time_to_first_chunk")
FIRST_TOKEN_EVENT = "First Token Stream Event"


def _from(field: str, *keys: str, convert: Convert = Convert.TEXT) -> tuple[FieldSource, ...]:
    return tuple(FieldSource(field, key, convert) for key in keys)


def _tokens(field: str, *keys: str) -> tuple[FieldSource, ...]:
    return _from(field, *keys, convert=Convert.UINT)


def _json(field: str, key: str, *names: str) -> tuple[FieldSource, ...]:
    return tuple(FieldSource(field, key, origin=Origin.JSON, path=(name,)) for name in names)


def _resource(field: str, *keys: str) -> tuple[FieldSource, ...]:
    return tuple(FieldSource(field, key, origin=Origin.RESOURCE) for key in keys)


def _name(field: str, kind: str, pattern: str, dialect: str = "") -> FieldSource:
    return FieldSource(field, pattern, origin=Origin.NAME, kind=kind, dialect=dialect)


RESOURCE = (
    *_resource("Environment", "deployment.environment.name", "deployment.environment"),
    *_resource("Release", "service.version"),
    *_resource("ServiceInstance", "service.instance.id"),
    # A pod or container tells processes apart better than a host, on which many have pid 1.
    *_resource("Container", "k8s.pod.name", "container.id"),
    *_resource("Host", "host.name"),
    *_resource("ProcessId", "process.pid"),
)

MODEL = (
    *_from("Operation", "gen_ai.operation.name"),
    *_from("RequestModel", "gen_ai.request.model", "llm.request.model_name"),
    *_from("RequestModel", "embedding.model_name", "reranker.model_name"),
    *_json("RequestModel", "llm.invocation_parameters", "model", "model_name"),
    *_from("ResponseModel", "gen_ai.response.model", "llm.response.model_name", "llm.model_name"),
    *_from("ProviderRaw", "gen_ai.provider.name", "llm.provider", "gen_ai.system", "llm.system"),
    *_from("ResponseId", "gen_ai.response.id"),
    *_from(
        "FinishReasons",
        "gen_ai.response.finish_reasons",
        "llm.finish_reason",
        "gen_ai.response.finish_reason",
        convert=Convert.LIST,
    ),
    *_from(
        "Streaming",
        "gen_ai.request.stream",
        "gen_ai.is_streaming",
        "gen_ai.request.is_stream",
        "llm.is_streaming",
        convert=Convert.BOOL,
    ),
    *_from("Ttft", *FIRST_CHUNK, convert=Convert.SECONDS),
    FieldSource("Ttft", FIRST_TOKEN_EVENT, Convert.SINCE_START, Origin.EVENT),
)

USAGE = (
    *_tokens(
        "InputTokens",
        "gen_ai.usage.input_tokens",
        "gen_ai.aggregated_usage.input_tokens",
        "gen_ai.usage.prompt_tokens",
        "llm.token_count.prompt",
        "llm.usage.prompt_tokens",
    ),
    *_tokens(
        "OutputTokens",
        "gen_ai.usage.output_tokens",
        "gen_ai.aggregated_usage.output_tokens",
        "gen_ai.usage.completion_tokens",
        "llm.token_count.completion",
        "llm.usage.completion_tokens",
    ),
    *_tokens(
        "TotalTokens",
        "gen_ai.usage.total_tokens",
        "llm.token_count.total",
        "llm.usage.total_tokens",
    ),
    *_tokens(
        "CacheReadTokens",
        "gen_ai.usage.cache_read.input_tokens",
        "gen_ai.aggregated_usage.cache_read.input_tokens",
        "llm.token_count.prompt_details.cache_read",
        "llm.token_count.prompt_details.cache_input",
        "gen_ai.usage.cache_read_input_tokens",
        "gen_ai.usage.details.cache_read_tokens",
        "gen_ai.usage.cached_input_tokens",
    ),
    *_tokens(
        "CacheWriteTokens",
        "gen_ai.usage.cache_write.input_tokens",
        "gen_ai.aggregated_usage.cache_write.input_tokens",
        "gen_ai.usage.cache_creation.input_tokens",
        "gen_ai.aggregated_usage.cache_creation.input_tokens",
        "gen_ai.usage.cache_creation_input_tokens",
        "gen_ai.usage.cache_write_input_tokens",
        "llm.token_count.prompt_details.cache_write",
    ),
    *_tokens(
        "ReasoningTokens",
        "gen_ai.usage.reasoning.output_tokens",
        "llm.token_count.completion_details.reasoning",
        "gen_ai.usage.reasoning_tokens",
        "gen_ai.usage.details.reasoning_tokens",
        "gen_ai.aggregated_usage.details.reasoning_tokens",
        "llm.usage.reasoning_tokens",
    ),
    *_from(
        "ReportedCostUsd",
        "llm.cost.total",
        "gen_ai.cost.total_cost",
        "gen_ai.usage.cost",
        "gen_ai.usage.total_cost",
        convert=Convert.MONEY,
    ),
)

AGENT = (
    *_from("AgentName", "gen_ai.agent.name", "agent.name"),
    _name("AgentName", "agent", r"^(?:invoke|create)_agent (.+)$"),
    _name("AgentName", "agent", r"^(.+)\._execute_core$"),
    _name("AgentName", "agent", r"^(.+)$", dialect="openinference"),
    *_from("AgentId", "gen_ai.agent.id"),
    *_from("Workflow", "gen_ai.workflow.name", "workflow.name"),
    _name("Workflow", "chain", r"^invoke_workflow (.+)$"),
    *_from("ToolName", "gen_ai.tool.name", "tool.name"),
    _name("ToolName", "tool", r"^execute_tool (.+)$"),
    _name("ToolName", "tool", r"^(.+)$", dialect="openinference"),
    *_from("ToolCallId", "gen_ai.tool.call.id", "tool.id", "tool_call.id"),
    *_from("SessionId", "gen_ai.conversation.id", "session.id"),
    *_json("SessionId", "metadata", "session_id", "thread_id", "conversation_id"),
    *_from("UserId", "user.id", "enduser.id", "gen_ai.user", "gen_ai.user.id"),
    *_from("UserId", "gen_ai.request.user", "llm.user"),
    *_json("UserId", "metadata", "user_id"),
    *_from("Tags", "tag.tags", convert=Convert.LIST),
)

ERRORS = (
    *_from("ErrorType", "error.type"),
    FieldSource("ErrorType", "exception", origin=Origin.EVENT_ATTRIBUTE, path=("exception.type",)),
    *_from("ErrorType", "http.response.status_code", "http.status_code"),
)

# Written by our own ingest service, which sees both times before the duration is made of them.
MARKS = _from("EndsBeforeStart", END_BEFORE_START, convert=Convert.BOOL)

FIELDS = (*RESOURCE, *MODEL, *USAGE, *AGENT, *ERRORS, *MARKS)
