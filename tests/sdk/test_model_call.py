"""The handle of an `llm` mark: usage, time to first token, streams."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Generator, Iterator

import pytest

import longpole.sdk as longpole
from longpole.sdk.testing import CapturedSpans

TTFT = "gen_ai.response.time_to_first_chunk"


def facts(spans: CapturedSpans, name: str = "chat m") -> dict[str, object]:
    return dict(spans.named(name).attributes or {})


class Source:
    """A stream like those of provider SDKs: iterable, with close()."""

    def __init__(self, *items: str, fail: bool = False) -> None:
        self.items, self.fail, self.closed = items, fail, 0

    def __iter__(self) -> Iterator[str]:
        yield from self.items
        if self.fail:
            raise ConnectionError("cut off")

    def close(self) -> None:
        self.closed += 1


class AsyncSource(Source):
    async def __aiter__(self) -> AsyncIterator[str]:
        for item in self.items:
            yield item

    async def close(self) -> None:  # type: ignore[override]
        self.closed += 1


def test_usage_and_response_are_written_under_their_standard_names(spans: CapturedSpans) -> None:
    with longpole.llm("m") as call:
        call.usage(input=10, output=4, cache_read=0, cache_write=2, reasoning=1)
        call.response(id="r1", finish_reasons=["stop"])
        call.response_model = "m-2026"
        assert call.response_model == "m-2026"
    assert facts(spans) == {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "m",
        "gen_ai.usage.input_tokens": 10,
        "gen_ai.usage.output_tokens": 4,
        "gen_ai.usage.cache_read.input_tokens": 0,
        "gen_ai.usage.cache_write.input_tokens": 2,
        "gen_ai.usage.reasoning.output_tokens": 1,
        "gen_ai.response.id": "r1",
        "gen_ai.response.finish_reasons": ("stop",),
        "gen_ai.response.model": "m-2026",
    }


def test_what_is_not_told_is_absent(spans: CapturedSpans) -> None:
    with longpole.llm("m", operation="embeddings") as call:
        call.usage(input=7)
        assert call.response_model is None
    assert "gen_ai.usage.output_tokens" not in facts(spans, "embeddings m")


def test_a_stream_passes_through_and_is_timed(spans: CapturedSpans) -> None:
    source = Source("a", "b")
    with longpole.llm("m") as call:
        assert list(call.stream(source)) == ["a", "b"]
    span = spans.named("chat m")
    assert span.end_time is not None and span.start_time is not None
    ttft = facts(spans)[TTFT]
    assert isinstance(ttft, float)
    assert 0 <= ttft <= (span.end_time - span.start_time) / 1e9 + 0.01
    assert facts(spans)["gen_ai.request.stream"] is True
    assert source.closed == 1


def test_only_the_first_item_counts(spans: CapturedSpans) -> None:
    with longpole.llm("m") as call:
        call.first_token()
        first = dict(getattr(call.span, "attributes"))[TTFT]  # noqa: B009
        list(call.stream(["a"]))
    assert facts(spans)[TTFT] == first


def test_an_empty_stream_has_no_first_token(spans: CapturedSpans) -> None:
    with longpole.llm("m") as call:
        assert list(call.stream([])) == []
    assert TTFT not in facts(spans)


def test_a_stream_left_early_is_closed(spans: CapturedSpans) -> None:
    source = Source("a", "b")
    with longpole.llm("m") as call:
        for _ in call.stream(source):
            break
    assert source.closed == 1


def test_a_stream_that_breaks_is_closed_and_told(spans: CapturedSpans) -> None:
    source = Source("a", fail=True)
    with pytest.raises(ConnectionError), longpole.llm("m") as call:
        list(call.stream(source))
    assert source.closed == 1
    assert facts(spans)["error.type"] == "ConnectionError"
    assert TTFT in facts(spans)


def test_asynchronous_streams(spans: CapturedSpans) -> None:
    read, left = AsyncSource("a", "b"), AsyncSource("a", "b")

    async def main() -> list[str]:
        async with longpole.llm("m") as call:
            got = [item async for item in call.stream(read)]
        async with longpole.llm("early") as call:
            stream = call.stream(left)
            async for _ in stream:
                break
            await stream.aclose()
        return got

    assert asyncio.run(main()) == ["a", "b"]
    assert (read.closed, left.closed) == (1, 1)
    assert TTFT in facts(spans)
    assert TTFT in facts(spans, "chat early")


def test_a_decorated_generator_times_its_first_item(spans: CapturedSpans) -> None:
    @longpole.llm("m", provider="own")
    def generate() -> Generator[str, None, None]:
        yield "a"
        longpole.current_call().usage(input=3, output=1)
        yield "b"

    assert list(generate()) == ["a", "b"]
    assert TTFT in facts(spans)
    assert facts(spans)["gen_ai.usage.output_tokens"] == 1


def test_current_call_is_the_innermost_or_a_silent_one(spans: CapturedSpans) -> None:
    longpole.current_call().usage(input=1)
    with longpole.llm("outer") as outer, longpole.step("s"):
        assert longpole.current_call() is outer
        with longpole.llm("m") as inner:
            assert longpole.current_call() is inner
        assert longpole.current_call() is outer
    assert len(spans.all) == 3
