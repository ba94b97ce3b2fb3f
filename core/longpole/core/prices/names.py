"""Longpole's provider names and those of the price lists; service tiers and their spellings."""

from __future__ import annotations

GENAI_NAMES = {
    "azure.ai.inference": "azure",
    "azure.ai.openai": "azure",
    "aws.bedrock": "aws",
    "fireworks_ai": "fireworks",
    "gcp.gemini": "google",
    "gcp.gen_ai": "google",
    "gcp.vertex_ai": "google",
    "mistral_ai": "mistral",
    "moonshot_ai": "moonshotai",
    "together_ai": "together",
    "x_ai": "x-ai",
    "z_ai": "zai",
    "z.ai": "zai",
}

# `litellm_provider` begins with one of these; what is not here is spelled alike.
LITELLM_NAMES = {
    "azure.ai.inference": ("azure_ai", "azure"),
    "azure.ai.openai": ("azure", "azure_ai"),
    "aws.bedrock": ("bedrock",),
    "cohere": ("cohere",),
    "fireworks": ("fireworks_ai",),
    "gcp.gemini": ("gemini", "vertex_ai"),
    "gcp.gen_ai": ("gemini", "vertex_ai"),
    "gcp.vertex_ai": ("vertex_ai", "gemini"),
    "hugging_face": ("huggingface",),
    "ibm.watsonx.ai": ("watsonx",),
    "mistral_ai": ("mistral",),
    "moonshot_ai": ("moonshot",),
    "openai": ("openai", "text-completion-openai"),
    "x_ai": ("xai",),
}

# Models one runs oneself: their names are often those of paid services, their price is not.
SELF_HOSTED = frozenset({"ollama", "vllm", "sglang", "tgi"})

STANDARD = ""
ANY_TIER = "*"
TIERS = ("batch", "flex", "priority", "fast")
_STANDARD = frozenset(
    {"", "default", "standard", "standard_only", "auto", "on_demand", "on-demand", "none"}
)
_SPELLINGS = {"batches": "batch", "batch_api": "batch", "provisioned_throughput": "provisioned"}


def tier_name(said: str) -> str:
    """A service tier as price lists name it; `` for the standard one."""
    word = said.strip().lower()
    return STANDARD if word in _STANDARD else _SPELLINGS.get(word, word)
