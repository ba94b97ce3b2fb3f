"""Numbers with units."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from longpole.ui import formats


@pytest.mark.parametrize(
    ("ns", "text"),
    [
        (0, "0 ns"), (850, "850 ns"), (12_345, "12.3 µs"), (999_900, "1.00 ms"),
        (12_345_678, "12.3 ms"),
        (1_000_000_000, "1 s"), (4_560_000_000, "4.56 s"), (99_960_000_000, "1 min 40 s"),
        (3_599_600_000_000, "1 h 00 min"), (7_500_000_000_000, "2 h 05 min"),
        (3.87e14, "4 d 11 h"), (None, "-"),
    ],
)  # fmt: skip
def test_duration(ns: float | None, text: str) -> None:
    assert formats.duration(ns) == text


@pytest.mark.parametrize(
    ("usd", "text"),
    [
        (None, "unknown"), (0, "$0"), (1e-9, "<$0.000001"), (0.00005, "$0.000050"),
        (0.0042, "$0.0042"), (0.0682, "$0.068"), (1.5, "$1.50"), (9959.26, "$9,959.26"),
        (-0.5, "-$0.500"),
    ],
)  # fmt: skip
def test_money(usd: float | None, text: str) -> None:
    assert formats.money(usd) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (950, "950"),
        (9_990, "9,990"),
        (9_999, "10.0k"),
        (12_345, "12.3k"),
        (999_999, "1.00M"),
        (2.23e9, "2.23G"),
    ],
)
def test_count(number: float, text: str) -> None:
    assert formats.count(number) == text


@pytest.mark.parametrize(
    ("part", "text"),
    [(0, "0 %"), (0.0004, "<0.1 %"), (0.031, "3.1 %"), (0.58, "58 %"), (1, "100 %")],
)
def test_share(part: float, text: str) -> None:
    assert formats.share(part) == text


@pytest.mark.parametrize(
    ("now", "before", "text"),
    [(110, 100, "+10 %"), (97, 100, "-3.0 %"), (100, 100, "±0 %"), (620, 100, "x6.20"),
     (5, 0, None), (5, None, None), (None, 5, None)],
)  # fmt: skip
def test_change(now: float | None, before: float | None, text: str | None) -> None:
    assert formats.change(now, before) == text


def test_times_name_the_zone() -> None:
    assert formats.instant(1_795_424_117_930_274_010) == "2026-11-23 08:55:17 UTC"
    assert formats.moment(datetime(2026, 1, 2, 3, 4, tzinfo=UTC)) == "2026-01-02 03:04 UTC"


def test_long_text_is_cut_with_a_mark() -> None:
    assert formats.shortened("a" * 200, 10) == "a" * 9 + "…"
