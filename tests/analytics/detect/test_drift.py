"""The drift detector on made-up weeks of a two-step agent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from longpole.analytics.detect import DriftThresholds, find_cost_drift
from longpole.analytics.detect.step_hours import SUMS

NOW_S = 1_773_144_000 + 3599
HOURS = 192
PRICES = {"small": (0.15e-6, 0.6e-6), "large": (3e-6, 15e-6)}
DATA = Path(__file__).parents[3] / "../shared/data/anomaly/llm_cost_drift"


@dataclass(frozen=True)
class Change:
    """What is different from `hours_ago` on."""

    hours_ago: int = 20
    tokens_in: float = 1.0
    tokens_out: float = 1.0
    calls: float = 1.0
    large_share: float = 0.3
    price: float = 1.0
    traffic: float = 1.0


def week(
    seed: int, change: Change | None = None, hours: int = HOURS, rate: float = 25
) -> pl.DataFrame:
    """Hourly rows; the step `draft` follows the change, `review` never does."""
    rng = np.random.default_rng(seed)
    rows = []
    for hour in range(hours):
        changed = change is not None and hour >= hours - change.hours_ago
        now = change if changed and change else Change()
        daily = 1 + 0.4 * np.sin(hour / 24 * 2 * np.pi)
        requests = rng.poisson(rate * daily * now.traffic)
        start = (NOW_S // 3600 - hours + 1 + hour) * 3600
        rows.append({"Step": "", "Model": "", "Kind": "request", "Hour": start, "Calls": requests})
        for step, at in (("draft", now), ("review", replace(Change(), traffic=now.traffic))):
            calls = rng.poisson(requests * 1.5 * at.calls)
            large = rng.binomial(calls, at.large_share)
            for model, number in (("small", calls - large), ("large", large)):
                if not number:
                    continue
                tokens_in = rng.lognormal(7, 0.6, number).sum() * at.tokens_in
                tokens_out = rng.lognormal(5, 0.6, number).sum() * at.tokens_out
                price = PRICES[model]
                rows.append(
                    {
                        "Step": step, "Model": model, "Kind": "llm", "Hour": start,
                        "Calls": number, "ModelCalls": number, "UnpricedCalls": 0,
                        "InputTokens": tokens_in, "OutputTokens": tokens_out,
                        "CostUsd": (tokens_in * price[0] + tokens_out * price[1]) * at.price,
                    }
                )  # fmt: skip
    frame = pl.DataFrame(rows, infer_schema_length=None)
    return frame.with_columns(
        pl.lit("default").alias("Project"), pl.lit("api").alias("Service"),
        pl.lit("writer").alias("Agent"),
        pl.col(SUMS).fill_null(0),
    )  # fmt: skip


def found_in(frame: pl.DataFrame) -> pl.DataFrame:
    return find_cost_drift(frame, NOW_S * 10**9, DriftThresholds()).findings


@pytest.mark.parametrize(
    ("change", "factor", "direction"),
    [
        (Change(tokens_in=2.0), "input_tokens", "up"),
        (Change(tokens_out=1.8), "output_tokens", "up"),
        (Change(calls=1.7), "calls_per_request", "up"),
        (Change(large_share=0.7), "model_mix", "up"),
        (Change(price=1.4), "price", "up"),
        (Change(price=0.6), "price", "down"),
    ],
)
def test_the_step_and_the_factor_are_named(change: Change, factor: str, direction: str) -> None:
    (found,) = found_in(week(1, change)).to_dicts()
    assert (found["Step"], found["Direction"], found["Unit"]) == ("draft", direction, "usd")
    parts = found["Attribution"]
    assert max(parts, key=lambda name: abs(parts[name])) == factor
    assert sum(parts.values()) == pytest.approx(found["Observed"] - found["Expected"])
    onset = NOW_S // 3600 * 3600 - (change.hours_ago - 1) * 3600
    assert abs(found["Onset"].timestamp() - onset) <= 2 * 3600
    per_day = (found["Observed"] - found["Expected"]) * 25 * 24
    assert found["SizeUsdPerDay"] == pytest.approx(per_day, rel=0.15)


def test_a_massive_drift_of_the_last_hours_is_found() -> None:
    found = found_in(week(2, Change(hours_ago=4, tokens_in=3.0)))
    assert found["Step"].to_list() == ["draft"]
    assert found["Confirmed"].all()


@pytest.mark.parametrize("change", [None, Change(traffic=3.0), Change(traffic=0.4)])
def test_unchanged_steps_raise_nothing_whatever_the_traffic(change: Change | None) -> None:
    for seed in range(50):
        found = found_in(week(seed, change))
        assert found.filter("Confirmed").is_empty(), found["Reason"].to_list()


def test_tokens_are_judged_where_no_price_is_known() -> None:
    unpriced = week(3, Change(tokens_in=2.0)).with_columns(
        CostUsd=pl.lit(0.0), UnpricedCalls=pl.col("ModelCalls")
    )
    (found,) = found_in(unpriced).to_dicts()
    assert (found["Unit"], found["Metric"]) == ("tokens", "tokens_per_request")
    assert found["SizeUsdPerDay"] is None
    assert found["Attribution"]["price"] == 0


def test_a_young_store_is_still_learning() -> None:
    assert found_in(week(4, Change(hours_ago=8, tokens_in=3.0), hours=20)).is_empty()


def test_a_store_of_two_days_is_judged_with_what_it_has() -> None:
    found = found_in(week(5, Change(hours_ago=6, tokens_in=3.0), hours=40))
    assert found["Step"].to_list() == ["draft"]


def test_other_projects_do_not_mix() -> None:
    drifting = week(6, Change(tokens_in=2.5))
    other = week(7).with_columns(Project=pl.lit("other"))
    assert found_in(pl.concat([drifting, other]))["Project"].to_list() == ["default"]


def test_steps_that_cost_as_before_are_calm() -> None:
    calm = find_cost_drift(week(8, Change(tokens_in=2)), NOW_S * 10**9, DriftThresholds()).calm
    assert "draft" not in calm["Step"].to_list()


@pytest.mark.skipif(not DATA.is_dir(), reason="the labelled drift cases are not here")
def test_a_real_token_distribution_with_an_injected_drift() -> None:
    calls = pl.read_parquet(DATA / "case_30.parquet").with_columns(
        pl.col("step", "model").cast(pl.String)
    )
    rows = calls.filter(pl.col("bucket") <= 165).group_by("bucket", "step", "model").agg(
        ModelCalls=pl.len(), InputTokens=pl.col("input_tokens").sum(),
        OutputTokens=pl.col("output_tokens").sum(),
    )  # fmt: skip
    requests = (
        calls.filter(pl.col("bucket") <= 165)
        .group_by("bucket")
        .agg(Calls=pl.col("request").n_unique())
    )
    frame = pl.concat(
        [
            rows.with_columns(Kind=pl.lit("llm"), Calls=pl.col("ModelCalls")),
            requests.with_columns(Kind=pl.lit("request"), step=pl.lit(""), model=pl.lit("")),
        ],
        how="diagonal_relaxed",
    ).select(
        pl.lit("default").alias("Project"), pl.lit("s").alias("Service"), pl.lit("").alias("Agent"),
        pl.col("step").alias("Step"), pl.col("model").alias("Model"), "Kind", "Calls",
        pl.col("ModelCalls", "InputTokens", "OutputTokens").fill_null(0),
        (pl.col("bucket").cast(pl.Int64) * 3600 + 1_772_323_200).alias("Hour"),
        pl.lit(0.0).alias("CostUsd"), pl.col("ModelCalls").fill_null(0).alias("UnpricedCalls"),
    )  # fmt: skip
    now_ns = (1_772_323_200 + 165 * 3600 + 3599) * 10**9
    found = find_cost_drift(frame, now_ns, DriftThresholds()).findings
    assert found["Step"].to_list() == ["code"]
    assert found["Attribution"][0]["input_tokens"] > 0
