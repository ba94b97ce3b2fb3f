"""A whole request or response is read wherever an attribute holds one."""

from __future__ import annotations

import json

import pytest
from provider_requests import ANSWER, OPENAI_REQUEST, SYSTEM, TOOL, TURN, WHOLE

from longpole.core.messages import Message, read_messages

KEYS = {
    "openinference": ("input.value", "output.value"),
    "langfuse": ("langfuse.observation.input", "langfuse.observation.output"),
    "langsmith": ("gen_ai.prompt", "gen_ai.completion"),
    "logfire": ("request_data", "response_data"),
    "mlflow": ("mlflow.spanInputs", "mlflow.spanOutputs"),
    "traceloop": ("traceloop.entity.input", "traceloop.entity.output"),
    "adk": ("gcp.vertex.agent.llm_request", "gcp.vertex.agent.llm_response"),
}


@pytest.mark.parametrize("provider", WHOLE)
@pytest.mark.parametrize("dialect", KEYS)
def test_a_whole_request_wherever_it_is(provider: str, dialect: str) -> None:
    request, response = WHOLE[provider]
    asked, answered = KEYS[dialect]
    found = read_messages({asked: json.dumps(request), answered: json.dumps(response)})
    assert found.system == SYSTEM
    assert found.input == TURN
    assert [(m.role, m.parts) for m in found.output] == [("assistant", ANSWER)]
    assert found.tools == (() if provider in ("langchain", "stored") else (TOOL,))


def test_json_quoted_twice_is_unwrapped() -> None:
    found = read_messages({"mlflow.spanInputs": json.dumps(json.dumps(OPENAI_REQUEST)),
                  "mlflow.spanOutputs": json.dumps("Sunny.")})  # fmt: skip
    assert found.input == TURN
    assert found.output == (Message("assistant", ANSWER),)
