"""Spellings seen on the wire and the one word Longpole uses. All are compared in lower case."""

from __future__ import annotations

_PROVIDER_SPELLINGS: dict[str, tuple[str, ...]] = {
    "openai": (
        "openai.chat",
        "openai.responses",
        "openai.completion",
        "openai.embedding",
        "langchain_openai",
    ),
    "azure.ai.openai": (
        "az.ai.openai",
        "azure",
        "azure_openai",
        "azure-openai",
        "azure.chat",
        "azureopenai",
    ),
    "azure.ai.inference": ("az.ai.inference", "azure_ai"),
    "anthropic": ("anthropic.messages", "claude"),
    "aws.bedrock": (
        "aws",
        "bedrock",
        "amazon-bedrock",
        "amazon_bedrock",
        "bedrock_converse",
        "aws_bedrock",
    ),
    "gcp.gemini": (
        "gemini",
        "google",
        "google_genai",
        "google-genai",
        "google.generative-ai",
        "google.ai.studio",
        "google-gla",
    ),
    "gcp.vertex_ai": (
        "vertex_ai",
        "vertexai",
        "google.vertex",
        "google-vertex",
        "google_vertexai",
    ),
    "gcp.gen_ai": (),
    "mistral_ai": ("mistral", "mistralai"),
    "x_ai": ("xai", "x-ai", "grok"),
    "ibm.watsonx.ai": ("watsonx", "ibm.watson.ai"),
    "moonshot_ai": ("moonshot", "moonshotai", "kimi"),
    "cohere": (),
    "deepseek": (),
    "groq": (),
    "perplexity": (),
    "openrouter": (),
    "ollama": (),
    "fireworks": ("fireworks_ai", "fireworks-ai"),
    "together_ai": ("together", "togetherai"),
    "hugging_face": ("huggingface",),
    "vllm": (),
    "sglang": (),
    "tgi": (),
}
PROVIDERS = {
    spelling: provider
    for provider, others in _PROVIDER_SPELLINGS.items()
    for spelling in (provider, *others)
}

_PREFIXES: dict[str, tuple[str, ...]] = {
    "openai": ("gpt-", "o1", "o3", "o4", "chatgpt", "text-embedding-", "dall-e", "whisper"),
    "anthropic": ("claude",),
    "gcp.gemini": ("gemini",),
    "mistral_ai": ("mistral", "mixtral", "codestral", "ministral", "magistral"),
    "cohere": ("command", "rerank-", "embed-"),
    "deepseek": ("deepseek",),
    "x_ai": ("grok",),
    "moonshot_ai": ("kimi",),
    # Bedrock ids carry the maker, behind a region group at times.
    "aws.bedrock": tuple(
        f"{region}{maker}."
        for region in ("", "us.", "eu.")
        for maker in ("anthropic", "amazon", "meta")
    ),
}
MODEL_PREFIXES = {
    prefix: provider for provider, prefixes in _PREFIXES.items() for prefix in prefixes
}

# Named where a provider was expected; they call models, they do not serve them.
FRAMEWORKS = frozenset(
    {
        "strands-agents",
        "langchain",
        "langgraph",
        "gcp.vertex.agent",
        "microsoft.agent_framework",
        "crewai",
        "llama_index",
        "haystack",
        "autogen",
        "dify",
        "litellm",
        "semantic_kernel",
        "pydantic_ai",
    }
)

FRAMEWORK_DIALECTS = {
    "strands": "strands-agents",
    "google-adk": "google-adk",
    "pydantic-ai": "pydantic-ai",
    "agent-framework": "microsoft.agent_framework",
    "semantic-kernel": "semantic_kernel",
    "vercel-ai": "vercel-ai-sdk",
    "vercel-ai-7": "vercel-ai-sdk",
    "litellm": "litellm",
    "claude-code": "claude-code",
    "codex": "codex",
    "dify": "dify",
}

FRAMEWORK_SCOPES = {
    **{
        f"openinference.instrumentation.{name}": name
        for name in ("langchain", "crewai", "llama_index", "haystack", "autogen", "litellm")
    },
    "openinference.instrumentation.openai_agents": "openai-agents",
    "openinference.instrumentation.dspy": "dspy",
    "@arizeai/openinference-instrumentation-langchain": "langchain",
    "opentelemetry.instrumentation.genai.langchain": "langchain",
    "opentelemetry.instrumentation.genai.openai_agents": "openai-agents",
}

_REASONS: dict[str, tuple[str, ...]] = {
    "stop": ("stop", "end_turn", "stop_sequence", "eos", "finishreason.stop"),
    "length": ("length", "max_tokens", "max_output_tokens", "finishreason.max_tokens"),
    "tool_call": (
        "tool_call",
        "tool_calls",
        "tool-calls",
        "tool_use",
        "function_call",
        "finishreason.tool_calls",
    ),
    "content_filter": ("content_filter", "content-filter", "safety", "refusal", "recitation"),
    "error": ("error",),
}
FINISH_REASONS = {word: reason for reason, words in _REASONS.items() for word in words}
