"""Quantiles from histograms against numpy on the values themselves."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from longpole.analytics.detect.thresholds import LatencyThresholds
from longpole.analytics.detect.windows import recent_points

NOW = 1_773_144_000


@pytest.mark.parametrize(("name", "q"), [("p50", 0.5), ("p95", 0.95)])
def test_a_quantile_is_within_half_a_bin_of_the_truth(name: str, q: float) -> None:
    values = np.random.default_rng(1).lognormal(20, 0.7, 5_000)
    bins = np.floor(np.log(values) / np.log(1.1)).astype(np.int16)
    cells = (
        pl.DataFrame({"Bin": bins})
        .group_by("Bin")
        .agg(pl.len().cast(pl.UInt64).alias("N"))
        .with_columns(
            KeyId=pl.lit(0, pl.UInt32),
            Metric=pl.lit("duration"),
            Bucket=pl.lit(NOW - 300, pl.Int64),
        )
    )
    widths = pl.DataFrame(
        {"KeyId": [0], "Metric": ["duration"], "Quantile": [name], "Width": [300]},
        schema_overrides={"KeyId": pl.UInt32},
    )
    points = recent_points(cells, widths, NOW - 3600, NOW, LatencyThresholds())
    (point,) = points.to_dicts()
    assert point["End"] == NOW
    assert point["N"] == 5_000
    assert point["Value"] == pytest.approx(float(np.quantile(values, q)), rel=0.05)
