"""Inference servers' spans: whose call they are, and what they tell their client."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from longpole.analytics.assembly import Assembled, Prices, assemble
from longpole.core.errors import SettingsError
from longpole.core.settings import Settings, load

Run = Callable[..., Assembled]
Row = dict[str, Any]
SpansOf = Callable[..., pl.DataFrame]

CLIENT: Row = {
    "id": "client", "kind": "llm", "model": "m", "Provider": "openai", "lasts": 1000,
    "Dialect": "traceloop", "input": 100, "output": 11,
}  # fmt: skip
ENGINE: Row = {
    "id": "engine", "kind": "engine", "Dialect": "vllm", "Service": "vllm", "at": 50, "lasts": 900,
    "input": 100, "output": 11, "TtftS": 0.2, "TtftSource": "attribute", "QueueS": 0.03,
    "PrefillS": 0.1, "DecodeS": 0.5,
}  # fmt: skip
BELOW: Row = {"parent": "client"}


def one(done: Assembled, id: str) -> Row:
    return done.facts.row(by_predicate=pl.col("SpanId") == id, named=True)


@pytest.mark.parametrize(
    ("client", "engine"),
    [
        ({}, BELOW),
        ({}, {"parent": "http"}),
        ({"ResponseId": "chatcmpl-1"}, {"RequestId": "chatcmpl-1", "input": 3}),
        ({"ResponseId": "chatcmpl-1"}, {"ResponseId": "chatcmpl-1", "input": None, "output": None}),
        ({"ResponseId": "chatcmpl-1"}, {"RequestId": "chatcmpl-1-0", "output": 12}),
        ({}, {}),
    ],
)
def test_the_client_learns_what_its_engine_did(run: Run, client: Row, engine: Row) -> None:
    http = {"id": "http", "parent": "client", "Dialect": "", "lasts": 1000}
    done = run({**CLIENT, **client}, http, {**ENGINE, **engine})
    told = one(done, "client")
    assert (told["QueueS"], told["PrefillS"], told["DecodeS"]) == (0.03, 0.1, 0.5)
    assert (told["TtftS"], told["TtftSource"]) == (pytest.approx(0.25), "engine")
    assert told["TpotS"] == pytest.approx(0.05)
    assert told["Counted"]
    assert not one(done, "engine")["Counted"]
    assert done.traces["InputTokens"].item() == 100


@pytest.mark.parametrize(
    "engine",
    [
        {"trace": "u"},
        {"RequestId": "other", "at": 500},
        {"input": 101},
        {"kind": "chain", **BELOW},
    ],
)
def test_other_engines_tell_nothing(run: Run, engine: Row) -> None:
    told = one(run({**CLIENT, "ResponseId": "r"}, {**ENGINE, **engine}), "client")
    assert (told["QueueS"], told["TtftS"], told["TpotS"]) == (None, None, None)


def test_the_clients_own_word_holds(run: Run) -> None:
    own = {"TtftS": 0.3, "TtftSource": "event", "QueueS": 0.0}
    told = one(run({**CLIENT, **own}, {**ENGINE, **BELOW}), "client")
    assert (told["TtftS"], told["TtftSource"], told["QueueS"]) == (0.3, "event", 0.0)
    assert told["DecodeS"] == 0.5


def test_a_time_to_the_first_token_after_the_end_is_not_taken(run: Run) -> None:
    done = run(CLIENT, {**ENGINE, **BELOW, "at": 900, "lasts": 300})
    assert one(done, "client")["TtftS"] is None
    assert one(done, "client")["TtftSource"] == ""
    assert one(done, "client")["Flags"] == []


def test_an_engine_is_counted_as_its_client_where_that_knows_no_usage(run: Run) -> None:
    client = {**CLIENT, "input": None, "output": None, "model": "priced"}
    engine = {**ENGINE, **BELOW, "model": "/models/llama", "Provider": "vllm"}
    done = run(client, engine, {"id": "agent", "kind": "agent", "input": 100, "output": 11})
    counted = one(done, "engine")
    assert (counted["Counted"], counted["Model"], counted["Provider"]) == (True, "priced", "openai")
    assert done.traces["CostUsd"].item() is not None
    beside = run({**client, "ResponseId": "r"}, {**ENGINE, "RequestId": "r"})
    assert (one(beside, "engine")["Counted"], one(beside, "engine")["Model"]) == (True, "priced")


def test_an_engine_that_is_not_counted_keeps_its_model(run: Run) -> None:
    done = run(CLIENT, {**ENGINE, **BELOW, "model": "/models/llama"})
    assert one(done, "engine")["Model"] == "/models/llama"


def test_an_aggregate_above_an_engine_elsewhere_is_not_counted(run: Run) -> None:
    server = {"id": "server", "kind": "chain", "input": 100, "output": 11}
    engine = {**ENGINE, "parent": "server", "RequestId": "r"}
    done = run({**CLIENT, "ResponseId": "r"}, server, engine)
    assert done.traces["InputTokens"].item() == 100
    assert done.claims.select("SpanId", "Verdict").rows() == [
        ("engine", "equal"), ("server", "equal"),
    ]  # fmt: skip


def test_prefill_and_decode_servers_of_one_request_are_one_call(run: Run) -> None:
    prefill = {**ENGINE, "id": "p", "RequestId": "r", "output": 1, "DecodeS": None, "lasts": 200}
    decode = {**ENGINE, "id": "d", "RequestId": "r", "at": 300, "QueueS": None, "PrefillS": None}
    done = run(prefill, decode)
    assert done.facts.filter("Counted")["SpanId"].to_list() == ["d"]
    client = {**CLIENT, "input": None, "output": None, "ResponseId": "r"}
    told = one(run(client, prefill, decode), "client")
    assert (told["QueueS"], told["PrefillS"], told["DecodeS"]) == (0.03, 0.1, 0.5)


def test_stages_give_the_phases_that_an_engine_does_not_say(run: Run) -> None:
    silent = dict.fromkeys(("QueueS", "PrefillS", "DecodeS", "TtftS"))
    stages = [
        ("prefill_waiting", 60, 40), ("prefill_forward", 100, 50), ("chunked_prefill", 160, 40),
        ("decode_forward", 200, 10), ("decode_loop", 210, 90), ("decode_loop", 300, 100),
    ]  # fmt: skip
    spans = [
        {"id": f"s{n}", "parent": "thread", "kind": "chain", "Name": name, "at": at, "lasts": ms}
        for n, (name, at, ms) in enumerate(stages)
    ]
    thread = {"id": "thread", "parent": "engine"}
    elsewhere = {"id": "x", "Name": "decode_loop", "lasts": 5000}
    engine = {**ENGINE, **BELOW, **silent, "Dialect": "sglang", "QueueS": 0.01}
    done = run(CLIENT, engine, thread, *spans, elsewhere)
    for id in ("engine", "client"):
        span = one(done, id)
        assert (span["QueueS"], span["PrefillS"], span["DecodeS"]) == (
            0.01, pytest.approx(0.1), pytest.approx(0.2),
        )  # fmt: skip
        assert span["TpotS"] == pytest.approx(0.02)


def test_a_model_by_service_for_engines_that_say_none(spans_of: SpansOf, prices: Prices) -> None:
    settings = Settings().model_copy(
        update={"jobs": Settings().jobs.model_copy(update={"engine_models": ("vllm=priced-7b",)})}
    )
    spans = spans_of(ENGINE, {**ENGINE, "id": "other", "Service": "tgi"})
    done = assemble(spans, prices, settings, 1)
    assert (one(done, "engine")["Model"], one(done, "other")["Model"]) == ("priced-7b", "")
    assert one(done, "engine")["CostUsd"] is not None


def test_a_pair_that_is_none_is_refused() -> None:
    with pytest.raises(SettingsError, match="'vllm' is not service=model"):
        load({"jobs.engine_models": ("vllm",)}, {})
