"""The helper for users' own tests."""

from __future__ import annotations

import pytest

import longpole.sdk as longpole
from longpole.sdk.testing import capture_spans


def test_capturing_ends_with_the_block_and_nests() -> None:
    with capture_spans() as outer:
        with capture_spans() as inner, longpole.tool("t"):
            pass
        with longpole.step("s"):
            pass
    with longpole.step("late"):
        pass
    assert [span.name for span in inner.all] == ["execute_tool t"]
    assert [span.name for span in outer.all] == ["execute_tool t", "s"]
    assert [span.name for span in outer.with_operation("agent_step")] == ["s"]
    outer.clear()
    assert outer.all == []


def test_a_missing_span_is_told_with_what_there_is() -> None:
    with capture_spans() as spans, longpole.step("a"):
        pass
    with pytest.raises(AssertionError, match=r"0 spans are named 'b'; captured: \['a'\]"):
        spans.named("b")
