"""Rows of the mapping that the settings add."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from longpole.core.errors import SettingsError
from longpole.core.semconv import spans_view, user_mapping
from longpole.core.settings import NormalizeSettings, load
from longpole.core.store import Generated

Row = dict[str, Any]
NormaliseWith = Callable[[Generated], Callable[[Iterable[Row]], list[Row]]]
FILE = """
[[normalize.fields]]
field = "session_id"
key = "acme.chat"

[[normalize.fields]]
field = "input_tokens"
key = "acme.usage"
origin = "json"
path = ["prompt", "tokens"]

[[normalize.fields]]
field = "ttft_s"
key = "acme.first"
unit = "ms"

[[normalize.fields]]
field = "tool_name"
key = "^acme (.+)$"
origin = "name"
kinds = ["tool"]

[[normalize.kinds]]
attribute = "acme.kind"
values = { LLM_STEP = "llm", skill = "tool" }
"""


def test_rows_of_the_settings_file_come_first(
    tmp_path: Path, make_row: Callable[..., Row], normalise_with: NormaliseWith
) -> None:
    (tmp_path / "longpole.toml").write_text(FILE)
    settings = load(environ={}, file=tmp_path / "longpole.toml").settings.normalize
    normalise = normalise_with(spans_view(mapping=user_mapping(settings)))
    call = {
        "acme.kind": "llm_step", "acme.chat": "c1", "session.id": "s1", "acme.first": "250",
        "acme.usage": '{"prompt": {"tokens": 7}}', "gen_ai.usage.input_tokens": "9",
        "gen_ai.operation.name": "execute_tool",
    }  # fmt: skip
    rows = normalise(
        [
            make_row(SpanId="a" * 16, SpanAttributes=call),
            make_row(SpanId="b" * 16, SpanName="acme dig", SpanAttributes={"acme.kind": "skill"}),
            make_row(SpanId="c" * 16, SpanAttributes={"session.id": "s1"}),
        ]
    )
    by_id = {row["SpanId"][0]: row for row in rows}
    found = by_id["a"]
    assert (found["Kind"], found["SessionId"], found["InputTokens"]) == ("llm", "c1", 7)
    assert found["TtftS"] == pytest.approx(0.25)
    assert (by_id["b"]["Kind"], by_id["b"]["ToolName"]) == ("tool", "dig")
    assert by_id["c"]["SessionId"] == "s1"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ({"fields": [{"field": "colour", "key": "x"}]}, "'Colour' is not a field"),
        ({"fields": [{"field": "user_id", "key": ""}]}, "empty key"),
        ({"fields": [{"field": "user_id", "key": "x", "dialects": ["no"]}]}, "'no' is not a dial"),
        ({"fields": [{"field": "user_id", "key": "x", "kinds": ["no"]}]}, "'no' is no kind"),
        ({"fields": [{"field": "tool_name", "key": "(", "origin": "name"}]}, "pattern is not"),
        ({"fields": [{"field": "tool_name", "key": "a", "origin": "name"}]}, "has 0 groups"),
        ({"kinds": [{"attribute": "x", "values": {"a": "robot"}}]}, "'robot' is no kind"),
        ({"kinds": [{"attribute": "", "values": {"a": "llm"}}]}, "tells no kind"),
    ],
)
def test_rows_that_cannot_be_used_are_refused(rows: dict[str, Any], message: str) -> None:
    settings = NormalizeSettings.model_validate(rows)
    with pytest.raises(SettingsError, match=message):
        user_mapping(settings)


def test_no_rows_change_nothing() -> None:
    assert spans_view(mapping=user_mapping(NormalizeSettings())).hash == spans_view().hash
