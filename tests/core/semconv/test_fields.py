"""Single rules of the mapping, each on the real engine."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from longpole.core.semconv import FieldSource, Origin, spans_view
from longpole.core.semconv.declared import DECLARED
from longpole.core.semconv.model import DialectRule, KindAttribute
from longpole.core.store import Generated

Row = dict[str, Any]
Make = Callable[..., Row]
Normalise = Callable[[Iterable[Row]], list[Row]]
NormaliseWith = Callable[[Generated], Normalise]
LLM = {"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai"}


@pytest.fixture
def one(make_row: Make, normalise: Normalise) -> Callable[..., Row]:
    """What the view makes of one span."""

    def run(attributes: dict[str, str] | None = None, **values: Any) -> Row:  # noqa: ANN401
        (row,) = normalise([make_row(SpanAttributes=attributes or {}, **values)])
        return row

    return run


def test_plain_span_says_nothing(one: Callable[..., Row]) -> None:
    row = one(SpanName="GET /items")
    said = {name for name, value in row.items() if value not in (None, "", [], False)}
    assert said == {
        *("Project", "Service", "Kind", "Operation", "Step", "Name", "SpanKind", "Start"),
        *("DurationNs", "TraceId", "SpanId", "IngestedAt"),
    }
    assert (row["Kind"], row["Operation"], row["Step"]) == ("other", "other", "GET /items")


def test_new_name_wins_and_empty_or_garbled_values_are_absent(one: Callable[..., Row]) -> None:
    row = one(
        {
            **LLM,
            "gen_ai.usage.input_tokens": "many",
            "gen_ai.usage.prompt_tokens": "12",
            "llm.token_count.prompt": "13",
            "gen_ai.usage.output_tokens": "0",
            "gen_ai.usage.completion_tokens": "7",
            "gen_ai.request.model": "",
            "llm.request.model_name": "gpt-x",
        }
    )
    assert (row["InputTokens"], row["OutputTokens"], row["TotalTokens"]) == (12, 0, 12)
    assert row["RequestModel"] == "gpt-x"


@pytest.mark.parametrize(
    ("reported", "expected"),
    [
        # input, output, cache read, cache write, reasoning, total -> input, output, total
        ((100, 10, 80, 10, None, None), (100, 10, 110)),
        ((10, 10, 80, 10, None, None), (100, 10, 110)),
        ((100, 10, 80, None, None, 190), (180, 10, 190)),
        ((100, 10, 80, None, None, 110), (100, 10, 110)),
        ((100, 10, None, None, 5, 115), (100, 15, 115)),
        ((100, 10, None, None, 5, 110), (100, 10, 110)),
        ((100, 10, None, None, 50, None), (100, 60, 160)),
        ((100, None, None, None, None, None), (100, None, None)),
        ((None, None, None, None, None, 55), (None, None, 55)),
        ((0, 0, 0, 0, 0, 0), (0, 0, 0)),
    ],
)
def test_parts_beside_the_whole_are_added(
    one: Callable[..., Row],
    reported: tuple[int | None, ...],
    expected: tuple[int | None, ...],
) -> None:
    names = [
        *("input_tokens", "output_tokens", "cache_read.input_tokens"),
        *("cache_write.input_tokens", "reasoning.output_tokens", "total_tokens"),
    ]
    usage = {
        f"gen_ai.usage.{name}": str(count)
        for name, count in zip(names, reported, strict=True)
        if count is not None
    }
    row = one({**LLM, **usage})
    assert (row["InputTokens"], row["OutputTokens"], row["TotalTokens"]) == expected


def test_embedding_has_no_output(one: Callable[..., Row]) -> None:
    row = one(
        {
            "gen_ai.operation.name": "embeddings",
            "gen_ai.usage.input_tokens": "9",
            "gen_ai.usage.output_tokens": "0",
        }
    )
    assert (row["InputTokens"], row["OutputTokens"], row["TotalTokens"]) == (9, None, 9)
    assert row["Step"] == "embeddings"


@pytest.mark.parametrize(
    ("attributes", "name", "kind"),
    [
        ({"openinference.span.kind": "PROMPT", "gen_ai.operation.name": "chat"}, "x", "chain"),
        ({"openinference.span.kind": "made up", "gen_ai.operation.name": "chat"}, "x", "llm"),
        ({"gen_ai.operation.name": "Execute_Tool"}, "x", "tool"),
        ({"gen_ai.system": "openai"}, "embeddings m", "embedding"),
        ({}, "chat with support", "other"),
        ({"llm.model_name": "m", "llm.token_count.prompt": "1"}, "x", "llm"),
        ({"llm.model_name": "m"}, "x", "other"),
        ({"embedding.model_name": "m"}, "x", "embedding"),
        ({"gen_ai.operation.name": "search_memory"}, "x", "memory"),
    ],
)
def test_kind(one: Callable[..., Row], attributes: dict[str, str], name: str, kind: str) -> None:
    assert one(attributes, SpanName=name)["Kind"] == kind


@pytest.mark.parametrize(
    ("attributes", "scope", "dialect"),
    [
        ({}, "openinference.instrumentation.langchain", "openinference"),
        ({"openinference.span.kind": "LLM", "gen_ai.provider.name": "x"}, "", "openinference"),
        ({"gen_ai.provider.name": "x", "gen_ai.system": "x"}, "", "otel-genai"),
        ({}, "opentelemetry.instrumentation.genai.openai", "otel-genai"),
        ({"gen_ai.system": "x"}, "", "otel-legacy"),
        ({}, "opentelemetry.instrumentation.openai_v2", "otel-legacy"),
        ({"gen_ai.operation.name": "execute_tool"}, "", "otel-genai"),
        ({"http.request.method": "GET"}, "http", ""),
    ],
)
def test_dialect(
    one: Callable[..., Row], attributes: dict[str, str], scope: str, dialect: str
) -> None:
    assert one(attributes, ScopeName=scope)["Dialect"] == dialect


@pytest.mark.parametrize(
    ("said", "model", "provider", "inferred", "framework"),
    [
        ("OpenAI", "m", "openai", False, ""),
        ("az.ai.openai", "m", "azure.ai.openai", False, ""),
        ("openai.something", "m", "openai", False, ""),
        ("Our-Own", "gpt-4o", "our-own", False, ""),
        ("", "gpt-4o", "openai", True, ""),
        ("", "groq/llama-3", "groq", True, ""),
        ("", "us.anthropic.claude-3", "aws.bedrock", True, ""),
        ("", "anthropic.claude-3", "aws.bedrock", True, ""),
        ("", "claude-3", "anthropic", True, ""),
        ("", "llama-3", "", False, ""),
        ("strands-agents", "gpt-4o", "openai", True, "strands-agents"),
        ("langchain", "", "", False, "langchain"),
    ],
)
def test_provider(
    one: Callable[..., Row],
    said: str,
    model: str,
    provider: str,
    inferred: bool,
    framework: str,
) -> None:
    row = one({"gen_ai.provider.name": said, "gen_ai.request.model": model})
    assert (row["Provider"], row["ProviderInferred"], row["Framework"]) == (
        provider,
        inferred,
        framework,
    )


def test_vector_store_is_no_provider(one: Callable[..., Row]) -> None:
    row = one({"gen_ai.operation.name": "retrieval", "gen_ai.system": "InMemoryVectorStore"})
    assert (row["Provider"], row["Framework"]) == ("", "inmemoryvectorstore")


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("step 3", "step *"),
        ("GET /users/42/orders", "GET /users/*/orders"),
        ("job 3fa85f64-5717-4562-b3fc-2c963f66afa6", "job *"),
        ("run deadbeef01", "run *"),
        ("", "other"),
        ("ü" * 300, "ü" * 200),
    ],
)
def test_step_of_a_plain_span(one: Callable[..., Row], name: str, step: str) -> None:
    assert one(SpanName=name)["Step"] == step


def test_only_a_numbered_step_is_the_ai_sdks(one: Callable[..., Row]) -> None:
    found = [one(SpanName=name) for name in ("step 1", "step 12", "step up login", "step by step")]
    assert [row["Dialect"] for row in found] == ["vercel-ai-7"] * 2 + [""] * 2
    assert [row["Kind"] for row in found] == ["chain"] * 2 + ["other"] * 2


def test_steps_of_model_tool_and_agent(one: Callable[..., Row]) -> None:
    assert one(LLM, SpanName="chat gpt-4o")["Step"] == "chat"
    assert one({"openinference.span.kind": "LLM"}, SpanName="ChatOpenAI")["Step"] == "llm"
    tool = one({"gen_ai.operation.name": "execute_tool"}, SpanName="execute_tool search")
    assert (tool["Step"], tool["ToolName"]) == ("search", "search")
    agent = one({"gen_ai.operation.name": "invoke_agent"}, SpanName="invoke_agent triage")
    assert (agent["Step"], agent["AgentName"]) == ("triage", "triage")
    named = one({"openinference.span.kind": "AGENT", "agent.name": "a"}, SpanName="run")
    assert named["Step"] == "a"


@pytest.mark.parametrize(
    ("resource", "process"),
    [
        ({"service.instance.id": "i-1", "host.name": "h", "process.pid": "7"}, "i-1"),
        ({"host.name": "h", "process.pid": "7"}, "h:7"),
        ({"k8s.pod.name": "p", "host.name": "h", "process.pid": "7"}, "p:7"),
        ({"k8s.pod.name": "p"}, "p"),
        ({"host.name": "h"}, ""),
        ({"process.pid": "7"}, ""),
        ({}, ""),
    ],
)
def test_process(one: Callable[..., Row], resource: dict[str, str], process: str) -> None:
    assert one(ResourceAttributes=resource)["Process"] == process


def test_environment_and_release(one: Callable[..., Row]) -> None:
    row = one(ResourceAttributes={"deployment.environment": "test", "service.version": "2"})
    assert (row["Environment"], row["Release"]) == ("test", "2")
    both = {"deployment.environment": "old", "deployment.environment.name": "new"}
    assert one(ResourceAttributes=both)["Environment"] == "new"


def test_error_type_only_on_errors_and_in_order(one: Callable[..., Row]) -> None:
    start = 1_700_000_000_000_000_000
    event = {
        "Events.Timestamp": [start],
        "Events.Name": ["exception"],
        "Events.Attributes": [{"exception.type": "ValueError"}],
    }
    http = {"http.response.status_code": "429"}
    assert one({"error.type": "x"})["ErrorType"] == ""
    assert one({"error.type": "x"}, StatusCode="Error", **event)["ErrorType"] == "x"
    assert one(http, StatusCode="Error", **event)["ErrorType"] == "ValueError"
    row = one(http, StatusCode="Error", StatusMessage="slow down")
    assert (row["IsError"], row["ErrorType"], row["StatusMessage"]) == (True, "429", "slow down")


def test_time_to_first_token(one: Callable[..., Row]) -> None:
    start, key = 1_700_000_000_000_000_000, "gen_ai.response.time_to_first_chunk"
    event = {
        "Events.Timestamp": [start + 250_000_000],
        "Events.Name": ["First Token Stream Event"],
        "Events.Attributes": [{}],
    }
    said = one({key: "0.5"}, **event)
    assert (said["TtftS"], said["TtftSource"], said["Streaming"]) == (0.5, "attribute", True)
    for wrong in ("-1", "1.2", "nan", "inf", "soon"):
        row = one({key: wrong}, **event)
        assert (row["TtftS"], row["TtftSource"]) == (0.25, "event"), wrong
    assert one({key: "1.009"})["TtftS"] == 1.009
    nothing = one({key: "7"})
    assert (nothing["TtftS"], nothing["TtftSource"], nothing["Streaming"]) == (None, "", None)


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ("0.00012345678949", "0.000123457"),
        ("1e-05", "0.00001"),
        ("0", "0"),
        ("-1", None),
        ("NaN", None),
        ("1e300", None),
        ("free", None),
    ],
)
def test_reported_cost(one: Callable[..., Row], text: str, cost: str | None) -> None:
    expected = None if cost is None else Decimal(cost)
    assert one({"llm.cost.total": text})["ReportedCostUsd"] == expected


def test_unreadable_cost_falls_through_to_the_next_name(one: Callable[..., Row]) -> None:
    row = one({"llm.cost.total": "free", "gen_ai.usage.cost": "0.25"})
    assert row["ReportedCostUsd"] == Decimal("0.25")


@pytest.mark.parametrize(
    ("text", "streaming"),
    [("true", True), ("True", True), ("0", False), ("False", False), ("maybe", None)],
)
def test_streaming(one: Callable[..., Row], text: str, streaming: bool | None) -> None:
    assert one({"gen_ai.request.stream": text})["Streaming"] is streaming


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ('["stop"]', ["stop"]),
        ("end_turn", ["stop"]),
        ('["tool_calls", "MAX_TOKENS"]', ["tool_call", "length"]),
        ("FinishReason.STOP", ["stop"]),
        ("Weird", ["weird"]),
        ("[broken", []),
        ("[]", []),
    ],
)
def test_finish_reasons(one: Callable[..., Row], text: str, reasons: list[str]) -> None:
    assert one({"gen_ai.response.finish_reasons": text})["FinishReasons"] == reasons


def test_identity_from_attributes_then_metadata(one: Callable[..., Row]) -> None:
    metadata = '{"session_id": "m", "thread_id": "t", "user_id": "u"}'
    row = one({"metadata": metadata, "session.id": "s", "tag.tags": '["a", "b"]'})
    assert (row["SessionId"], row["UserId"], row["Tags"]) == ("s", "u", ["a", "b"])
    assert one({"metadata": '{"thread_id": "t"}'})["SessionId"] == "t"
    assert one({"metadata": "not json"})["SessionId"] == ""


def test_only_links_into_the_same_trace_are_kept(one: Callable[..., Row]) -> None:
    links = {
        "Links.TraceId": ["ab" * 16, "ff" * 16],
        "Links.SpanId": ["11" * 8, "22" * 8],
        "Links.TraceState": ["", ""],
        "Links.Attributes": [{}, {}],
    }
    assert one(**links)["LinkedSpanIds"] == ["11" * 8]


def test_user_rows_win(make_row: Make, normalise_with: NormaliseWith) -> None:
    extra = [
        FieldSource("UserId", "company.o'brien\\key"),
        FieldSource("SessionId", "company.context", origin=Origin.JSON, path=("visit", "id")),
    ]
    normalise = normalise_with(spans_view(extra))
    attributes = {
        "company.o'brien\\key": "theirs",
        "user.id": "ours",
        "company.context": '{"visit": {"id": "v1"}}',
        "session.id": "ours",
    }
    mine, plain = (
        normalise([make_row(SpanAttributes=given)])[0]
        for given in (attributes, {"user.id": "ours", "session.id": "ours"})
    )
    assert (mine["UserId"], mine["SessionId"]) == ("theirs", "v1")
    assert (plain["UserId"], plain["SessionId"]) == ("ours", "ours")


def test_a_dialect_is_a_few_more_rows(make_row: Make, normalise_with: NormaliseWith) -> None:
    mapping = replace(
        DECLARED,
        fields=(*DECLARED.fields, FieldSource("ToolName", "acme.tool")),
        kind_attributes=(KindAttribute("acme.kind", {"call": "tool"}), *DECLARED.kind_attributes),
        dialects=(DialectRule("acme", keys=("acme.kind",)), *DECLARED.dialects),
    )
    normalise = normalise_with(spans_view(mapping=mapping))
    (row,) = normalise([make_row(SpanAttributes={"acme.kind": "CALL", "acme.tool": "t"})])
    assert (row["Dialect"], row["Kind"], row["ToolName"], row["Step"]) == ("acme", "tool", "t", "t")


@pytest.mark.parametrize(
    ("usage", "counts"),
    [
        # Buckets beside each other, as the total tells or nothing contradicts.
        ({"input": 100, "output": 40, "output_audio_tokens": 5, "total": 145}, (100, 45)),
        ({"input": 100, "output": 40, "output_audio_tokens": 5}, (100, 45)),
        ({"input": 100, "output": 40, "output_audio_tokens": 5, "total": 140}, (100, 40)),
        ({"input": 60, "input_cached_tokens": 40, "input_audio_tokens": 7, "output": 1}, (107, 1)),
        ({"prompt_tokens": 100, "completion_tokens": 40, "output_audio_tokens": 5}, (100, 40)),
    ],
)
def test_buckets_of_langfuse(
    one: Callable[..., Row], usage: dict[str, int], counts: tuple[int, int]
) -> None:
    row = one(
        {
            "langfuse.observation.type": "generation",
            "langfuse.observation.usage_details": json.dumps(usage),
        }
    )
    assert (row["InputTokens"], row["OutputTokens"]) == counts


@pytest.mark.parametrize(
    ("cost", "expected"),
    [
        ({"input": 0.1, "output": 0.2, "input_cached_tokens": 0.3}, "0.6"),
        ({"input": 0.1, "output": 0.2, "total": 0.5}, "0.5"),
        ({"input": "much"}, None),
        ({}, None),
    ],
)
def test_a_cost_without_a_total_is_the_sum_of_its_parts(
    one: Callable[..., Row], cost: dict[str, object], expected: str | None
) -> None:
    row = one({"langfuse.observation.cost_details": json.dumps(cost)})
    assert row["ReportedCostUsd"] == (None if expected is None else Decimal(expected))
