"""Whose conversation it is."""

from __future__ import annotations

from longpole.core.semconv.fields.rows import attributes, inside
from longpole.core.semconv.model import Convert

PEOPLE = (
    # A subagent's conversation is its own; the session is that of the person.
    *attributes("SessionId", "session.id", dialects=("claude-code",)),
    *attributes(
        "SessionId",
        "gen_ai.conversation.id",
        "session.id",
        "langfuse.session.id",
        "traceloop.association.properties.session_id",
        "traceloop.association.properties.thread_id",
        "traceloop.association.properties.conversation_id",
        "langsmith.metadata.session_id",
        "langsmith.metadata.thread_id",
        "langsmith.metadata.conversation_id",
        "ai.telemetry.metadata.sessionId",
        "ai.settings.context.sessionId",
        "gcp.vertex.agent.session_id",
    ),
    *inside("SessionId", "mlflow.trace.session", ""),
    *inside("SessionId", "metadata", "session_id", "thread_id", "conversation_id"),
    *attributes("SessionId", "conversation.id", "anthropic.session.id"),
    *attributes(
        "UserId",
        "user.id",
        "enduser.id",
        "langfuse.user.id",
        "traceloop.association.properties.user_id",
        "langsmith.metadata.user_id",
        "ai.telemetry.metadata.userId",
        "ai.settings.context.userId",
        "gen_ai.user",
        "gen_ai.user.id",
        "gen_ai.request.user",
        "llm.user",
    ),
    *inside("UserId", "metadata", "user_id"),
    *inside("UserId", "mlflow.trace.user", ""),
    *attributes("UserId", "metadata.user_api_key_end_user_id"),
    *attributes(
        "Tags",
        "tag.tags",
        "langfuse.trace.tags",
        "tags",
        "ai.telemetry.metadata.tags",
        convert=Convert.LIST,
    ),
    *attributes("Tags", "langsmith.span.tags", convert=Convert.LIST),
)
