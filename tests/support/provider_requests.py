"""One short conversation as each provider and framework writes its requests and responses."""

from __future__ import annotations

from typing import Any

from longpole.core.messages import Message, Text, ToolCall, ToolDefinition, ToolResult

SYSTEM, USER, ANSWER = (Text("Be brief."),), (Text("Weather?"),), (Text("Sunny."),)
CALL = ToolCall("c1", "get_weather", {"city": "Paris"})
RESULT = ToolResult("c1", "21 degrees")
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}}
TOOL = ToolDefinition("get_weather", "the weather", SCHEMA)
ASKED = Message("user", USER)
TURN = (ASKED, Message("assistant", (CALL,)), Message("tool", (RESULT,)))


OPENAI_CALL = {"id": "c1", "type": "function",
               "function": {"name": "get_weather", "arguments": '{"city": "Paris"}'}}  # fmt: skip
OPENAI_TOOL = {"type": "function", "function": {
    "name": "get_weather", "description": "the weather", "parameters": SCHEMA}}  # fmt: skip
OPENAI_TURN = [
    {"role": "system", "content": "Be brief."}, {"role": "user", "content": "Weather?"},
    {"role": "assistant", "content": None, "tool_calls": [OPENAI_CALL]},
    {"role": "tool", "tool_call_id": "c1", "content": "21 degrees"},
]  # fmt: skip
OPENAI_REQUEST = {"model": "gpt-5", "messages": OPENAI_TURN, "tools": [OPENAI_TOOL]}
OPENAI_RESPONSE = {"choices": [
    {"index": 0, "message": {"role": "assistant", "content": "Sunny."}, "finish_reason": "stop"}
]}  # fmt: skip
RESPONSES_REQUEST = {
    "model": "gpt-5", "instructions": "Be brief.",
    "tools": [{"type": "function", "name": "get_weather", "description": "the weather",
               "parameters": SCHEMA}],
    "input": [
        {"role": "user", "content": [{"type": "input_text", "text": "Weather?"}]},
        {"type": "function_call", "id": "fc1", "call_id": "c1", "name": "get_weather",
         "arguments": '{"city": "Paris"}'},
        {"type": "function_call_output", "call_id": "c1", "output": "21 degrees"},
    ],
}  # fmt: skip
RESPONSES_RESPONSE = {"object": "response", "output": [
    {"type": "message", "role": "assistant", "status": "completed",
     "content": [{"type": "output_text", "text": "Sunny.", "annotations": []}]}
]}  # fmt: skip
ANTHROPIC_REQUEST = {
    "model": "claude-sonnet-4-5", "system": [{"type": "text", "text": "Be brief."}],
    "tools": [{"name": "get_weather", "description": "the weather", "input_schema": SCHEMA}],
    "messages": [
        {"role": "user", "content": "Weather?"},
        {"role": "assistant", "content": [
            {"type": "tool_use", "id": "c1", "name": "get_weather", "input": {"city": "Paris"}}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c1",
                                      "content": [{"type": "text", "text": "21 degrees"}]}]},
    ],
}  # fmt: skip
ANTHROPIC_RESPONSE = {"type": "message", "role": "assistant", "stop_reason": "end_turn",
                      "content": [{"type": "text", "text": "Sunny."}]}  # fmt: skip
GEMINI_REQUEST = {
    "model": "gemini-2.5-flash",
    "config": {"system_instruction": "Be brief.", "tools": [{"function_declarations": [
        {"name": "get_weather", "description": "the weather", "parameters": SCHEMA}]}]},
    "contents": [
        {"role": "user", "parts": [{"text": "Weather?"}]},
        {"role": "model", "parts": [
            {"function_call": {"id": "c1", "name": "get_weather", "args": {"city": "Paris"}}}]},
        {"role": "user", "parts": [{"function_response": {
            "id": "c1", "name": "get_weather", "response": "21 degrees"}}]},
    ],
}  # fmt: skip
GEMINI_RESPONSE = {"candidates": [
    {"content": {"role": "model", "parts": [{"text": "Sunny."}]}, "finishReason": "STOP"}
]}  # fmt: skip
BEDROCK_REQUEST = {
    "modelId": "amazon.nova", "system": [{"text": "Be brief."}],
    "toolConfig": {"tools": [{"toolSpec": {
        "name": "get_weather", "description": "the weather", "inputSchema": {"json": SCHEMA}}}]},
    "messages": [
        {"role": "user", "content": [{"text": "Weather?"}]},
        {"role": "assistant", "content": [
            {"toolUse": {"toolUseId": "c1", "name": "get_weather", "input": {"city": "Paris"}}}]},
        {"role": "user", "content": [{"toolResult": {
            "toolUseId": "c1", "content": [{"text": "21 degrees"}], "status": "success"}}]},
    ],
}  # fmt: skip
BEDROCK_RESPONSE = {"output": {"message": {"role": "assistant", "content": [{"text": "Sunny."}]}},
                    "stopReason": "end_turn"}  # fmt: skip


def lc(name: str, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401 - LangChain's own fields
    path = ["langchain", "schema", "messages", name]
    return {"lc": 1, "type": "constructor", "id": path, "kwargs": kwargs}


LANGCHAIN_CALL = {"name": "get_weather", "args": {"city": "Paris"}, "id": "c1", "type": "tool_call"}
LANGCHAIN_REQUEST = {"messages": [[
    lc("SystemMessage", content="Be brief.", type="system"),
    lc("HumanMessage", content="Weather?", type="human"),
    lc("AIMessage", content="", type="ai", tool_calls=[LANGCHAIN_CALL]),
    lc("ToolMessage", content="21 degrees", type="tool", tool_call_id="c1"),
]]}  # fmt: skip
LANGCHAIN_RESPONSE = {"generations": [[{
    "text": "Sunny.", "generation_info": {"finish_reason": "stop"},
    "message": lc("AIMessage", content="Sunny.", type="ai"),
}]], "type": "LLMResult"}  # fmt: skip
STORED_REQUEST = {"messages": [
    {"type": "system", "data": {"content": "Be brief.", "type": "system"}},
    {"type": "human", "data": {"content": "Weather?", "type": "human"}},
    {"type": "ai", "data": {"content": "", "type": "ai", "tool_calls": [LANGCHAIN_CALL]}},
    {"type": "tool", "data": {"content": "21 degrees", "type": "tool", "tool_call_id": "c1"}},
]}  # fmt: skip
WHOLE = {
    "openai": (OPENAI_REQUEST, OPENAI_RESPONSE),
    "responses": (RESPONSES_REQUEST, RESPONSES_RESPONSE),
    "anthropic": (ANTHROPIC_REQUEST, ANTHROPIC_RESPONSE),
    "gemini": (GEMINI_REQUEST, GEMINI_RESPONSE),
    "bedrock": (BEDROCK_REQUEST, BEDROCK_RESPONSE),
    "langchain": (LANGCHAIN_REQUEST, LANGCHAIN_RESPONSE),
    "stored": (STORED_REQUEST, LANGCHAIN_RESPONSE),
}
