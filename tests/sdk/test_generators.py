"""Decorated generators: one span a run, current inside the body only, closed however they end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Generator

import pytest
from opentelemetry import trace
from opentelemetry.trace import StatusCode

import longpole.sdk as longpole
from longpole.sdk.testing import CapturedSpans


@longpole.step("numbers")
def numbers(count: int) -> Generator[int, str | None, str]:
    for number in range(count):
        answer = yield number
        if answer == "fail":
            raise ValueError(answer)
    return "end"


@longpole.step("letters")
async def letters(text: str) -> AsyncGenerator[str, str | None]:
    for letter in text:
        await asyncio.sleep(0)
        answer = yield letter
        if answer == "fail":
            raise ValueError(answer)


def test_a_generator_is_one_span_from_first_item_to_last(spans: CapturedSpans) -> None:
    run = numbers(3)
    assert spans.all == []
    assert list(run) == [0, 1, 2]
    assert spans.named("numbers").status.status_code is StatusCode.UNSET


def test_send_throw_and_return_pass_through(spans: CapturedSpans) -> None:
    def outer() -> Generator[int, str | None, str]:
        return (yield from numbers(1))

    run = outer()
    assert next(run) == 0
    with pytest.raises(StopIteration) as end:
        run.send("go")
    assert end.value.value == "end"
    run = numbers(2)
    next(run)
    with pytest.raises(KeyError):
        run.throw(KeyError("x"))
    assert [span.status.status_code for span in spans.all] == [StatusCode.UNSET, StatusCode.ERROR]


def test_an_error_in_the_body_marks_the_span(spans: CapturedSpans) -> None:
    run = numbers(2)
    next(run)
    with pytest.raises(ValueError, match="fail"):
        run.send("fail")
    assert dict(spans.named("numbers").attributes or {})["error.type"] == "ValueError"


def test_closing_early_ends_the_span_without_an_error(spans: CapturedSpans) -> None:
    closed = []

    @longpole.step("early")
    def early() -> Generator[int, None, None]:
        try:
            yield 1
            yield 2
        finally:
            closed.append(True)

    for _ in early():
        break
    assert closed == [True]
    assert spans.named("early").status.status_code is StatusCode.UNSET


def test_the_span_is_current_inside_and_not_outside(spans: CapturedSpans) -> None:
    @longpole.agent("streamer")
    def stream() -> Generator[int, None, None]:
        with longpole.step("inner"):
            yield 1
            with longpole.tool("t"):
                yield 2
        yield 3

    for _ in stream():
        assert trace.get_current_span() is trace.INVALID_SPAN
        with longpole.step("consumer"):
            pass
    agent, inner, tool = (
        spans.named(name) for name in ("invoke_agent streamer", "inner", "execute_tool t")
    )
    assert inner.parent == agent.get_span_context()
    assert tool.parent == inner.get_span_context()
    assert [span.parent for span in spans.all if span.name == "consumer"] == [None] * 3


def test_an_asynchronous_generator_passes_everything_through(spans: CapturedSpans) -> None:
    async def main() -> list[str]:
        got = [letter async for letter in letters("abc")]
        run = letters("xy")
        got.append(await run.__anext__())
        with pytest.raises(ValueError, match="fail"):
            await run.asend("fail")
        return got

    assert asyncio.run(main()) == ["a", "b", "c", "x"]
    assert [span.status.status_code for span in spans.all] == [StatusCode.UNSET, StatusCode.ERROR]


def test_an_asynchronous_generator_closed_early_cleans_up(spans: CapturedSpans) -> None:
    closed = []

    @longpole.agent("a")
    async def early() -> AsyncGenerator[int, None]:
        try:
            async with longpole.step("inner"):
                yield 1
                yield 2
        finally:
            await asyncio.sleep(0)
            closed.append(True)

    async def main() -> None:
        run = early()
        async for _ in run:
            assert trace.get_current_span() is trace.INVALID_SPAN
            break
        await run.aclose()

    asyncio.run(main())
    assert closed == [True]
    inner, agent = spans.named("inner"), spans.named("invoke_agent a")
    assert inner.parent == agent.get_span_context()
    assert agent.status.status_code is StatusCode.UNSET


def test_cancelling_the_reader_reaches_the_generator(spans: CapturedSpans) -> None:
    @longpole.step("waits")
    async def waits() -> AsyncGenerator[int, None]:
        yield 1
        await asyncio.sleep(60)

    async def read() -> None:
        async for _ in waits():
            pass

    async def main() -> None:
        task = asyncio.ensure_future(read())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    error = dict(spans.named("waits").attributes or {})["error.type"]
    assert error == "asyncio.exceptions.CancelledError"


def test_timeouts_and_tasks_work_inside_an_asynchronous_generator(spans: CapturedSpans) -> None:
    @longpole.agent("parallel")
    async def parallel() -> AsyncGenerator[str, None]:
        @longpole.tool("sub")
        async def sub(name: str) -> str:
            await asyncio.sleep(0)
            return name

        yield ",".join(await asyncio.gather(sub("a"), sub("b")))
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(asyncio.sleep(60), 0.01)
        yield "timed out"

    async def main() -> list[str]:
        return [item async for item in parallel()]

    assert asyncio.run(main()) == ["a,b", "timed out"]
    agent = spans.named("invoke_agent parallel")
    tools = spans.with_operation("execute_tool")
    assert [tool.parent for tool in tools] == [agent.get_span_context()] * 2
