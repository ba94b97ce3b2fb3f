"""The OpenAI and Anthropic calls of make_openlit under an OpenLIT of early 2025."""

from __future__ import annotations

import anthropic
import openai
import openlit
from facts_framework import CHAT, CLAUDE, EMBED, fact
from opentelemetry import trace
from recording_framework import record

ASK = [{"role": "user", "content": "Weather in Paris?"}]
MODEL = "gpt-4o-mini"


def program(_provider: str, receiver: str) -> None:
    """Three OpenAI calls and one Anthropic call."""
    openlit.init(otlp_endpoint=receiver, application_name="weather", environment="test",
                 disable_metrics=True)  # fmt: skip
    with trace.get_tracer("app").start_as_current_span("app-root"):
        client = openai.OpenAI(max_retries=0)
        client.chat.completions.create(model=MODEL, messages=ASK, temperature=0.2, user="user-7")
        for _ in client.chat.completions.create(model=MODEL, messages=ASK, stream=True):
            pass
        client.embeddings.create(model="text-embedding-3-small", input=["a", "b"])
        anthropic.Anthropic(max_retries=0).messages.create(
            model="claude-sonnet-4-5", max_tokens=64, messages=ASK
        )


FACTS = [
    fact("app-root", kind="other", input_tokens=None, counted=False),
    fact("chat gpt-4o-mini", CHAT, user="user-7", streaming=False, cache_read_tokens=None),
    # Streams without usage get counts by a tokenizer, with nothing to tell them from reported ones.
    fact("chat gpt-4o-mini", CHAT, streaming=True, cache_read_tokens=None, input_tokens=12,
         output_tokens=11, ttft_s_from="gen_ai.server.time_to_first_token"),
    fact("embeddings text-embedding-3-small", EMBED),
    # Without its cached parts, and they are nowhere else.
    fact("chat claude-sonnet-4-5", CLAUDE, streaming=False, input_tokens=40,
         cache_read_tokens=None, cache_write_tokens=None),
]  # fmt: skip

if __name__ == "__main__":
    record("openlit-old", "openlit 1.33.20", program, FACTS)
