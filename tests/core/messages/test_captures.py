"""What real programs said comes out of what their instrumentations sent."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from longpole.core.messages import Conversation, Message, Part, Text, ToolCall, ToolResult

Said = list[tuple[str, Conversation]]
CALL = ToolCall("call_fake001", "get_weather", {"city": "Paris"})
ASKED, BRIEF = (Text("Weather in Paris?"),), (Text("be brief"),)
ANSWER = (Text("Paris is sunny, 21°C."),)
SUNNY = ToolResult("call_fake001", "Paris: sunny")
Parts = tuple[Part, ...]
Plain = tuple[Parts, list[tuple[str, Parts]], list[Parts]]


def plain(said: Conversation) -> Plain:
    """System, input as (role, parts), output as parts."""
    asked = [(message.role, message.parts) for message in said.input]
    return said.system, asked, [message.parts for message in said.output]


def calls(found: Said, *names: str) -> list[Plain]:
    return [plain(said) for name, said in found if name in names]


def test_otel_genai(said: Callable[[str], Said]) -> None:
    found = calls(said("otel-genai-openai"), "chat gpt-4o-mini", "chat gpt-5-mini")
    asked = [("user", ASKED)]
    assert found == [
        (BRIEF, asked, [ANSWER]), ((), asked, [ANSWER]), ((), asked, [(CALL,)]),
        (BRIEF, asked, [ANSWER]), ((), asked, [ANSWER]),
    ]  # fmt: skip
    tools = [call.tools for _, call in said("otel-genai-openai") if call.tools]
    assert [tool.name for (tool,) in tools] == ["get_weather"]


def test_openinference_openai(said: Callable[[str], Said]) -> None:
    asked = [("user", ASKED)]
    found = said("openinference-openai")
    assert calls(found, "ChatCompletion", "Response") == [
        (BRIEF, asked, [ANSWER]), ((), asked, [ANSWER]), ((), asked, [(CALL,)]),
        (BRIEF, asked, [ANSWER]), ((), [("user", (Text("x"),))], []),
    ]  # fmt: skip
    embedded = [("user", (Text("hello"),)), ("user", (Text("world"),))]
    assert calls(found, "CreateEmbeddings") == [((), embedded, [])]


def test_openinference_langchain(said: Callable[[str], Said]) -> None:
    found = said("openinference-langchain")
    result = ToolResult("call_fake001", "Paris: sunny, 21C")
    whole = [("user", ASKED), ("assistant", (CALL,)), ("tool", (result,))]
    assert calls(found, "ChatOpenAI") == [
        (BRIEF, [("user", ASKED)], [(CALL,)]),
        (BRIEF, whole, [ANSWER]),
        ((), [("user", (Text("Say something"),))], [ANSWER]),
    ]
    assert calls(found, "weather_agent") == [((), [("user", ASKED)], [(CALL,), (result,), ANSWER])]
    called = ToolCall("", "get_weather", "Paris")
    assert calls(found, "get_weather") == [((), [("assistant", (called,))], [(result,)])]
    (retrieved,) = calls(found, "VectorStoreRetriever")
    assert retrieved[1] == [("user", (Text("where is Paris?"),))]
    assert "Rome is in Italy" in str(retrieved[2])


def test_traceloop(said: Callable[[str], Said]) -> None:
    found = said("traceloop-openai")
    asked = [("user", ASKED)]
    assert calls(found, "openai.chat", "openai.response") == [
        ((), asked, [(CALL,)]), ((), asked, [ANSWER]), (BRIEF, asked, [ANSWER]),
        ((), [("user", (Text("x"),))], []),
    ]  # fmt: skip
    called, answered = ToolCall("", "get_weather", "Paris"), ToolResult("", "Paris: sunny")
    assert calls(found, "get_weather.tool") == [((), [("assistant", (called,))], [(answered,)])]
    assert not any(call for name, call in found if name.endswith((".agent", ".workflow", ".task")))


def test_pydantic_ai(said: Callable[[str], Said]) -> None:
    found = said("pydantic-ai")
    whole = [("user", ASKED), ("assistant", (CALL,)), ("tool", (SUNNY,))]
    assert calls(found, "chat gpt-4o-mini")[:2] == [
        (BRIEF, [("user", ASKED)], [(CALL,)]), (BRIEF, whole, [ANSWER]),
    ]  # fmt: skip
    assert calls(found, "invoke_agent weather_agent")[0] == (BRIEF, whole, [ANSWER])
    assert calls(found, "execute_tool get_weather")[0] == (
        (), [("assistant", (CALL,))], [(SUNNY,)]
    )  # fmt: skip


def test_strands_in_span_events(said: Callable[[str], Said]) -> None:
    found = said("strands")
    whole = [("user", ASKED), ("assistant", (CALL,)), ("tool", (SUNNY,))]
    assert calls(found, "chat") == [
        (BRIEF, [("user", ASKED)], [(CALL,)]), (BRIEF, whole, [ANSWER]),
    ]  # fmt: skip
    assert calls(found, "execute_tool get_weather") == [((), [("assistant", (CALL,))], [(SUNNY,)])]
    assert [m.finish_reason for name, call in found if name == "chat" for m in call.output] == [
        "tool_use", "end_turn",
    ]  # fmt: skip


@pytest.mark.parametrize("capture", ["vercel-ai-v5", "vercel-ai-v5-otlpjson"])
def test_vercel(said: Callable[[str], Said], capture: str) -> None:
    found = said(capture)
    call = ToolCall("call_1", "get_weather", {"city": "Paris"})
    result = ToolResult("call_1", "Paris: sunny")
    whole = [("user", ASKED), ("assistant", (call,)), ("tool", (result,))]
    short = [(Text("Paris is sunny"),)]
    assert calls(found, "ai.generateText.doGenerate") == [
        (BRIEF, [("user", ASKED)], [(call,)]), (BRIEF, whole, short),
    ]  # fmt: skip
    assert calls(found, "ai.toolCall") == [((), [("assistant", (call,))], [(result,)])]
    assert calls(found, "ai.generateText") == [(BRIEF, [("user", ASKED)], short)]
    assert calls(found, "ai.embed", "ai.embed.doEmbed") == [
        ((), [("user", (Text("hello"),))], [])
    ] * 2  # fmt: skip


def test_langfuse(said: Callable[[str], Said]) -> None:
    found = said("langfuse")
    assert calls(found, "answer", "OpenAI-generation") == [((), [("user", ASKED)], [ANSWER])] * 2
    assert calls(found, "manual-gen") == [((), [("user", (Text("hi"),))], [(Text("yo"),)])]


def test_litellm(said: Callable[[str], Said]) -> None:
    found = said("litellm")
    spans = [call for name, call in found if name == "litellm_request"]
    assert plain(spans[0]) == ((), [("user", ASKED)], [ANSWER])
    assert spans[2].output[0].parts == (ToolCall("", "get_weather", {"city": "Paris"}),)
    raw = [call for name, call in found if name == "raw_gen_ai_request" and call.output]
    assert [call.output for call in raw] == [
        (Message("assistant", ANSWER, "", "stop"),),
        (Message("assistant", (CALL,), "", "tool_calls"),),
    ]


def test_google_adk_says_only_its_tools(said: Callable[[str], Said]) -> None:
    found = [call for _, call in said("google-adk") if call]
    assert [(call.input, [tool.name for tool in call.tools]) for call in found] == [
        ((), ["get_weather"])
    ] * 2  # fmt: skip


def test_mcp_says_nothing(said: Callable[[str], Said]) -> None:
    assert not any(call for _, call in said("mcp-python-sdk"))
