"""Marks as blocks and decorators: names, parents, errors, threads and tasks."""

from __future__ import annotations

import asyncio
import contextvars
from concurrent.futures import ThreadPoolExecutor

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanKind, StatusCode

import longpole.sdk as longpole
from longpole.sdk.testing import CapturedSpans


def attributes(span: ReadableSpan) -> dict[str, object]:
    return dict(span.attributes or {})


def parent(span: ReadableSpan) -> int | None:
    return span.parent.span_id if span.parent else None


def own_id(span: ReadableSpan) -> int:
    context = span.get_span_context()
    assert context is not None
    return context.span_id


def test_each_mark_writes_its_standard_attributes(spans: CapturedSpans) -> None:
    with (
        longpole.agent("planner", id="a1"),
        longpole.step("gather"),
        longpole.tool("search", call_id="c1"),
        longpole.llm("gpt-4o", provider="openai"),
    ):
        pass
    assert attributes(spans.named("invoke_agent planner")) == {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": "planner",
        "gen_ai.agent.id": "a1",
    }
    assert attributes(spans.named("gather")) == {"gen_ai.operation.name": "agent_step"}
    assert attributes(spans.named("execute_tool search")) == {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "search",
        "gen_ai.tool.call.id": "c1",
    }
    call = spans.named("chat gpt-4o")
    assert call.kind is SpanKind.CLIENT
    assert attributes(call) == {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.provider.name": "openai",
    }


def test_nested_marks_are_parent_and_child(spans: CapturedSpans) -> None:
    @longpole.tool("lookup")
    def lookup() -> None: ...

    @longpole.agent("planner")
    def plan() -> str:
        with longpole.step("gather"):
            lookup()
        return "done"

    assert plan() == "done"
    tool, step, agent = spans.all
    assert [span.name for span in spans.all] == [
        "execute_tool lookup", "gather", "invoke_agent planner",
    ]  # fmt: skip
    assert parent(tool) == own_id(step)
    assert parent(step) == own_id(agent)
    assert parent(agent) is None
    assert trace.get_current_span() is trace.INVALID_SPAN


def test_a_decorated_function_keeps_its_name_and_arguments(spans: CapturedSpans) -> None:
    @longpole.step("sum")
    def add(a: int, b: int = 2) -> int:
        """Adds."""
        return a + b

    assert add(1, b=4) == 5
    assert (add.__name__, add.__doc__) == ("add", "Adds.")
    assert len(spans.all) == 1


def test_an_error_is_recorded_and_raised_again(spans: CapturedSpans) -> None:
    @longpole.tool("pay")
    def pay() -> None:
        raise ValueError("card refused")

    with pytest.raises(ValueError, match="card refused"):
        pay()
    span = spans.named("execute_tool pay")
    assert span.status.status_code is StatusCode.ERROR
    assert span.status.description == "card refused"
    assert attributes(span)["error.type"] == "ValueError"
    assert [event.name for event in span.events] == ["exception"]


def test_the_error_type_of_a_class_elsewhere_is_qualified(spans: CapturedSpans) -> None:
    with pytest.raises(asyncio.QueueFull), longpole.step("queue"):
        raise asyncio.QueueFull
    assert attributes(spans.named("queue"))["error.type"] == "asyncio.queues.QueueFull"


def test_leaving_the_program_is_not_an_error(spans: CapturedSpans) -> None:
    with pytest.raises(SystemExit), longpole.agent("cli"):
        raise SystemExit(0)
    assert spans.named("invoke_agent cli").status.status_code is StatusCode.UNSET


def test_coroutines_are_measured_until_they_return(spans: CapturedSpans) -> None:
    @longpole.tool("fetch")
    async def fetch(name: str) -> str:
        with longpole.step(name):
            await asyncio.sleep(0)
        return name

    async def main() -> list[str]:
        async with longpole.agent("fan"):
            return list(await asyncio.gather(fetch("a"), fetch("b")))

    assert asyncio.run(main()) == ["a", "b"]
    agent = spans.named("invoke_agent fan")
    tools = spans.with_operation("execute_tool")
    assert {parent(tool) for tool in tools} == {own_id(agent)}
    steps = {parent(spans.named("a")), parent(spans.named("b"))}
    assert steps == {own_id(tool) for tool in tools}


def test_a_cancelled_task_is_an_error(spans: CapturedSpans) -> None:
    async def main() -> None:
        async with longpole.step("slow"):
            await asyncio.sleep(60)

    async def cancel() -> None:
        task = asyncio.ensure_future(main())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel())
    assert attributes(spans.named("slow"))["error.type"] == "asyncio.exceptions.CancelledError"


def test_one_mark_serves_many_threads_and_recursion(spans: CapturedSpans) -> None:
    step = longpole.step("shared")

    def work(depth: int) -> int:
        with step as handle:
            own = handle.span
            if depth:
                work(depth - 1)
            assert trace.get_current_span() is own
            return depth

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, [3] * 50)) == [3] * 50
    assert len(spans.all) == 200
    assert len({own_id(span) for span in spans.all}) == 200
    roots = [span for span in spans.all if span.parent is None]
    assert len(roots) == 50


def test_a_thread_started_with_the_context_continues_the_trace(spans: CapturedSpans) -> None:
    with longpole.agent("boss"), ThreadPoolExecutor(1) as pool:
        context = contextvars.copy_context()
        pool.submit(context.run, longpole.tool("work")(lambda: None)).result()
    assert parent(spans.named("execute_tool work")) == own_id(spans.named("invoke_agent boss"))


def test_the_handle_knows_its_ids_and_takes_attributes(spans: CapturedSpans) -> None:
    with longpole.step("s") as handle:
        handle.set("app.rows", 3)
        handle.set("app.none", None)
    span = spans.named("s")
    assert attributes(span) == {"gen_ai.operation.name": "agent_step", "app.rows": 3}
    assert handle.span_id == f"{own_id(span):016x}"
    assert len(handle.trace_id) == 32


def test_a_mark_without_a_name_says_what_to_write() -> None:
    with pytest.raises(TypeError, match=r'write @tool\("name"\)'):
        longpole.tool(print)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="needs a name"):
        longpole.agent("")
