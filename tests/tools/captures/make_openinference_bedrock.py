"""openinference-instrumentation-bedrock: converse, a tool call, invoke_model, a failure."""

from __future__ import annotations

import contextlib
import json

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from facts_program import CLAUDE_DETAILS, FAILED, IDENTITY, LLM, SILENT
from openinference.instrumentation import using_attributes
from openinference.instrumentation.bedrock import BedrockInstrumentor
from record_program import Facts, Pipeline, SpanFacts, record

PACKAGES = ("openinference-instrumentation-bedrock", "boto3")
MODEL = "anthropic.claude-sonnet-4-5-20250929-v1:0"
ASKED = [{"role": "user", "content": [{"text": "Weather in Paris?"}]}]
SCHEMA = {"json": {"type": "object", "properties": {"city": {"type": "string"}}}}
TOOL = {"toolSpec": {"name": "get_weather", "description": "Weather", "inputSchema": SCHEMA}}


def program(pipeline: Pipeline) -> None:
    """Four calls, each a trace of its own."""
    BedrockInstrumentor().instrument()
    client = boto3.client(
        "bedrock-runtime",
        region_name="us-east-1",
        endpoint_url=pipeline.provider_url,
        aws_access_key_id="fake",
        aws_secret_access_key="fake",
        config=Config(retries={"total_max_attempts": 1}),
    )
    prompt = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 200}
    prompt["messages"] = [{"role": "user", "content": "Weather in Paris?"}]
    with using_attributes(session_id="sess-42", user_id="user-7", tags=["t1"]):
        client.converse(modelId=MODEL, messages=ASKED, inferenceConfig={"maxTokens": 200})
        client.converse(modelId=MODEL, messages=ASKED, toolConfig={"tools": [TOOL]})
        client.invoke_model(modelId=MODEL, body=json.dumps(prompt))
        with contextlib.suppress(ClientError):
            client.converse(modelId="fail-model", messages=ASKED)


AWS: Facts = {"provider": "aws.bedrock", **IDENTITY}
CALL: Facts = {**LLM, **CLAUDE_DETAILS, **AWS}
FACTS: SpanFacts = [
    ("bedrock.converse", CALL | {"model": MODEL}),
    ("bedrock.converse", CALL | {"model": MODEL}),
    ("bedrock.invoke_model", CALL | {"model": "claude-sonnet-4-5-20250929"}),
    ("bedrock.converse", {**FAILED, **AWS, "model": "fail-model"}),
]
# Early releases sent neither provider nor cached tokens; the total alone tells of the latter.
# Of invoke_model they kept the model only.
OLD_AWS: Facts = {**AWS, "provider_inferred": True, "model": MODEL}
OLD_CALL: Facts = {
    "kind": "llm",
    "counted": True,
    "input_tokens_any_of": [40, 120],
    "output_tokens": 48,
    **OLD_AWS,
}
OLD_FACTS: SpanFacts = [
    ("bedrock.converse", OLD_CALL),
    ("bedrock.converse", OLD_CALL),
    ("bedrock.invoke_model", {**SILENT, **OLD_AWS}),
    ("bedrock.converse", {**FAILED, **IDENTITY, "provider": None, "model": "fail-model"}),
]

if __name__ == "__main__":
    record(
        PACKAGES,
        program,
        {"openinference-bedrock": FACTS, "openinference-bedrock-0.1.20": OLD_FACTS},
    )
