"""Which lists a server uses, and that changed files are read while it runs."""

from __future__ import annotations

import json
import os
from pathlib import Path

import polars as pl
import pytest
from priced import SCHEMA, call

from longpole.core.errors import InputError
from longpole.core.prices import LivePrices, litellm_path, load_prices
from longpole.core.prices.load import LOOK_EVERY_S
from longpole.core.settings import PricesSettings, Settings, StoreSettings

LISTED = {"house": {"litellm_provider": "openai", "input_cost_per_token": 2e-6}}
FULL = 1_000_000


def settings(folder: Path, **prices: str) -> Settings:
    return Settings(
        store=StoreSettings(url=f"chdb://{folder}"), prices=PricesSettings.model_validate(prices)
    )


def test_the_order_of_the_lists(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('[[price]]\nmodel = "a"\ninput = 1\n')
    plain = settings(tmp_path)
    assert [part.source for part in load_prices(plain).lists] == [
        load_prices(plain).lists[0].source
    ]
    litellm_path(plain).parent.mkdir()
    litellm_path(plain).write_text(json.dumps(LISTED))
    assert litellm_path(plain) == tmp_path / "prices" / "litellm.json"
    full = settings(tmp_path, book=str(tmp_path / "own.toml"))
    sources = [part.source for part in load_prices(full).lists]
    assert sources[0] == "user"
    assert sources[1].startswith("genai-prices 0.")
    assert sources[2] == "litellm"


def test_a_list_that_is_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"prices refresh FILE` puts one there"):
        load_prices(settings(tmp_path, litellm_file=str(tmp_path / "none.json")))


def test_beside_a_server_the_list_is_in_data() -> None:
    remote = Settings(store=StoreSettings(url="clickhouse://u:p@db:8123/longpole"))
    assert litellm_path(remote) == Path("data/prices/litellm.json")


def test_changed_files_are_read_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    used = settings(tmp_path)
    live = LivePrices(used, clock=lambda: now[0])
    calls = pl.DataFrame([call("openai", "house", InputTokens=FULL)], schema=SCHEMA)

    def cost() -> float | None:
        found = live.price_calls(calls)["CostUsd"][0]
        return None if found is None else float(found)

    assert cost() is None
    file = litellm_path(used)
    file.parent.mkdir()
    file.write_text(json.dumps(LISTED))
    assert cost() is None, "looked too soon"
    now[0] += LOOK_EVERY_S
    assert cost() == 2.0
    file.write_text("{")
    os.utime(file, ns=(1, 1))
    now[0] += LOOK_EVERY_S
    assert cost() == 2.0
    now[0] += LOOK_EVERY_S
    assert cost() == 2.0
    assert caplog.text.count("changed prices cannot be used") == 1
    file.unlink()
    now[0] += LOOK_EVERY_S
    assert cost() is None
