"""The program of make_logfire under a Logfire of early 2025: content and usage in JSON only."""

from __future__ import annotations

import make_logfire
from facts_framework import CHAT, fact
from recording_framework import record

make_logfire.AGENT_MODEL = "openai:gpt-4o-mini"
CHAT_NAME = "Chat Completion with {request_data[model]!r}"
INSIDE_JSON = {"input_tokens_any_of": [120, None], "output_tokens_any_of": [48, None]}
FACTS = [
    fact("app {name}", kind="other", counted=False),
    # Model and usage only in the JSON of request_data and response_data.
    fact(CHAT_NAME, INSIDE_JSON, kind="llm"),
    fact(CHAT_NAME, kind="llm", input_tokens=None, counted=False),
    fact("streaming response from {request_data[model]!r} took {duration:.2f}s", INSIDE_JSON,
         kind_any_of=["llm", "chain", "other"]),
    fact("Embedding Creation with {request_data[model]!r}", kind="embedding",
         input_tokens_any_of=[18, None]),
    fact("Responses API with {request_data[model]!r}", kind="llm", input_tokens=None,
         counted=False),
    fact(CHAT_NAME, kind="llm", input_tokens=None, counted=False, error=True),
    fact("Message with {request_data[model]!r}", INSIDE_JSON, kind="llm"),
    fact("agent run", kind="agent", agent="weather_agent", counted=False),
    *(fact("preparing model request params", agent_effective="weather_agent", counted=False,
           kind_any_of=["chain", "other"]) for _ in range(2)),
    fact("running tools", agent_effective="weather_agent", counted=False,
         kind_any_of=["chain", "tool", "other"]),
    *(fact("chat gpt-4o-mini", CHAT, agent_effective="weather_agent", reasoning_tokens=16)
      for _ in range(2)),
    # The same calls once more, below pydantic-ai's spans.
    *(fact(CHAT_NAME, kind="llm", agent_effective="weather_agent", counted=False)
      for _ in range(2)),
]  # fmt: skip

if __name__ == "__main__":
    record(
        "logfire-old",
        "logfire 3.14.0 (openai 1.69.0, pydantic-ai 0.0.44)",
        make_logfire.program,
        FACTS,
    )
