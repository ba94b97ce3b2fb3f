"""Where each dialect keeps its messages: one table, in the order in which places are believed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from longpole.core.messages.events import read_event_list
from longpole.core.messages.lists import read_input, read_output, read_reference
from longpole.core.messages.model import Conversation
from longpole.core.messages.numbered import (
    read_documents,
    read_numbered_input,
    read_numbered_output,
    read_numbered_tools,
)
from longpole.core.messages.parse import structure, structured, whole_text
from longpole.core.messages.parts import read_parts
from longpole.core.messages.request import read_request
from longpole.core.messages.response import read_response
from longpole.core.messages.tools import read_tools
from longpole.core.messages.toolspan import TOOL_ARGUMENTS, TOOL_RESULTS
from longpole.core.messages.vercel import VERCEL, read_vercel_output, read_vercel_prompt

Attributes = Mapping[str, str]
Reader = Callable[[str], Conversation]
# Of `llm.{name}.messages` and the like.
_DOTS = 2
# What is written where a function took or gave nothing.
_NOTHING = ("", "null", "None", "{}", "[]", '""', '{"args": [], "kwargs": {}}')


@dataclass(frozen=True)
class Source:
    """An attribute and the reader of its shape; `{name}` in the key stands for one word."""

    dialect: str
    key: str
    read: Reader

    def text(self, attributes: Attributes) -> str:
        """The attribute's text; empty where it is missing."""
        if "{" not in self.key:
            return attributes.get(self.key, "")
        start, end = self.key.split("{name}")
        fits = (
            text
            for key, text in attributes.items()
            if key.startswith(start) and key.endswith(end) and key.count(".") == _DOTS
        )
        return next(fits, "")


@dataclass(frozen=True)
class Group:
    """Attributes counted through below a prefix, and the reader of them all."""

    dialect: str
    key: str
    read_all: Callable[[str, Attributes], Conversation]


def _system(text: str) -> Conversation:
    return Conversation(system=read_parts(structure(text)))


def _tools(text: str) -> Conversation:
    return Conversation(tools=read_tools(structure(text)))


def _offered(text: str) -> Conversation:
    """The tools among the other parameters of a request."""
    value = structured(text)
    given = value.get("function_tools") if isinstance(value, dict) else None
    return Conversation(tools=read_tools(given))


def _input(text: str) -> Conversation:
    return read_input(structure(text))


def _output(text: str) -> Conversation:
    return read_output(structure(text))


def _request(text: str) -> Conversation:
    return Conversation() if text.strip() in _NOTHING else read_request(whole_text(text))


def _response(text: str) -> Conversation:
    return Conversation() if text.strip() in _NOTHING else read_response(whole_text(text))


def _system_reference(text: str) -> Conversation:
    return Conversation(system=read_reference(text, "input").input[0].parts)


def _values(text: str) -> Conversation:
    """Texts to embed, each quoted once more than the list they are in."""
    value = structure(text)
    listed = value if isinstance(value, list) else [value]
    return read_input([structure(one) if isinstance(one, str) else one for one in listed])


def _all_messages(text: str) -> Conversation:
    """A whole run: its last answer is the output, what came before is the input."""
    said = read_event_list(text)
    if said.output or not said.input or said.input[-1].role != "assistant":
        return said
    return Conversation(said.system, said.input[:-1], said.input[-1:], (), said.left_out)


MESSAGES: tuple[Source | Group, ...] = (
    Source("otel-genai", "gen_ai.system_instructions", _system),
    Source("otel-genai", "gen_ai.tool.definitions", _tools),
    Source("otel-genai", "gen_ai.input.messages", _request),
    Source("otel-genai", "gen_ai.output.messages", _response),
    Group("openinference", "llm.input_messages", read_numbered_input),
    Group("openinference", "llm.output_messages", read_numbered_output),
    Group("openinference", "llm.tools", read_numbered_tools),
    Group("traceloop", "gen_ai.prompt", read_numbered_input),
    Group("traceloop", "gen_ai.completion", read_numbered_output),
    Group("traceloop", "llm.request.functions", read_numbered_tools),
    Source("vercel-ai", "ai.prompt.messages", _input),
    Source("vercel-ai", "ai.prompt.tools", _tools),
    Source("pydantic-ai", "pydantic_ai.all_messages", _all_messages),
    Source("pydantic-ai", "all_messages_events", _all_messages),
    Source("pydantic-ai", "events", read_event_list),
    Source("pydantic-ai", "model_request_parameters", _offered),
    Source("google-adk", "gcp.vertex.agent.llm_request", _request),
    Source("google-adk", "gcp.vertex.agent.llm_response", _response),
    Source("litellm", "llm.{name}.messages", _request),
    Source("litellm", "llm.{name}.system", _system),
    Source("litellm", "llm.{name}.choices", _response),
    Source("litellm", "llm.{name}.tools", _tools),
)
WHOLE: tuple[Source | Group, ...] = (
    Source("langsmith", "gen_ai.prompt", _request),
    Source("langsmith", "gen_ai.completion", _response),
    Source("langfuse", "langfuse.observation.input", _request),
    Source("langfuse", "langfuse.observation.output", _response),
    Source("logfire", "request_data", _request),
    Source("logfire", "response_data", _response),
    Source("mlflow", "mlflow.chat.messages", _input),
    Source("mlflow", "mlflow.chat.tools", _tools),
    Source("mlflow", "mlflow.spanInputs", _request),
    Source("mlflow", "mlflow.spanOutputs", _response),
    Source("vercel-ai", "ai.prompt", read_vercel_prompt),
    Source("vercel-ai", "ai.value", _input),
    Source("vercel-ai", "ai.values", _values),
    Group("openinference", "llm.prompts", read_numbered_input),
    Group("openinference", "llm.choices", read_numbered_output),
    Group("openinference", "embedding.embeddings", read_numbered_input),
    Group("openinference", "retrieval.documents", read_documents),
    Group("openinference", "reranker.output_documents", read_documents),
    Source("openinference, dify", "input.value", _request),
    Source("openinference, dify", "output.value", _response),
    Source("traceloop", "traceloop.entity.input", _request),
    Source("traceloop", "traceloop.entity.output", _response),
    Source("otel-genai", "gen_ai.retrieval.query.text", _input),
    Source("otel-genai", "gen_ai.retrieval.documents", _response),
    Source("otel-genai", "gen_ai.system_instructions_ref", _system_reference),
    Source("otel-genai", "gen_ai.input.messages_ref", partial(read_reference, side="input")),
    Source("otel-genai", "gen_ai.output.messages_ref", partial(read_reference, side="output")),
    Source("any-agent", "gen_ai.output", _response),
    Source("pydantic-ai", "final_result", _response),
    Source("claude-code", "user_prompt", _input),
    Source("claude-code", "response.model_output", _response),
    Source("google-adk", "gcp.vertex.agent.data", _request),
    Source("litellm", "llm.{name}.input", _request),
    Source("litellm", "llm.{name}.prompt", _request),
    Source("langfuse", "langfuse.trace.input", _request),
    Source("langfuse", "langfuse.trace.output", _response),
)


@dataclass(frozen=True)
class ContentAttributes:
    """Attributes that messages are read from: whole keys, and beginnings of numbered ones."""

    keys: frozenset[str]
    prefixes: tuple[str, ...]


def content_attributes() -> ContentAttributes:
    """Every attribute of the table; those with a word left open are not in it."""
    table = (*MESSAGES, *WHOLE)
    plain = {one.key for one in table if isinstance(one, Source) and "{" not in one.key}
    plain |= {*TOOL_ARGUMENTS, *TOOL_RESULTS, *VERCEL}
    numbered = tuple(f"{one.key}." for one in table if isinstance(one, Group))
    return ContentAttributes(frozenset(plain), numbered)


def read_vercel(attributes: Attributes) -> Conversation:
    """The AI SDK spreads one answer over several attributes."""
    return read_vercel_output(attributes)
