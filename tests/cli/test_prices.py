"""`longpole prices` and `longpole rebuild --cost`, as their users meet them."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
import ui_seed_costs
from click.testing import CliRunner, Result

from longpole.analytics.jobs.reprice import RepriceJob
from longpole.cli import repricing as ways
from longpole.cli.address import published
from longpole.cli.main import cli
from longpole.core.errors import StoreLockedError
from longpole.core.prices.repricing import list_repricings
from longpole.core.settings import PricesSettings, Settings, StoreSettings
from longpole.core.store import Store
from longpole.core.web import WebServer
from longpole.ui.app import build

Run = Callable[..., Result]
LISTED = {"house-1": {"litellm_provider": "acme", "input_cost_per_token": 2e-6}}


def run(folder: Path, *words: str, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(cli, [*words, "--data", str(folder)], env=env)


def test_refresh_stores_the_file_and_says_what_changed(tmp_path: Path) -> None:
    source = tmp_path / "new.json"
    source.write_text(json.dumps({**LISTED, "bad": {"input_cost_per_token": -1}}))
    first = run(tmp_path, "prices", "refresh", str(source))
    assert first.exit_code == 0, first.output
    stored = tmp_path / "prices" / "litellm.json"
    assert f"1 models with a price are in use from {stored}" in first.output
    assert "new: 1\n  house-1" in first.output
    assert "left out: 1\n  bad: input_cost_per_token is -1" in first.output
    many = {f"house-{n}": {**LISTED["house-1"], "input_cost_per_token": 1e-6} for n in range(1, 40)}
    source.write_text(json.dumps(many))
    second = run(tmp_path, "prices", "refresh", str(source)).output
    assert "changed: 1\n  house-1: input 2/M -> 1/M" in second
    assert "new: 38" in second and "and 18 more" in second
    assert "longpole rebuild --cost --since DATE" in second


def test_show_prints_the_rows_that_hold(tmp_path: Path) -> None:
    (tmp_path / "prices").mkdir()
    (tmp_path / "prices" / "litellm.json").write_text(
        json.dumps({"gpt-5": {"litellm_provider": "openai", "input_cost_per_token": 2e-6}})
    )
    book = tmp_path / "own.toml"
    book.write_text(
        '[[price]]\nmodel = "gpt-5"\nto = 2026-01-01\ninput = 7\n'
        '[[price]]\nmodel = "gpt-5"\nfrom = 2026-01-01\ninput = 8\n'
        '[[price]]\nmodel = "gpt-5"\nfrom = 2026-01-01\nover_input_tokens = 1000\ninput = 9\n'
    )
    env = {"LONGPOLE_PRICES_BOOK": str(book)}
    words = ("prices", "show", "GPT-5", "--provider", "openai", "--json", "--at")
    rows = json.loads(run(tmp_path, *words, "2026-11-20", env=env).output)
    standard = [row for row in rows if row["tier"] == "standard"]
    assert [(row["list"][:6], row["over_tokens"], row["prices"]["input"]) for row in standard] == [
        ("user", 0, 8), ("user", 1000, 9), ("genai-", 0, 1.25), ("litell", 0, 2)
    ]  # fmt: skip
    assert {row["tier"] for row in rows} == {"standard", "batch", "fast", "flex", "priority"}
    early = json.loads(run(tmp_path, *words, "2025-11-20", env=env).output)
    assert [row["prices"]["input"] for row in early] == [7, 1.25, 2]
    text = run(tmp_path, "prices", "show", "gpt-5", "--at", "2026-11-20", env=env).output
    assert "priority  0            genai-prices" in text and "input 2.5, output 20" in text


def test_show_of_tiers_and_hours(tmp_path: Path) -> None:
    words = ("prices", "show", "--json", "--at")
    pro = json.loads(run(tmp_path, *words, "2026-10-01", "gemini-2.5-pro").output)
    assert [(row["over_tokens"], row["prices"]["input"]) for row in pro] == [
        (0, 1.25), (200_000, 2.5)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("prices", "show", "nobody-made-this"), "no price list has 'nobody-made-this' on 2"),
        (("prices", "show", "gpt-5", "--at", "soon"), "'soon' is not a day or moment"),
        (("prices", "refresh", "nowhere.json"), "nowhere.json cannot be read"),
    ],
)
def test_errors_are_one_line(tmp_path: Path, words: tuple[str, ...], message: str) -> None:
    result = run(tmp_path, *words)
    assert message in str(result.exception) and "\n" not in str(result.exception)


@contextmanager
def working(store: Store, settings: Settings) -> Iterator[None]:
    """A thread that prices anew, as the jobs of a running process do."""
    stopping = threading.Event()

    def work() -> None:
        job = RepriceJob(store, settings)
        while not stopping.wait(0.05):
            job.run()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()


@pytest.fixture(params=["free", "running", "server"])
def rebuild(
    request: pytest.FixtureRequest, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Run]:
    """The command on the test's store: in it, through a server's API, or by a server's jobs."""
    monkeypatch.setattr(Store, "close", lambda _: None)
    (tmp_path / "own.toml").write_text('[[price]]\nmodel = "shed"\ninput = 1000\n')
    book = str(tmp_path / "own.toml")
    folder = StoreSettings(url=f"chdb://{tmp_path}")
    settings = Settings(store=folder, prices=PricesSettings(book=book))

    def command(*words: str) -> Result:
        return run(tmp_path, "rebuild", *words, env={"LONGPOLE_PRICES_BOOK": book})

    def locked(_: object) -> Store:
        raise StoreLockedError("the folder is in use by process 1")

    monkeypatch.setattr(ways, "Store", locked if request.param == "running" else lambda _: store)
    if request.param == "free":
        monkeypatch.setattr(Store, "embedded", True)
        yield command
        return
    monkeypatch.setattr(Store, "embedded", False)
    server = WebServer(build(store, settings), "127.0.0.1", 0, "--ui-port")
    server.start()
    try:
        with working(store, settings), published(tmp_path, f"http://127.0.0.1:{server.port}"):
            yield command
    finally:
        server.stop()


def test_costs_of_the_past_are_made_anew(rebuild: Run, store: Store) -> None:
    ui_seed_costs.seed_costs(store, repricings=False)
    result = rebuild("--cost", "--since", "2020-01-01", "--project", "default")
    assert result.exit_code == 0, (result.output, result.exception)
    assert "8 traces looked at," in result.output
    costs = store.frame("SELECT Model, CostUsd FROM span_facts FINAL WHERE Model = 'shed'")
    assert sorted(costs["CostUsd"].cast(pl.Decimal(18, 9)).to_list()) == [Decimal(1), Decimal(70)]
    (kept,) = list_repricings(store)
    assert (kept.state, kept.project) == ("done", "default")
    again = rebuild("--cost", "--since", "2020-01-01", "--project", "default")
    assert "8 traces looked at, 0 spans have another cost" in again.output


def test_wrong_use_says_what_to_give(rebuild: Run, store: Store) -> None:
    assert "nothing to rebuild; give --cost" in rebuild("--since", "2026-01-01").output
    assert "Missing option '--since'" in rebuild("--cost").output
    wrong = rebuild("--cost", "--since", "last week")
    assert "'last week' is not a day or moment" in str(wrong.exception)
    assert list_repricings(store) == []


def test_a_price_book_that_cannot_be_used_is_said(rebuild: Run, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('[[price]]\nmodel = "shed"\ninput = -1\n')
    result = rebuild("--cost", "--since", "2026-01-01")
    assert "price 1 (shed): input: Input should be greater than or equal to 0" in str(
        result.exception
    )
