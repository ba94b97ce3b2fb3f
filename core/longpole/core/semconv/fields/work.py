"""Agents, workflows, tools, MCP and retrieval."""

from __future__ import annotations

from longpole.core.semconv.fields.rows import attributes, named
from longpole.core.semconv.model import Convert, FieldSource, Origin

NAMED_BY_SPAN = ("openinference", "langfuse", "langsmith", "mlflow")
VERCEL = ("vercel-ai", "vercel-ai-7")

AGENT = (
    *attributes("AgentName", "gen_ai.agent.name", "agent.name"),
    *attributes("AgentName", "agent_name", dialects=("pydantic-ai", "logfire", "openinference")),
    *attributes("AgentName", "graph.node.id", kinds=("agent",)),
    *attributes("AgentName", "traceloop.entity.name", kinds=("agent",)),
    *attributes("AgentName", "ai.telemetry.functionId"),
    # The AI SDK puts the model there.
    *named(
        "AgentName",
        "agent",
        r"^(?:invoke|create)_agent (.+)$",
        *("otel-genai", "otel-legacy", "traceloop", "pydantic-ai", "strands", "google-adk"),
        *("agent-framework", "semantic-kernel", "logfire", "openlit", "openinference"),
    ),
    *named("AgentName", "agent", r"^agent_run \[(.+)\]$", "google-adk"),
    *named("AgentName", "agent", r"^(.+)\._execute_core$"),
    *named("AgentName", "agent", r"^(.+)\.run$", "openinference"),
    *named("AgentName", "agent", r"^(.+)$", "openinference", "langfuse", "langsmith", "mlflow"),
    *attributes("AgentId", "gen_ai.agent.id"),
    *attributes("AgentId", "agent_id", dialects=("claude-code",)),
    *attributes(
        "Workflow",
        "gen_ai.workflow.name",
        "traceloop.workflow.name",
        "langfuse.trace.name",
        "workflow.name",
        "langsmith.trace.name",
        "dify.workflow_id",
    ),
    *named("Workflow", "chain", r"^invoke_workflow (.+)$"),
)

TOOL = (
    *attributes("ToolName", "gen_ai.tool.name", "tool.name", "ai.toolCall.name"),
    *attributes("ToolName", "tool_name", dialects=("claude-code", "pydantic-ai", "logfire")),
    *attributes("ToolName", "traceloop.entity.name", kinds=("tool",)),
    *named("ToolName", "tool", r"^execute_tool (.+)$"),
    *named("ToolName", "tool", r"^(?:MCP send )?tools/call (.+)$"),
    *attributes("ToolName", "haystack.tool.name", "lk.function_tool.name"),
    *named("ToolName", "tool", r"^running tool: (.+)$", "pydantic-ai"),
    *named("ToolName", "tool", r"^(.+)$", *NAMED_BY_SPAN),
    *attributes("ToolType", "gen_ai.tool.type"),
    *attributes("ToolCallId", "gen_ai.tool.call.id", "ai.toolCall.id", "tool.id", "tool_call.id"),
    *attributes("ToolCallId", "tool_use_id", "lk.function_tool.id"),
    *attributes("McpMethod", "mcp.method.name"),
    *named("McpMethod", "mcp", r"^([a-z_]+(?:/[a-z_]+)*)\.mcp$", "traceloop"),
    *attributes("McpSessionId", "mcp.session.id"),
)

RETRIEVAL = (
    *attributes("RetrievalQuery", "gen_ai.retrieval.query.text", "retrieval.query"),
    *attributes("RetrievalQuery", "reranker.query"),
    *attributes("RetrievalQuery", "input.value", kinds=("retriever", "reranker")),
    FieldSource(
        "RetrievalCount", "gen_ai.retrieval.documents", Convert.UINT, Origin.LENGTH,
        kinds=("retriever", "reranker"),
    ),
    FieldSource(
        "RetrievalCount", "retrieval.documents", Convert.UINT, Origin.NUMBERED,
        kinds=("retriever", "reranker"),
    ),
    FieldSource(
        "RetrievalCount", "retrieval.document", Convert.UINT, Origin.LENGTH,
        kinds=("retriever", "reranker"),
    ),
    FieldSource(
        "RetrievalCount", "reranker.output_documents", Convert.UINT, Origin.NUMBERED,
        kinds=("retriever", "reranker"),
    ),
)  # fmt: skip

WORK = (*AGENT, *TOOL, *RETRIEVAL)
