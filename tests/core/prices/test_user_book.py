"""The user's own prices: which entry fits, dates, currency, and one line for each bad entry."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from priced import call, costs, price

from longpole.core.errors import InputError
from longpole.core.prices import PriceBook, load_prices
from longpole.core.prices.book_file import read_book
from longpole.core.prices.genai import pinned
from longpole.core.prices.user import UserPrices
from longpole.core.settings import PricesSettings, Settings, StoreSettings

FULL = 1_000_000
USAGE = {"InputTokens": FULL, "OutputTokens": FULL}


def book(tmp_path: Path, text: str) -> PriceBook:
    file = tmp_path / "prices.toml"
    file.write_text(text)
    return PriceBook([UserPrices(read_book(file)), pinned()])


def said(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "prices.toml"
    file.write_text(text)
    with pytest.raises(InputError) as refused:
        read_book(file)
    return [line.removeprefix(f"{file}: ") for line in str(refused.value).splitlines()]


def gpt5(**values: object) -> dict[str, Any]:
    return call("openai", "gpt-5", **USAGE, **values)


def test_own_prices_hold_before_reported_ones_and_lists(tmp_path: Path) -> None:
    own = book(tmp_path, '[[price]]\nmodel = "GPT-5"\ninput = 1\noutput = 2\n')
    reported, other, batch = price(
        own,
        gpt5(ReportedCostUsd=Decimal("9")),
        call("openai", "gpt-4o", **USAGE, ReportedCostUsd=Decimal("9")),
        gpt5(ServiceTier="batch", ReportedCostUsd=Decimal("9")),
    )
    assert (float(reported["CostUsd"]), reported["CostSource"]) == (3.0, "computed")
    assert (reported["PriceSource"], float(reported["CostInputUsd"])) == ("user", 1.0)
    assert (float(other["CostUsd"]), other["CostSource"]) == (9.0, "reported")
    # The book says nothing of batches: the list does, and the reported cost holds before it.
    assert (batch["CostSource"], batch["PriceSource"]) == ("reported", pinned().source)
    assert float(batch["ComputedCostUsd"]) == 5.625


def test_tiers_of_the_book(tmp_path: Path) -> None:
    text = """
    [[price]]
    model = "house"
    tier = "*"
    input = 10
    [[price]]
    model = "house"
    tier = "batches"
    input = 5
    [[price]]
    model = "shed"
    input = 1
    """
    own = book(tmp_path, text)
    rows = price(
        own,
        *(call("x", "house", **USAGE, ServiceTier=tier) for tier in ("", "flex", "batch")),
        call("x", "shed", **USAGE, ServiceTier="flex", ReportedCostUsd=Decimal("3")),
        call("vllm", "shed", **USAGE),
    )
    assert [float(row["ComputedCostUsd"]) for row in rows] == [10, 10, 5, 1, 1]
    assert [row["PriceSource"] for row in rows] == ["user"] * 3 + ["user (standard tier)", "user"]
    assert rows[3]["CostSource"] == "reported"


def test_which_models_an_entry_is_for(tmp_path: Path) -> None:
    ways = {
        'model = "house-1"': ("House-1", "house-10"),
        'model = { starts_with = "house" }': ("HOUSE-1", "a-house"),
        'model = { ends_with = "-1" }': ("house-1", "house-2"),
        'model = { contains = "ous" }': ("house-1", "hut"),
        'model = { regex = "^house-[0-9]+$" }': ("House-10", "house-x"),
    }
    for way, (fits, fits_not) in ways.items():
        own = book(tmp_path, f'[[price]]\n{way}\nprovider = "Acme"\ninput = 1\n')
        assert costs(
            own, call("acme", fits, **USAGE), call("acme", fits_not, **USAGE),
            call("other", fits, **USAGE),
        ) == [1.0, None, None], way  # fmt: skip


def test_dates_prompt_sizes_and_the_last_entry(tmp_path: Path) -> None:
    text = """
    [[price]]
    model = "house"
    to = 2026-02-01
    input = 4
    [[price]]
    model = "house"
    from = 2026-02-01
    to = 2026-03-01
    input = 2
    [[price]]
    model = "house"
    from = 2026-02-01
    to = 2026-03-01
    over_input_tokens = 1000
    input = 3
    """
    own = book(tmp_path, text)
    days = [(2025, 1, 1), (2026, 1, 31), (2026, 2, 1), (2026, 2, 28), (2026, 3, 1)]
    small = {"InputTokens": 1000, "OutputTokens": 0}
    found = costs(
        own,
        *(call("", "house", **USAGE, Start=datetime(*day, 23, 59, tzinfo=UTC)) for day in days),
        call("", "house", **small, Start=datetime(2026, 2, 1, tzinfo=UTC)),
    )
    assert found == [4.0, 4.0, 3.0, 3.0, None, 0.002]


def test_other_currencies_at_the_rate_of_the_day(tmp_path: Path) -> None:
    text = """
    currency = "EUR"
    [[rate]]
    currency = "EUR"
    from = 2026-07-01
    usd = 1.2
    [[rate]]
    currency = "EUR"
    from = 2026-01-01
    usd = 1.1
    [[rate]]
    currency = "JPY"
    usd = 0.0065
    [[price]]
    model = "house"
    from = 2026-01-01
    input = 10
    request = 0.5
    [[price]]
    model = "tea"
    currency = "JPY"
    output = 1000
    [[price]]
    model = "shed"
    currency = "USD"
    output = 7
    """
    own = book(tmp_path, text)
    found = costs(
        own,
        call("", "house", **USAGE, Start=datetime(2026, 6, 30, 23, tzinfo=UTC)),
        call("", "house", **USAGE, Start=datetime(2026, 7, 1, tzinfo=UTC)),
        call("", "tea", **USAGE),
        call("", "shed", **USAGE),
    )
    assert found == pytest.approx([11.55, 12.6, 6.5, 7.0])


def test_each_bad_entry_is_one_line(tmp_path: Path) -> None:
    text = """
    colour = "red"
    [[price]]
    model = "a"
    input = -1
    [[price]]
    model = { regex = "(" }
    input = 1
    [[price]]
    model = "b"
    [[price]]
    model = "c"
    input = 1
    from = 2026-02-01
    to = 2026-01-01
    [[price]]
    input = 1
    [[price]]
    model = "d"
    inptu = 1
    [[price]]
    model = "e"
    input = nan
    [[price]]
    model = "f"
    from = "yesterday"
    input = 1
    [[price]]
    model = { starts_with = "g", contains = "h" }
    input = 1
    [[rate]]
    currency = "EUR"
    usd = 0
    """
    lines = said(tmp_path, text)
    assert lines[0] == "'colour' is not known; it has price, rate, currency"
    assert lines[1].startswith("rate 1 (EUR): usd: Input should be greater than 0 (got '0'")
    assert lines[2].startswith("price 1 (a): input: Input should be greater than or equal to 0")
    assert lines[3].startswith("price 2 ({'regex': '('}): model: it is not an RE2 expression")
    assert lines[4].startswith("price 3 (b): it has no price; give input, output")
    assert lines[5] == "price 4 (c): to 2026-01-01 is not after from 2026-02-01"
    assert lines[6].startswith("price 5: model: Field required")
    assert lines[7].startswith("price 6 (d): inptu: Extra inputs are not permitted (got '1')")
    assert lines[8].startswith("price 7 (e): input: Input should be a finite number")
    assert lines[9].startswith("price 8 (f): from: give a day as 2026-11-24, without quotes")
    assert "give one of equals, starts_with" in lines[10]
    assert len(lines) == 11


def test_a_price_without_a_rate_is_refused(tmp_path: Path) -> None:
    entry = '[[price]]\nmodel = "a"\ncurrency = "EUR"\ninput = 1\n'
    assert said(tmp_path, entry) == [
        "price 1 (a): there is no [[rate]] of EUR; add one with usd = the dollars for one"
    ]
    late = f'{entry}[[rate]]\ncurrency = "EUR"\nfrom = 2026-01-01\nusd = 1.1\n'
    assert said(tmp_path, late) == [
        "price 1 (a): the first rate of EUR is from 2026-01-01; give the price a later `from`, or "
        "add an earlier rate"
    ]


def test_files_that_are_no_book(tmp_path: Path) -> None:
    assert "is not TOML" in said(tmp_path, "= 3")[0]
    assert said(tmp_path, "price = 3") == ["price is not a list; begin each with [[price]]"]
    assert said(tmp_path, 'currency = "euro"') == ["currency is 'euro'; give three letters as EUR"]
    settings = Settings(
        store=StoreSettings(url=f"chdb://{tmp_path}"),
        prices=PricesSettings(book=str(tmp_path / "nowhere.toml")),
    )
    with pytest.raises(InputError, match="cannot be read: No such file or directory"):
        load_prices(settings)


def test_huge_counts_have_no_cost(tmp_path: Path) -> None:
    own = book(tmp_path, '[[price]]\nmodel = "house"\ninput = 1e9\nrequest = 1e9\n')
    assert costs(
        own, call("", "house", InputTokens=2**64 - 1), call("", "house", InputTokens=0)
    ) == [None, None]  # fmt: skip
