"""opentelemetry-instrumentation-genai-bedrock: converse, a tool call, invoke_model, a failure."""

from __future__ import annotations

import contextlib
import json

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from facts_program import CLAUDE_DETAILS, FAILED, LLM
from opentelemetry.instrumentation.genai.bedrock import BedrockInstrumentor
from record_program import Facts, Pipeline, SpanFacts, record

PACKAGES = ("opentelemetry-instrumentation-genai-bedrock", "boto3")
MODEL = "anthropic.claude-sonnet-4-5-20250929-v1:0"
HAIKU = "anthropic.claude-haiku-4-5-20251001-v1:0"
ASKED = [{"role": "user", "content": [{"text": "Weather in Paris?"}]}]
SCHEMA = {"json": {"type": "object", "properties": {"city": {"type": "string"}}}}
TOOL = {"toolSpec": {"name": "get_weather", "description": "Weather", "inputSchema": SCHEMA}}


def program(pipeline: Pipeline) -> None:
    """Five calls, each a trace of its own."""
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
    client.converse(modelId=MODEL, messages=ASKED, inferenceConfig={"maxTokens": 200})
    client.converse(modelId=MODEL, messages=ASKED, toolConfig={"tools": [TOOL]})
    client.invoke_model(modelId=MODEL, body=json.dumps(prompt))
    client.converse(modelId=HAIKU, messages=ASKED)
    with contextlib.suppress(ClientError):
        client.converse(modelId="fail-model", messages=ASKED)


AWS: Facts = {"provider": "aws.bedrock", "session": None, "user": None}
# On the wire the input is 40 and 400: this library sends Bedrock's count of uncached tokens under
# the conventions' name of the inclusive one.
CALL: Facts = {**LLM, **CLAUDE_DETAILS, **AWS, "request_model": MODEL, "model": MODEL}
SMALL_CACHE: Facts = {
    **CALL,
    "input_tokens": 432,
    "cache_write_tokens": None,
    "request_model": HAIKU,
    "model": HAIKU,
}
FACTS: SpanFacts = [
    (f"chat {MODEL}", CALL),
    (f"chat {MODEL}", CALL),
    (f"chat {MODEL}", CALL),
    (f"chat {HAIKU}", SMALL_CACHE),
    ("chat fail-model", {**FAILED, **AWS, "request_model": "fail-model", "model": "fail-model"}),
]

if __name__ == "__main__":
    record(PACKAGES, program, {"otel-genai-bedrock": FACTS})
