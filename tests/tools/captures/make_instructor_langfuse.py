"""Instructor over Langfuse's OpenAI wrapper: structured output inside an observed function."""

from __future__ import annotations

import instructor
from facts_framework import CHAT, DROP, FAILED, SOMEONE, fact
from langfuse import Langfuse, get_client, observe, propagate_attributes
from langfuse.openai import OpenAI
from pydantic import BaseModel
from recording_framework import record


class Weather(BaseModel):
    """What the model is to fill in."""

    city: str
    degrees: int


def program(_provider: str, receiver: str) -> None:
    """One structured answer, one failing call."""
    Langfuse(public_key="pk", secret_key="sk", base_url=receiver)
    with propagate_attributes(session_id="sess-42", user_id="user-7", tags=["t1"]):
        _extract()
    get_client().flush()


@observe(name="extract", as_type="chain")
def _extract() -> None:
    client = instructor.from_openai(OpenAI(max_retries=0))
    ask = [{"role": "user", "content": "Weather in Paris?"}]
    client.chat.completions.create(model="gpt-4o-mini", response_model=Weather, messages=ask)
    try:
        client.chat.completions.create(
            model="fail-model", response_model=Weather, messages=ask, max_retries=0
        )
    except Exception as failure:
        print("as meant:", type(failure).__name__)


FACTS = [
    fact("extract", SOMEONE, kind="chain", counted=False),
    fact("OpenAI-generation", CHAT, SOMEONE, request_model=DROP, response_model=DROP,
         provider_inferred=True, reasoning_tokens=16),
    fact("OpenAI-generation", FAILED, SOMEONE, request_model=DROP, counted=DROP),
]  # fmt: skip

if __name__ == "__main__":
    record(
        "langfuse-instructor",
        "langfuse 5.0.4 under instructor 1.17.0 (openai 3.3.0)",
        program,
        FACTS,
    )
