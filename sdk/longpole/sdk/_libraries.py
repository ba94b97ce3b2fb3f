"""The instrumentations `init` switches on, by library.

For one library several projects may be installed at once, and two of them would report every
token twice. Their modules are listed in order of preference: OpenTelemetry's own GenAI packages,
OpenInference, OpenLLMetry. Names are those of the packages' `opentelemetry_instrumentor` entry
points, which are found by module because different projects use one name for them.
"""

from __future__ import annotations

_GENAI = "opentelemetry.instrumentation.genai"
_OTEL = "opentelemetry.instrumentation"
_INFERENCE = "openinference.instrumentation"

LIBRARIES: dict[str, tuple[str, ...]] = {
    "ag2": (f"{_INFERENCE}.ag2",),
    "agno": (f"{_GENAI}.agno", f"{_INFERENCE}.agno", f"{_OTEL}.agno"),
    "alephalpha": (f"{_OTEL}.alephalpha",),
    "anthropic": (f"{_GENAI}.anthropic", f"{_INFERENCE}.anthropic", f"{_OTEL}.anthropic"),
    "autogen_agentchat": (f"{_INFERENCE}.autogen_agentchat",),
    "bedrock": (f"{_GENAI}.bedrock", f"{_INFERENCE}.bedrock", f"{_OTEL}.bedrock"),
    "beeai": (f"{_INFERENCE}.beeai",),
    "chromadb": (f"{_OTEL}.chromadb",),
    "claude_agent_sdk": (f"{_GENAI}.claude_agent_sdk", f"{_INFERENCE}.claude_agent_sdk"),
    "cohere": (f"{_GENAI}.cohere", f"{_INFERENCE}.cohere", f"{_OTEL}.cohere"),
    "crewai": (f"{_GENAI}.crewai", f"{_INFERENCE}.crewai", f"{_OTEL}.crewai"),
    "dspy": (f"{_GENAI}.dspy", f"{_INFERENCE}.dspy"),
    "google_adk": (f"{_INFERENCE}.google_adk",),
    "google_genai": (
        f"{_GENAI}.google_genai", f"{_OTEL}.google_genai", f"{_INFERENCE}.google_genai",
    ),
    "google_generativeai": (f"{_OTEL}.google_generativeai",),
    "groq": (f"{_GENAI}.groq", f"{_INFERENCE}.groq", f"{_OTEL}.groq"),
    "guardrails": (f"{_INFERENCE}.guardrails",),
    "haystack": (f"{_GENAI}.haystack", f"{_INFERENCE}.haystack", f"{_OTEL}.haystack"),
    "instructor": (f"{_INFERENCE}.instructor",),
    "lancedb": (f"{_OTEL}.lancedb",),
    "langchain": (f"{_GENAI}.langchain", f"{_INFERENCE}.langchain", f"{_OTEL}.langchain"),
    "litellm": (f"{_INFERENCE}.litellm", f"{_OTEL}.litellm"),
    "llama_index": (
        f"{_GENAI}.llama_index", f"{_INFERENCE}.llama_index", f"{_OTEL}.llamaindex",
    ),
    "marqo": (f"{_OTEL}.marqo",),
    # OpenInference's package for MCP only carries the context on; the other one makes spans.
    "mcp": (f"{_OTEL}.mcp", f"{_INFERENCE}.mcp"),
    "milvus": (f"{_OTEL}.milvus",),
    "mistralai": (f"{_INFERENCE}.mistralai", f"{_OTEL}.mistralai"),
    "ollama": (f"{_INFERENCE}.ollama", f"{_OTEL}.ollama"),
    "openai": (
        f"{_GENAI}.openai", f"{_OTEL}.openai_v2", f"{_INFERENCE}.openai", f"{_OTEL}.openai",
    ),
    "openai_agents": (
        f"{_GENAI}.openai_agents", f"{_INFERENCE}.openai_agents", f"{_OTEL}.openai_agents",
    ),
    "pinecone": (f"{_OTEL}.pinecone",),
    "pipecat": (f"{_INFERENCE}.pipecat",),
    "portkey": (f"{_GENAI}.portkey", f"{_INFERENCE}.portkey"),
    "qdrant": (f"{_OTEL}.qdrant",),
    "qwen_agent": (f"{_GENAI}.qwen_agent",),
    "replicate": (f"{_OTEL}.replicate",),
    "sagemaker": (f"{_OTEL}.sagemaker",),
    "smolagents": (f"{_GENAI}.smolagents", f"{_INFERENCE}.smolagents"),
    "together": (f"{_INFERENCE}.together", f"{_OTEL}.together"),
    "transformers": (f"{_OTEL}.transformers",),
    "vertexai": (f"{_OTEL}.vertexai", f"{_INFERENCE}.vertexai"),
    "voyageai": (f"{_OTEL}.voyageai",),
    "watsonx": (f"{_OTEL}.watsonx",),
    "weaviate": (f"{_OTEL}.weaviate",),
    "writer": (f"{_OTEL}.writer",),
}  # fmt: skip
