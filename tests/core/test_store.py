"""The store over both of its transports: the same calls, the same answers."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from longpole.core.errors import StoreError, StoreUnavailableError
from longpole.core.store import Store
from longpole.core.store.url import EmbeddedUrl

HOSTILE = [
    "it's",
    'say "x"',
    "back\\slash \\' \\n",
    "new\nline\ttab\r",
    "'; DROP TABLE spans; --",
    "{name:String} %(name)s $1",
    "naïve 模型 🚀 \u202e",
    "%27&param_x=1#?",
    "zero\x00byte",
    "",
]
EVERY_TYPE = """
CREATE TABLE every_type (
    Text String, Word LowCardinality(String), Words Array(LowCardinality(String)),
    Yes Bool, Maybe Nullable(Bool), Small UInt8, Whole UInt64, Signed Int64,
    Count Nullable(UInt64), Ratio Nullable(Float64), Money Nullable(Decimal(18, 9)),
    Large Decimal(38, 9), At DateTime64(9), Seen DateTime64(3), Done Nullable(DateTime64(3)),
    Bucket DateTime, Named Map(LowCardinality(String), Float64), Hist Map(Int16, UInt64),
    Parts Nested (Id String, AtNs Int64), Version UInt64 DEFAULT 7
) ENGINE = MergeTree ORDER BY Text
"""
NOW = dt.datetime(2026, 11, 23, 10, 0, 0, 123456, tzinfo=dt.UTC)
# The nanosecond part is beyond what a datetime can hold.
NS_OF_NOW = 1_795_428_000_123_456_789


@pytest.mark.parametrize("text", HOSTILE)
def test_a_parameter_comes_back_as_it_went_in(empty_store: Store, text: str) -> None:
    assert empty_store.rows("SELECT {x:String} AS x", {"x": text}) == [{"x": text}]


def test_parameters_have_types(empty_store: Store) -> None:
    [row] = empty_store.rows(
        "SELECT {n:UInt64} AS n, {f:Float64} AS f, {b:Bool} AS b, {names:Array(String)} AS names,"
        " {at:DateTime64(9)} AS at, {none:Nullable(String)} AS none",
        {"n": 2**64 - 1, "f": 0.1, "b": True, "names": HOSTILE, "at": NOW, "none": None},
    )
    assert row == {
        "n": 2**64 - 1, "f": 0.1, "b": True, "names": HOSTILE, "at": NOW, "none": None,
    }  # fmt: skip


def test_hostile_text_survives_an_insert(store: Store) -> None:
    frame = pl.DataFrame({"Name": HOSTILE, "Hash": [str(i) for i in range(len(HOSTILE))]})
    store.command("TRUNCATE TABLE schema_version")
    store.insert("schema_version", frame)
    read = store.frame("SELECT Name FROM schema_version ORDER BY toUInt64(Hash)")
    assert read["Name"].to_list() == HOSTILE


def test_every_column_type_survives_a_round_trip(empty_store: Store) -> None:
    empty_store.command(EVERY_TYPE)
    written = pl.concat([every_type("full"), every_type("nulls", absent=True)])
    empty_store.insert("every_type", written)
    read = empty_store.frame("SELECT * FROM every_type ORDER BY Text")
    assert read["Version"].to_list() == [7, 7]
    for name in written.columns:
        assert read[name].to_list() == written[name].to_list(), name
    assert read.schema["At"] == pl.Datetime("ns", "UTC")
    assert read.schema["Money"] == pl.Decimal(18, 9)
    assert isinstance(read.schema["Hist"], pl.Map)
    assert read["At"].to_physical().to_list() == [NS_OF_NOW, NS_OF_NOW]


def every_type(text: str, absent: bool = False) -> pl.DataFrame:
    """One row; with `absent` every column that can be null or empty is."""
    named = {} if absent else {"price": 0.25, "it's": -1.0}
    hist = {} if absent else {-3: 1, 200: 2**40}
    ids = [] if absent else ["a", "b"]
    return pl.DataFrame(
        {
            "Text": [text], "Word": ["w"], "Words": [ids], "Yes": [True],
            "Maybe": [None if absent else False], "Small": [255], "Whole": [2**64 - 1],
            "Signed": [-(2**63)], "Count": [None if absent else 0],
            "Ratio": [None if absent else 0.5],
            "Money": [None if absent else Decimal("123456789.123456789")],
            "Large": [Decimal("12345678901234567890.000000001")],
            "At": [NS_OF_NOW], "Seen": [NOW], "Done": [None if absent else NOW],
            "Bucket": [NS_OF_NOW // 10**9],
            "Named": [[{"key": k, "value": v} for k, v in named.items()]],
            "Hist": [[{"key": k, "value": v} for k, v in hist.items()]],
            "Parts.Id": [ids], "Parts.AtNs": [[NS_OF_NOW for _ in ids]],
        },
        schema_overrides={
            "Words": pl.List(pl.String), "Maybe": pl.Boolean, "Small": pl.UInt8,
            "Whole": pl.UInt64, "Count": pl.UInt64, "Ratio": pl.Float64,
            "Money": pl.Decimal(18, 9), "Large": pl.Decimal(38, 9),
            "At": pl.Datetime("ns", "UTC"), "Seen": pl.Datetime("ms", "UTC"),
            "Done": pl.Datetime("ms", "UTC"), "Bucket": pl.UInt32,
            "Named": pl.List(pl.Struct({"key": pl.String, "value": pl.Float64})),
            "Hist": pl.List(pl.Struct({"key": pl.Int16, "value": pl.UInt64})),
            "Parts.Id": pl.List(pl.String), "Parts.AtNs": pl.List(pl.Int64),
        },
    ).with_columns(
        pl.col("Named").cast(pl.Map(pl.String, pl.Float64)),
        pl.col("Hist").cast(pl.Map(pl.Int16, pl.UInt64)),
    )  # fmt: skip


def test_an_answer_without_rows_keeps_its_columns(store: Store) -> None:
    frame = store.frame("SELECT TraceId, Start, PathKindNs FROM traces")
    assert frame.columns == ["TraceId", "Start", "PathKindNs"] and frame.is_empty()


def test_an_empty_frame_inserts_nothing(store: Store) -> None:
    store.insert("no_such_table", pl.DataFrame({"x": []}))


def test_many_rows_in_one_insert(empty_store: Store) -> None:
    empty_store.command("CREATE TABLE wide (n UInt64, s String) ENGINE = MergeTree ORDER BY n")
    numbers = pl.int_range(300_000, eager=True, dtype=pl.UInt64)
    empty_store.insert("wide", pl.DataFrame({"n": numbers, "s": numbers.cast(pl.String)}))
    read = empty_store.frame("SELECT n, s FROM wide ORDER BY n")
    assert read["n"].equals(numbers) and read["s"].equals(numbers.cast(pl.String))


def test_clickhouse_reads_protobuf(empty_store: Store, tmp_path: Path) -> None:
    empty_store.command("CREATE TABLE calls (name String, n UInt64) ENGINE = Memory")
    body = b"\x0a\x03a\n\x00\x10\x96\x01"  # name: "a\n\0", n: 150
    empty_store.insert_raw("calls", body, "ProtobufSingle", schema(empty_store, tmp_path))
    assert empty_store.rows("SELECT * FROM calls") == [{"name": "a\n\x00", "n": 150}]


def schema(store: Store, folder: Path) -> dict[str, object]:
    """A message schema: sent to a server; a file for the embedded engine, which would otherwise
    write it into the working directory."""
    text = "syntax = 'proto3'; message C { string name = 1; uint64 n = 2; }"
    if isinstance(store.url, EmbeddedUrl):
        file = folder / "c.proto"
        file.write_text(text)
        return {"format_schema": f"{file}:C"}
    return {
        "format_schema_source": "string",
        "format_schema": text,
        "format_schema_message_name": "C",
    }


def test_days_and_hours_are_utc(empty_store: Store) -> None:
    [row] = empty_store.rows(
        "SELECT toString(toDate(toDateTime64(1795391999, 9))) AS day, timezone() AS zone"
    )
    assert row == {"day": "2026-11-22", "zone": "UTC"}


def test_settings_of_one_query_do_not_stay(empty_store: Store) -> None:
    sql = "SELECT getSetting('max_threads') AS n"
    usual = empty_store.rows(sql)
    assert empty_store.frame(sql, max_threads=1).to_dicts() == [{"n": 1}]
    assert empty_store.rows(sql) == usual


def test_readers_do_not_disturb_each_other(empty_store: Store) -> None:
    def ask(i: int) -> int:
        rows = empty_store.rows("SELECT sum(number) AS s FROM numbers({n:UInt64})", {"n": i * 1000})
        return int(rows[0]["s"])

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, range(64)))
    assert answers == [i * 1000 * (i * 1000 - 1) // 2 for i in range(64)]


def test_writers_and_readers_at_once(empty_store: Store) -> None:
    empty_store.command("CREATE TABLE log (n UInt64) ENGINE = MergeTree ORDER BY n")

    def write(i: int) -> None:
        empty_store.insert("log", pl.DataFrame({"n": [i]}, schema={"n": pl.UInt64}))
        assert empty_store.rows("SELECT n FROM log WHERE n = {i:UInt64}", {"i": i})

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(32)))
    assert empty_store.rows("SELECT count() AS rows FROM log") == [{"rows": 32}]


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("SELECT nonsense", "nonsense"),
        ("SELEC 1", "Syntax error"),
        ("SELECT * FROM no_such_table", "no_such_table"),
        ("SELECT {missing:String}", "missing"),
        ("DROP TABLE IF EXISTS nothing_here", "gives no table"),
        ("SELECT throwIf(number = 70000) FROM numbers(100000)", "throwIf"),
    ],
)
def test_a_refusal_is_one_line_and_says_why(empty_store: Store, sql: str, words: str) -> None:
    with pytest.raises(StoreError, match=words) as caught:
        empty_store.frame(sql)
    assert "\n" not in str(caught.value)
    assert empty_store.rows("SELECT 1 AS one") == [{"one": 1}], "the connection still works"


@pytest.mark.parametrize(
    "column",
    [
        r"'a\xff'", r"toLowCardinality('a\xff')", r"toNullable('a\xff')", r"['a', 'a\xff']",
        r"map('a\xff', 'b')", r"map('a', 'b\xff')", r"('a\xff', 1)",
    ],
)  # fmt: skip
def test_text_that_is_not_utf8_is_an_error_not_a_panic(empty_store: Store, column: str) -> None:
    sql = f"-- The names of things.\nSELECT 1 AS n, {column} AS x"
    with pytest.raises(StoreError, match=r"'The names of things\.'.*UTF-8.*toValidUTF8") as caught:
        empty_store.frame(sql)
    assert "\n" not in str(caught.value)
    assert empty_store.rows("SELECT 1 AS one") == [{"one": 1}], "the connection still works"


def test_a_query_that_takes_too_long_is_stopped(empty_store: Store) -> None:
    with pytest.raises(StoreError, match="TIMEOUT_EXCEEDED"):
        empty_store.frame("SELECT sleepEachRow(0.1) FROM numbers(20)", max_execution_time=1)


def test_a_refused_insert_leaves_nothing(store: Store) -> None:
    with pytest.raises(StoreError, match="NoSuchColumn"):
        store.insert("schema_version", pl.DataFrame({"NoSuchColumn": [1]}))
    with pytest.raises(StoreError):
        store.insert_raw("spans", b"\xff\xff", "Arrow")
    assert store.rows("SELECT count() AS n FROM spans") == [{"n": 0}]


def test_a_repeated_insert_is_stored_once(store: Store) -> None:
    copies = ("otel_traces", "otel_traces_trace_id_ts", "trace_arrivals")
    again = {"insert_deduplication_token": "once"}
    body = b'{"Timestamp": "2026-11-23 10:00:00", "TraceId": "a", "SpanId": "b"}'
    for settings in (again, again, {}, {}):
        store.insert_raw("otel_traces", body, "JSONEachRow", settings)
    for table in copies:
        # Once for the token, and once for each of the others: equal bytes are not a repetition.
        assert store.rows(f"SELECT count() AS n FROM {table}") == [{"n": 3}], table


def test_a_long_insert_keeps_no_other_waiting(empty_store: Store) -> None:
    empty_store.command("CREATE TABLE n (n UInt64) ENGINE = MergeTree ORDER BY n")
    row = pl.DataFrame({"n": [7]}, schema={"n": pl.UInt64})
    with ThreadPoolExecutor(1) as threads, empty_store._writing_client():
        threads.submit(empty_store.insert, "n", row).result(timeout=60)
    assert empty_store.rows("SELECT n FROM n") == [{"n": 7}]


def test_a_store_that_cannot_take_rows_now_does_not_blame_them(empty_store: Store) -> None:
    empty_store.run_each(
        [
            "CREATE TABLE full (n UInt64) ENGINE = MergeTree ORDER BY n"
            " SETTINGS parts_to_delay_insert = 1, parts_to_throw_insert = 1",
            "SYSTEM STOP MERGES full",
        ]
    )
    rows = pl.DataFrame({"n": [1]}, schema={"n": pl.UInt64})
    empty_store.insert("full", rows)
    with pytest.raises(StoreUnavailableError, match="TOO_MANY_PARTS"):
        empty_store.insert("full", rows)
    with pytest.raises(StoreUnavailableError, match="TOO_MANY_PARTS"):
        empty_store.insert_raw("full", b"2\n", "TSV")
    with pytest.raises(StoreError) as caught:
        empty_store.insert_raw("full", b"x\n", "Arrow")
    assert not isinstance(caught.value, StoreUnavailableError)


def test_a_failing_statement_in_a_row_stops_it(empty_store: Store) -> None:
    with pytest.raises(StoreError):
        empty_store.run_each(["CREATE TABLE a (x UInt8) ENGINE = Memory", "NO", "DROP TABLE a"])
    assert empty_store.rows("SELECT count() AS n FROM a") == [{"n": 0}]


def test_a_closed_store_says_so(store: Store) -> None:
    store.close()
    store.close()
    assert not store.ping()
    for call in (
        lambda: store.frame("SELECT 1"),
        lambda: store.command("SELECT 1"),
        lambda: store.insert("spans", pl.DataFrame({"TraceId": ["a"]})),
        lambda: store.insert_raw("spans", b"x", "Arrow"),
    ):
        with pytest.raises(StoreError, match="the store is closed"):
            call()
