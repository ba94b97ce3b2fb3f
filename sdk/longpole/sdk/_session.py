"""Conversation and user: set once, written on every span started inside."""

from __future__ import annotations

from types import TracebackType

from opentelemetry.context import Context, attach, create_key, detach, get_value, set_value
from opentelemetry.sdk.trace import Span, SpanProcessor

from longpole.sdk import _names

_KEY = create_key("longpole-session")


class Session:
    """The block in which spans belong to one conversation; made by `session`."""

    def __init__(self, attributes: dict[str, str]) -> None:
        self._attributes = attributes
        self._tokens: list[object] = []

    def __enter__(self) -> Session:
        merged = {**session_attributes(None), **self._attributes}
        self._tokens.append(attach(set_value(_KEY, merged)))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        detach(self._tokens.pop())  # type: ignore[arg-type]  # Token's type argument is private

    async def __aenter__(self) -> Session:
        return self.__enter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.__exit__(kind, error, traceback)


def session(id: str, user: str | None = None) -> Session:
    """Put `gen_ai.conversation.id`, and `user.id` if given, on every span started inside.

    That includes spans of instrumented libraries, in this thread or task and in tasks started
    from it. An inner session wins over an outer one.
    """
    attributes = {_names.CONVERSATION_ID: id}
    if user is not None:
        attributes[_names.USER_ID] = user
    return Session(attributes)


def session_attributes(context: Context | None) -> dict[str, str]:
    """The attributes in force in a context; None means the current one."""
    value = get_value(_KEY, context)
    return value if isinstance(value, dict) else {}


class SessionProcessor(SpanProcessor):
    """Writes the session's attributes on spans that libraries start."""

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        """Called by the OpenTelemetry SDK for each new span."""
        for name, value in session_attributes(parent_context).items():
            span.set_attribute(name, value)
