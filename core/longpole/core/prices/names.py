"""Longpole's provider names and those of genai-prices."""

from __future__ import annotations

PRICE_LIST_NAMES = {
    "azure.ai.inference": "azure",
    "azure.ai.openai": "azure",
    "aws.bedrock": "aws",
    "gcp.gemini": "google",
    "gcp.gen_ai": "google",
    "gcp.vertex_ai": "google",
    "mistral_ai": "mistral",
    "moonshot_ai": "moonshotai",
    "together_ai": "together",
    "x_ai": "x-ai",
}

# Models one runs oneself: their names are often those of paid services, their price is not.
SELF_HOSTED = frozenset({"ollama", "vllm", "sglang", "tgi"})
