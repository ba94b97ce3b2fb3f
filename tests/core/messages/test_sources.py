"""Synthetic spans of every row of the content table, after each library's own documentation."""

from __future__ import annotations

import json
from typing import Any

from provider_requests import (
    ANSWER,
    ASKED,
    CALL,
    LANGCHAIN_RESPONSE,
    OPENAI_CALL,
    OPENAI_REQUEST,
    OPENAI_RESPONSE,
    OPENAI_TOOL,
    OPENAI_TURN,
    RESULT,
    SCHEMA,
    SYSTEM,
    TOOL,
    TURN,
    USER,
)

from longpole.core.messages import (
    Conversation,
    Data,
    Event,
    Log,
    Media,
    Message,
    Reasoning,
    Text,
    ToolCall,
    ToolResult,
    read_messages,
)


def texts(attributes: dict[str, Any]) -> dict[str, str]:
    return {k: v if isinstance(v, str) else json.dumps(v) for k, v in attributes.items()}


def read(attributes: dict[str, Any], *events: Event, logs: tuple[Log, ...] = ()) -> Conversation:
    return read_messages(texts(attributes), events, logs)


def test_current_conventions() -> None:
    found = read({
        "gen_ai.system_instructions": [{"type": "text", "content": "Be brief."}],
        "gen_ai.tool.definitions": [{"type": "function", "name": "get_weather",
                                     "description": "the weather", "parameters": SCHEMA}],
        "gen_ai.input.messages": [
            {"role": "user", "parts": [{"type": "text", "content": "Weather?"}]},
            {"role": "assistant", "parts": [{"type": "tool_call", "id": "c1", "name": "get_weather",
                                             "arguments": {"city": "Paris"}}]},
            {"role": "tool", "parts": [
                {"type": "tool_call_response", "id": "c1", "response": "21 degrees"}]},
        ],
        "gen_ai.output.messages": [{"role": "assistant", "finish_reason": "stop", "parts": [
            {"type": "reasoning", "content": "hm"}, {"type": "text", "content": "Sunny."}]}],
    })  # fmt: skip
    assert found == Conversation(
        SYSTEM, TURN, (Message("assistant", (Reasoning("hm"), *ANSWER), "", "stop"),), (TOOL,)
    )


def test_media_are_references() -> None:
    picture = "data:image/png;base64," + "QUJD" * 100
    found = read({"gen_ai.input.messages": [{"role": "user", "parts": [
        {"type": "blob", "modality": "image", "mime_type": "image/png", "content": "QUJD"},
        {"type": "uri", "modality": "image", "mime_type": "image/png", "uri": "https://x/a.png"},
        {"type": "file", "modality": "video", "mime_type": "video/mp4", "file_id": "file-1"},
        {"type": "image_url", "image_url": {"url": picture}},
        {"type": "input_image", "image_url": "https://x/b.png"},
        {"type": "image", "source": {"type": "base64", "media_type": "image/jpeg", "data": "QUJD"}},
        {"inline_data": {"mime_type": "audio/wav", "data": "QUJD"}},
        {"type": "input_audio", "input_audio": {"data": "QUJD", "format": "mp3"}},
        {"type": "file", "mediaType": "application/pdf", "data": "QUJD", "filename": "a.pdf"},
    ]}]})  # fmt: skip
    assert found.input[0].parts == (
        Media("image", "image/png", "", 3),
        Media("image", "image/png", "https://x/a.png", None),
        Media("video", "video/mp4", "file-1", None),
        Media("image", "image/png", "", 300),
        Media("image", "", "https://x/b.png", None),
        Media("image", "image/jpeg", "", 3),
        Media("audio", "audio/wav", "", 3),
        Media("audio", "mp3", "", 3),
        Media("file", "application/pdf", "", 3),
    )
    assert "QUJD" not in json.dumps(found.to_json())


def test_no_bytes_in_results_or_unknown_parts() -> None:
    long = "QUJD" * 2000
    found = read({"gen_ai.input.messages": [
        {"role": "tool", "parts": [{"type": "tool_call_response", "id": "c1",
                                    "response": {"screenshot": long}}]},
        {"role": "user", "parts": [{"type": "hologram", "data": long}]},
    ]})  # fmt: skip
    assert "QUJD" not in json.dumps(found.to_json())
    assert "[6000 bytes]" in json.dumps(found.to_json())


def test_content_uploaded_elsewhere() -> None:
    found = read({"gen_ai.input.messages_ref": "gs://bucket/in.jsonl",
                  "gen_ai.output.messages_ref": "gs://bucket/out.jsonl"})  # fmt: skip
    assert found.input[0].parts == (Media("file", "", "gs://bucket/in.jsonl", None),)
    assert found.output[0].parts == (Media("file", "", "gs://bucket/out.jsonl", None),)


BODIES = (
    ("gen_ai.system.message", {"content": "Be brief."}),
    ("gen_ai.user.message", {"content": "Weather?"}),
    ("gen_ai.assistant.message", {"tool_calls": [OPENAI_CALL]}),
    ("gen_ai.tool.message", {"id": "c1", "content": "21 degrees"}),
    ("gen_ai.choice", {"index": 0, "finish_reason": "stop",
                       "message": {"role": "assistant", "content": "Sunny."}}),
)  # fmt: skip
LEGACY = Conversation(SYSTEM, TURN, (Message("assistant", ANSWER, "", "stop"),))


def test_legacy_log_records() -> None:
    assert read({}, logs=tuple(Log(name, json.dumps(b), {}) for name, b in BODIES)) == LEGACY


def test_legacy_records_named_by_an_attribute_with_content_in_another() -> None:
    logs = (
        Log("", "", {"event.name": n, "gen_ai.event.content": json.dumps(b)}) for n, b in BODIES
    )
    assert read({}, logs=tuple(logs)) == LEGACY


def test_legacy_span_events() -> None:
    events = (Event(n, {"gen_ai.event.content": json.dumps(b)}) for n, b in BODIES)
    assert read({}, *events) == LEGACY
    plain = (Event(name, texts(body)) for name, body in BODIES)
    assert read({}, *plain) == LEGACY


def test_events_in_one_attribute() -> None:
    listed = [{"event.name": name, **body} for name, body in BODIES]
    assert read({"events": listed}) == LEGACY
    assert read({"all_messages_events": listed}) == LEGACY


def test_details_one_part_an_event() -> None:
    name = "gen_ai.client.inference.operation.details"
    system = json.dumps([{"type": "text", "content": "Be brief."}])
    asked = json.dumps([{"role": "user", "parts": [{"type": "text", "content": "Weather?"}]}])
    said = json.dumps([{"role": "assistant", "parts": [{"type": "text", "content": "Sunny."}]}])
    expected = Conversation(SYSTEM, (ASKED,), (Message("assistant", ANSWER),))
    given = {"gen_ai.system_instructions": system, "gen_ai.input.messages": asked,
             "gen_ai.output.messages": said}  # fmt: skip
    assert read({}, *(Event(name, {key: text}) for key, text in given.items())) == expected
    assert read({}, logs=(Log(name, "", given),)) == expected
    assert read({}, logs=(Log(name, json.dumps(given), {}),)) == expected


def test_messages_of_several_detail_events_are_joined_once() -> None:
    name = "gen_ai.client.inference.operation.details"
    one, two = ({"gen_ai.input.messages": json.dumps([{"role": "user", "parts": [
        {"type": "text", "content": text}]}])} for text in ("a", "b"))  # fmt: skip
    found = read({}, Event(name, one), Event(name, two), Event(name, two))
    assert [message.parts for message in found.input] == [(Text("a"),), (Text("b"),)]


def test_older_still() -> None:
    found = read(
        {},
        Event("gen_ai.content.prompt", {"gen_ai.prompt": json.dumps(OPENAI_TURN)}),
        Event("gen_ai.content.completion", {"gen_ai.completion": "Sunny."}),
    )
    assert (found.system, found.input, found.output) == (
        SYSTEM, TURN, (Message("assistant", ANSWER),)
    )  # fmt: skip


def test_openinference_numbers() -> None:
    pre, out = "llm.input_messages", "llm.output_messages"
    found = read({
        f"{pre}.10.message.role": "tool", f"{pre}.10.message.content": "21 degrees",
        f"{pre}.10.message.tool_call_id": "c1", f"{pre}.10.message.name": "get_weather",
        f"{pre}.0.message.role": "system", f"{pre}.0.message.content": "Be brief.",
        f"{pre}.2.message.role": "assistant",
        f"{pre}.2.message.tool_calls.0.tool_call.id": "c1",
        f"{pre}.2.message.tool_calls.0.tool_call.function.name": "get_weather",
        f"{pre}.2.message.tool_calls.0.tool_call.function.arguments": '{"city": "Paris"}',
        f"{pre}.1.message.role": "user",
        f"{pre}.1.message.contents.0.message_content.type": "text",
        f"{pre}.1.message.contents.0.message_content.text": "Weather?",
        f"{pre}.1.message.contents.1.message_content.type": "image",
        f"{pre}.1.message.contents.1.message_content.image.image.url": "https://x/a.png",
        f"{out}.0.message.role": "assistant", f"{out}.0.message.content": "Sunny.",
        "llm.tools.0.tool.json_schema": OPENAI_TOOL,
        "input.value": "not read: the messages say more",
    })  # fmt: skip
    assert found.system == SYSTEM
    assert found.tools == (TOOL,)
    assert found.input[0].parts == (*USER, Media("image", "", "https://x/a.png", None))
    assert [m.parts for m in found.input[1:]] == [(CALL,), (RESULT,)]
    assert found.output == (Message("assistant", ANSWER),)


def test_openinference_old_function_call_prompts_and_documents() -> None:
    found = read({"llm.output_messages.0.message.function_call_name": "get_weather",
                  "llm.output_messages.0.message.function_call_arguments_json": '{"city": "Paris"}',
                  "llm.prompts.0.prompt.text": "Weather?"})  # fmt: skip
    assert found.input == (ASKED,)
    assert found.output[0].parts == (ToolCall("", "get_weather", {"city": "Paris"}),)
    looked_up = read({"input.value": "Weather?", "retrieval.documents.0.document.content": "Rome",
                      "retrieval.documents.0.document.score": "0.5"})  # fmt: skip
    assert looked_up.output[0].parts == (Data("document", {"content": "Rome", "score": "0.5"}),)


def test_traceloop_numbers() -> None:
    found = read({
        "gen_ai.prompt.0.role": "system", "gen_ai.prompt.0.content": "Be brief.",
        "gen_ai.prompt.1.role": "user",
        "gen_ai.prompt.1.content": [{"type": "text", "text": "Weather?"}],
        "gen_ai.prompt.2.role": "assistant", "gen_ai.prompt.2.tool_calls.0.id": "c1",
        "gen_ai.prompt.2.tool_calls.0.name": "get_weather",
        "gen_ai.prompt.2.tool_calls.0.arguments": '{"city": "Paris"}',
        "gen_ai.prompt.3.role": "tool", "gen_ai.prompt.3.tool_call_id": "c1",
        "gen_ai.prompt.3.content": "21 degrees",
        "gen_ai.completion.0.role": "assistant", "gen_ai.completion.0.content": "Sunny.",
        "gen_ai.completion.0.finish_reason": "stop",
        "llm.request.functions.0.name": "get_weather",
        "llm.request.functions.0.description": "the weather",
        "llm.request.functions.0.parameters": SCHEMA,
    })  # fmt: skip
    assert found == Conversation(SYSTEM, TURN, (Message("assistant", ANSWER, "", "stop"),), (TOOL,))


def test_traceloop_chain_of_langchain() -> None:
    inputs = {"inputs": {"messages": [["user", "Weather?"]]}, "tags": [], "kwargs": {}}
    outputs = {"outputs": LANGCHAIN_RESPONSE, "kwargs": {}}
    found = read({"traceloop.entity.input": inputs, "traceloop.entity.output": outputs})
    assert found.input == (ASKED,)
    assert [m.parts for m in found.output] == [ANSWER]


def test_vercel_answer_in_pieces() -> None:
    found = read({
        "ai.prompt.messages": [{"role": "user", "content": [{"type": "text", "text": "Weather?"}]}],
        "ai.prompt.tools": [json.dumps({"type": "function", "name": "get_weather",
                                        "description": "the weather", "inputSchema": SCHEMA})],
        "ai.response.reasoning": "hm", "ai.response.text": "Sunny.",
        "ai.response.finishReason": "tool-calls",
        "ai.response.toolCalls": [{"toolCallId": "c1", "toolName": "get_weather",
                                   "input": '{"city": "Paris"}'}],
    })  # fmt: skip
    answer = Message("assistant", (Reasoning("hm"), *ANSWER, CALL), "", "tool-calls")
    assert found == Conversation((), (ASKED,), (answer,), (TOOL,))
    assert read({"ai.response.object": '{"city": "Paris"}'}).output[0].parts == (
        Text('{"city": "Paris"}'),
    )


def test_pydantic_ai_run() -> None:
    said = [{"role": "user", "parts": [{"type": "text", "content": "Weather?"}]},
            {"role": "assistant", "parts": [{"type": "text", "content": "Sunny."}]}]  # fmt: skip
    assert read({"pydantic_ai.all_messages": said, "final_result": "Sunny."}) == Conversation(
        (), (ASKED,), (Message("assistant", ANSWER),)
    )
    assert read({"final_result": "Sunny."}).output == (Message("assistant", ANSWER),)


def test_litellm_raw_request_is_a_python_literal() -> None:
    choices = repr(OPENAI_RESPONSE["choices"])
    found = read({"llm.anthropic.messages": repr(OPENAI_TURN), "llm.anthropic.choices": choices,
                  "llm.anthropic.tools": repr([OPENAI_TOOL])})  # fmt: skip
    assert (found.system, found.input, found.tools) == (SYSTEM, TURN, (TOOL,))
    assert found.output == (Message("assistant", ANSWER, "", "stop"),)


def test_claude_code() -> None:
    found = read({"user_prompt": "Weather?", "response.model_output": "Sunny."})
    assert found == Conversation((), (ASKED,), (Message("assistant", ANSWER),))
    assert read({"user_prompt": "<REDACTED>"}).input[0].parts == (Text("<REDACTED>"),)


def test_logfire_stream_in_its_own_record() -> None:
    log = Log("", "streaming response", {"response_data": json.dumps(
        {"combined_chunk_content": "Sunny.", "chunk_count": 3})})  # fmt: skip
    assert read({"request_data": OPENAI_REQUEST}, logs=(log,)).output == (
        Message("assistant", ANSWER),
    )


def test_a_tool_span() -> None:
    for named in (
        {"gen_ai.tool.name": "get_weather", "gen_ai.tool.call.id": "c1",
         "gen_ai.tool.call.arguments": {"city": "Paris"}, "gen_ai.tool.call.result": "21 degrees"},
        {"ai.toolCall.name": "get_weather", "ai.toolCall.id": "c1",
         "ai.toolCall.args": {"city": "Paris"}, "ai.toolCall.result": '"21 degrees"'},
        {"gen_ai.tool.name": "get_weather", "gen_ai.tool.call.id": "c1",
         "tool_arguments": {"city": "Paris"}, "tool_response": "21 degrees"},
        {"gen_ai.tool.name": "get_weather", "gen_ai.tool.call.id": "c1",
         "gcp.vertex.agent.tool_call_args": {"city": "Paris"},
         "gcp.vertex.agent.tool_response": "21 degrees"},
    ):  # fmt: skip
        assert read(named) == Conversation(
            (), (Message("assistant", (CALL,)),), (Message("tool", (RESULT,)),)
        )


def test_agent_framework_wraps_its_results() -> None:
    wrapped = json.dumps({"type": "function_result", "call_id": "c1", "result": "21 degrees"})
    part = {"type": "tool_call_response", "id": "c1", "response": wrapped}
    found = read({"gen_ai.input.messages": [{"role": "tool", "parts": [part]}]})
    assert found.input == (Message("tool", (RESULT,)),)


def test_reasoning_of_every_provider() -> None:
    for part in (
        {"type": "thinking", "thinking": "hm", "signature": "s"},
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": "hm"}]},
        {"type": "reasoning", "text": "hm"},
        {"reasoningContent": {"reasoningText": {"text": "hm", "signature": "s"}}},
        {"text": "hm", "thought": True},
    ):
        found = read({"output.value": [{"role": "assistant", "content": [part]}]})
        assert found.output[0].parts == (Reasoning("hm"),), part
    deepseek = {"role": "assistant", "content": "Sunny.", "reasoning_content": "hm"}
    assert read({"output.value": [deepseek]}).output[0].parts == (Reasoning("hm"), *ANSWER)


def test_a_graph_answers_what_came_after_the_question() -> None:
    state = {"messages": [{"type": "human", "content": "Weather?"},
                          {"type": "ai", "content": "Sunny."}]}  # fmt: skip
    assert read({"output.value": state}).output == (Message("assistant", ANSWER),)
    command = [{"graph": None, "update": {"messages": [{"type": "ai", "content": "Sunny."}]}}]
    assert read({"output.value": command}).output == (Message("assistant", ANSWER),)


def test_functions_and_plain_values() -> None:
    found = read({"langfuse.observation.input": {"args": ["Weather?"], "kwargs": {}},
                  "langfuse.observation.output": "42"})  # fmt: skip
    assert (found.input, found.output) == ((ASKED,), (Message("assistant", (Text("42"),)),))
    other = read({"input.value": {"city": "Paris", "days": 3}})
    assert other.input == (Message("user", (Data("json", {"city": "Paris", "days": 3}),)),)


def test_instructions_in_the_middle_stay_there() -> None:
    middle = [*OPENAI_TURN[:2], {"role": "developer", "content": "In French."}]
    found = read({"input.value": {"messages": middle}})
    assert found.system == SYSTEM
    assert [m.role for m in found.input] == ["user", "system"]


def test_the_same_instructions_twice_are_said_once() -> None:
    found = read({"gen_ai.system_instructions": [{"type": "text", "content": "Be brief."}],
                  "gen_ai.input.messages": OPENAI_TURN})  # fmt: skip
    assert found.system == SYSTEM
    assert found.input == TURN


def test_definitions_among_the_messages_are_tools() -> None:
    disguised = {"role": "tool", "content": OPENAI_TOOL}
    found = read({"langfuse.observation.input": [*OPENAI_TURN, disguised]})
    assert (found.system, found.input, found.tools) == (SYSTEM, TURN, (TOOL,))


def test_a_response_that_repeats_what_it_was_given() -> None:
    response = {
        "object": "response", "instructions": "Be brief.",
        "tools": [{"type": "function", "name": "get_weather", "description": "the weather",
                   "parameters": SCHEMA}],
        "output": [{"type": "function_call", "call_id": "c1", "name": "get_weather",
                    "arguments": '{"city": "Paris"}'}],
    }  # fmt: skip
    asked = [{"role": "user", "content": "Weather?"}]
    found = read({"input.value": asked, "output.value": response})
    assert found == Conversation(SYSTEM, (ASKED,), (Message("assistant", (CALL,)),), (TOOL,))


def test_a_conversation_in_one_text() -> None:
    text = "developer: Be brief.\nuser: Weather?\nassistant: None\ntool: 21\ndegrees"
    found = read({}, Event("gen_ai.content.prompt", {"gen_ai.prompt": text}))
    assert found.system == SYSTEM
    assert found.input == (ASKED, Message("tool", (ToolResult("", "21\ndegrees"),)))
    for plain in ("user: Weather?", "Compare\nuser: a\nassistant: b"):
        assert read({"input.value": plain}).input == (Message("user", (Text(plain),)),)


def test_a_tool_span_of_any_kind_is_a_call_and_its_result() -> None:
    for kind in (
        {"openinference.span.kind": "TOOL", "tool.name": "get_weather"},
        {"mlflow.spanType": '"TOOL"', "gen_ai.tool.name": "get_weather"},
        {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "get_weather"},
    ):
        found = read({**kind, "input.value": {"city": "Paris"}, "output.value": {"degrees": 21}})
        assert found.input[0].parts == (ToolCall("", "get_weather", {"city": "Paris"}),)
        assert found.output == (Message("tool", (ToolResult("", {"degrees": 21}),)),)


def test_prompts_of_coding_agents_are_in_their_logs() -> None:
    for name in ("claude_code.user_prompt", "codex.user_prompt"):
        log = Log("", name, {"event.name": name, "prompt": "Weather?"})
        assert read({}, logs=(log,)).input == (ASKED,)


def test_tools_among_pydantic_ais_parameters() -> None:
    offered = {"name": "get_weather", "description": "the weather",
               "parameters_json_schema": SCHEMA}  # fmt: skip
    found = read({"model_request_parameters": {"function_tools": [offered], "output_tools": []}})
    assert found.tools == (TOOL,)
