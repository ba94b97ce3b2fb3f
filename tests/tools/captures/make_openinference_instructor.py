"""Two OpenInference instrumentors at once: Instructor's span and the OpenAI client's below it."""

from __future__ import annotations

import instructor
import openai
from facts_program import DETAILS, GPT, IDENTITY, LLM
from openinference.instrumentation import using_attributes
from openinference.instrumentation.instructor import InstructorInstrumentor
from openinference.instrumentation.openai import OpenAIInstrumentor
from pydantic import BaseModel
from record_program import Facts, Pipeline, SpanFacts, record

PACKAGES = (
    "openinference-instrumentation-instructor",
    "openinference-instrumentation-openai",
    "instructor",
    "openai",
)


class Answer(BaseModel):
    """What the model must fill in."""

    answer: str


def program(pipeline: Pipeline) -> None:
    """One structured answer."""
    InstructorInstrumentor().instrument()
    OpenAIInstrumentor().instrument()
    client = instructor.from_openai(
        openai.OpenAI(base_url=f"{pipeline.provider_url}/v1", api_key="fake", max_retries=0)
    )
    asked = [{"role": "user", "content": "Weather in Paris?"}]
    with using_attributes(session_id="sess-42", user_id="user-7", tags=["t1"]):
        client.chat.completions.create(model="gpt-4o-mini", response_model=Answer, messages=asked)


OUTER: Facts = {"kind": "chain", "counted": False, "input_tokens": None, **IDENTITY}
CALL: Facts = {
    **LLM,
    **DETAILS,
    **IDENTITY,
    "provider": "openai",
    "request_model": "gpt-4o-mini",
    "response_model": GPT,
    "model": GPT,
}
FACTS: SpanFacts = [("instructor.create", OUTER), ("ChatCompletion", CALL)]

if __name__ == "__main__":
    record(PACKAGES, program, {"openinference-instructor": FACTS})
