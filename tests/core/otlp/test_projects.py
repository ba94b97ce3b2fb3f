"""A sender cannot choose the project of what he sends, however he writes it."""

from __future__ import annotations

import pytest
from otlp_wire import (
    TABLES,
    insert_body,
    insert_frames,
    number_field,
    small_body,
    small_message,
    text_field,
    varint,
)

from longpole.core.errors import InputError, StoreError
from longpole.core.otlp import Signal, frame_request, input_table
from longpole.core.schema import upgrade
from longpole.core.store import Generated, Store, migrate

OWN = 15001


def _projects(store: Store, signal: Signal) -> set[str]:
    found = set()
    for table in TABLES[signal]:
        rows = store.rows(f"SELECT Project FROM {table}")
        assert rows, table
        found |= {row["Project"] for row in rows}
    return found


@pytest.mark.parametrize("signal", Signal)
def test_each_request_of_an_insert_has_its_own_project(store: Store, signal: Signal) -> None:
    body = small_body(signal)
    frames = frame_request(body, "shop") + frame_request(body, "") + frame_request(body, "größe")
    insert_frames(store, signal, frames)
    assert _projects(store, signal) == {"shop", "default", "größe"}


@pytest.mark.parametrize("project", ["shop", ""])
@pytest.mark.parametrize("signal", Signal)
def test_a_project_that_the_sender_set_does_not_hold(
    store: Store, signal: Signal, project: str
) -> None:
    message = small_message(signal)
    theirs = text_field(OWN, b"theirs")
    long_key = b"\xca\xa9\x87\x00" + b"\x06theirs"  # the same field, its number written longer
    for odd in (theirs + message, message + theirs, message + theirs * 3, message + long_key):
        insert_body(store, signal, text_field(1, odd), project)
    assert _projects(store, signal) == {project or "default"}


@pytest.mark.parametrize("signal", Signal)
def test_no_field_of_the_sender_swallows_the_stamp(store: Store, signal: Signal) -> None:
    """Fields that claim to be numbers, of every length up to the stamp's."""
    message = small_message(signal) + text_field(OWN, b"theirs")
    stamped = len(frame_request(text_field(1, b""), "shop"))
    for number in (1, 2, 3, OWN):
        for length in range(stamped + 1):
            with pytest.raises(InputError):
                frame_request(text_field(1, message + number_field(number, length)), "shop")


def test_frames_of_an_older_version_belong_to_the_default_project(store: Store) -> None:
    message = small_message(Signal.TRACES)
    insert_frames(store, Signal.TRACES, varint(len(message)) + message)
    assert _projects(store, Signal.TRACES) == {"default"}


def test_a_store_of_an_older_version_learns_projects(empty_store: Store) -> None:
    table = input_table(Signal.TRACES)
    older = [
        Generated(table, f"CREATE OR REPLACE TABLE {table} (scope_spans Array(Tuple(spans "
                  "Array(Tuple(name String))))) ENGINE = Null"),
        Generated(f"{table}_mv", f"CREATE MATERIALIZED VIEW {table}_mv TO otel_traces AS\n"
                  f"SELECT s.name AS SpanName FROM (SELECT arrayJoin(arrayJoin(scope_spans).spans) "
                  f"AS s FROM {table})"),
    ]  # fmt: skip
    migrate(empty_store, older)
    upgrade(empty_store)
    insert_body(empty_store, Signal.TRACES, small_body(Signal.TRACES), "shop")
    [row] = empty_store.rows("SELECT Project, SpanName, ServiceName FROM otel_traces")
    assert row == {"Project": "shop", "SpanName": "chat", "ServiceName": "shop"}


def test_the_store_takes_no_two_members_of_a_value(store: Store) -> None:
    """Why requests are rewritten when the store refuses them."""
    value = text_field(1, b"k") + text_field(2, text_field(1, b"text") + number_field(3, 7))
    message = text_field(1, text_field(1, value)) + small_message(Signal.TRACES)
    with pytest.raises(StoreError, match="OneOf"):
        insert_body(store, Signal.TRACES, text_field(1, message))
