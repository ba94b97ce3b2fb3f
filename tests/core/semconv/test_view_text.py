"""The generated SQL is stored, so that a change of the mapping shows as a change of SQL.

Refresh: .venv/bin/python -c "from longpole.core.semconv import spans_view as v; print(end=v().create)" > tests/core/semconv/snapshots/spans_mv.sql
"""  # noqa: E501 - one command

from __future__ import annotations

from pathlib import Path

import pytest

from longpole.core.errors import SettingsError
from longpole.core.semconv import Convert, FieldSource, Origin, mapping_rows, spans_view

SNAPSHOT = Path(__file__).parent / "snapshots" / "spans_mv.sql"


def test_text_equals_the_snapshot() -> None:
    assert spans_view().create == SNAPSHOT.read_text("utf-8")


def test_extra_rows_change_the_text_and_so_the_hash() -> None:
    extra = [FieldSource("UserId", "company.customer")]
    assert spans_view(extra).hash != spans_view().hash
    assert spans_view(extra).hash == spans_view(extra).hash
    assert spans_view([]).hash == spans_view().hash


def test_unknown_field_is_refused_with_the_known_ones() -> None:
    with pytest.raises(SettingsError, match=r"'Colour' is not a field; fields are .*UserId"):
        spans_view([FieldSource("Colour", "company.colour")])


def test_wrong_conversion_is_refused() -> None:
    with pytest.raises(SettingsError, match="InputTokens cannot be read as 'text'"):
        spans_view([FieldSource("InputTokens", "company.tokens")])
    with pytest.raises(SettingsError, match="UserId cannot be read as 'seconds'"):
        spans_view([FieldSource("UserId", "company.user", Convert.SECONDS)])


@pytest.mark.parametrize(
    "source",
    [
        FieldSource("UserId", "^(.*)$", origin=Origin.NAME, kinds=("tool",)),
        FieldSource("UserId", "company.user", path=("id",)),
        FieldSource("UserId", "first token", origin=Origin.EVENT),
        FieldSource("Ttft", "company.first", Convert.SINCE_START),
        FieldSource("UserId", ""),
    ],
)
def test_rows_that_could_break_inserts_are_refused(source: FieldSource) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        spans_view([source])


def test_mapping_rows_tell_every_source_in_order() -> None:
    rows = mapping_rows()
    tokens = [row["key"] for row in rows if row["field"] == "InputTokens"]
    assert tokens[0] == "gen_ai.usage.input_tokens"
    assert tokens.index("gen_ai.usage.prompt_tokens") < tokens.index("llm.token_count.prompt")
    names = [row for row in rows if row["read from"] == Origin.NAME.value]
    assert {row["only"] for row in names} >= {"tool", "agent, google-adk"}
