"""The program of make_semantic_kernel under a release of early 2025."""

from __future__ import annotations

from facts_framework import CHAT, fact
from make_semantic_kernel import BARE, INSIDE, program
from recording_framework import record

FACTS = [
    fact("invoke_agent weather_agent", kind="agent", agent="weather_agent", counted=False),
    fact("AutoFunctionInvocationLoop", INSIDE, kind="chain", counted=False),
    # The operation is called chat.completions and chat.streaming_completions.
    *(fact("chat.completions gpt-4o-mini", CHAT, INSIDE, BARE) for _ in range(2)),
    # Functions have spans without any attribute; their scope is all that marks them.
    fact("Weather-get_weather", INSIDE, kind_any_of=["tool", "other"], counted=False),
    fact("prompts-ask", kind_any_of=["tool", "chain", "other"], counted=False),
    fact("chat.streaming_completions gpt-4o-mini", CHAT, BARE),
]  # fmt: skip

if __name__ == "__main__":
    record("semantic-kernel-old", "semantic-kernel 1.28.0 (openai 1.109.1)", program, FACTS)
