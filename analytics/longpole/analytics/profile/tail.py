"""Why the slow traces are slow: the difference of two bands, split into parts that add up to it.

Two levels, each split symmetrically, which for a product of two factors is what their Shapley value
gives (E. M. Kitagawa, J. Am. Stat. Assoc. 50, 1955; L. S. Shapley, 1953; A. F. Shorrocks, J. Econ.
Inequality 11, 2013), so that no order of the factors has to be chosen:

1. The mean duration is a sum over strata (root operation and shape of the path, loops taken as one
   turn) of share times mean. The change of shares is `mix`, the rest happens within strata. A
   stratum that only one band has is all mix.
2. Within a stratum the mean is a sum over steps of turns times time a turn, plus gaps. The change
   of turns is `turns`, of the time a turn `step_time`, of gaps `gaps`. A step that only one band
   has is all turns.

Intervals come from a bootstrap over groups of traces: each trace is in one of `groups` by a hash,
and groups are drawn with replacement (random-group bootstrap), so a million traces cost no more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from longpole.analytics.profile.tail_split import FACTORS, Floats, Strata, split
from longpole.analytics.profile.tail_strata import stratify

ROUNDS = 400
SEED = 20_241
LOW, HIGH = 2.5, 97.5
FEW = 20


@dataclass(frozen=True)
class TailAttribution:
    """The parts of the difference of mean duration, from the middle band to the tail.

    `difference_ms` = `tail_mean_ms` - `middle_mean_ms` = the sum of `parts` in ms.
    `parts`: Factor (`mix`, `turns`, `step_time`, `gaps`), Ms, LowMs and HighMs (95 %).
    `steps`: RootName, Service, Agent, Step, Kind, Part, TurnsMs, StepTimeMs, GapsMs; they sum to
    the parts of the same name. Largest first.
    `strata`: RootName, Shape, MiddleShare, TailShare, MixMs, the sum of which is `mix`.
    `enough`: whether both bands have at least 20 traces; intervals of fewer mean little.
    """

    middle_traces: int
    tail_traces: int
    middle_mean_ms: float
    tail_mean_ms: float
    difference_ms: float
    parts: pl.DataFrame
    steps: pl.DataFrame
    strata: pl.DataFrame

    @property
    def enough(self) -> bool:
        """Whether there are traces enough to trust the intervals."""
        return min(self.middle_traces, self.tail_traces) >= FEW


def attribute_tail(
    middle_traces: pl.DataFrame, middle_parts: pl.DataFrame,
    tail_traces: pl.DataFrame, tail_parts: pl.DataFrame, groups: int,
) -> TailAttribution:  # fmt: skip
    """Split the difference of two bands; the rows of path_tail_traces.sql and path_tail.sql each.

    An empty band gives parts of zero and `enough` false.
    """
    strata = stratify(middle_traces, middle_parts, tail_traces, tail_parts, groups)
    sizes = [int(frame["Traces"].sum()) for frame in (middle_traces, tail_traces)]
    means = [_mean_ms(frame) for frame in (middle_traces, tail_traces)]
    if not all(sizes):
        return _nothing(sizes, means)
    whole = split(strata, np.ones((1, groups)), np.ones((1, groups)))
    drawn = split(strata, *_draws(strata, groups))
    totals = {name: float(whole.factors[name].sum()) for name in FACTORS}
    spread = {name: drawn.factors[name].sum(axis=1) for name in FACTORS}
    return TailAttribution(
        sizes[0], sizes[1], means[0], means[1], means[1] - means[0], _parts(totals, spread),
        _steps(strata, whole.factors), _strata(strata, whole.shares, whole.factors["mix"]),
    )  # fmt: skip


def _draws(strata: Strata, groups: int) -> tuple[Floats, Floats]:
    """How often each group is drawn, ROUNDS times, for both bands apart; empty groups are not."""
    rng = np.random.default_rng(SEED)
    drawn = []
    for side in (0, 1):
        present = np.flatnonzero(strata.traces[side].sum(axis=0))
        weights = np.zeros((ROUNDS, groups))
        weights[:, present] = rng.multinomial(
            present.size, np.full(present.size, 1 / present.size), ROUNDS
        )
        drawn.append(weights)
    return drawn[0], drawn[1]


def _parts(totals: dict[str, float], spread: dict[str, Floats]) -> pl.DataFrame:
    bounds = {name: np.nanpercentile(values, [LOW, HIGH]) for name, values in spread.items()}
    return pl.DataFrame(
        {
            "Factor": list(totals),
            "Ms": list(totals.values()),
            "LowMs": [float(bounds[name][0]) for name in totals],
            "HighMs": [float(bounds[name][1]) for name in totals],
        },
        schema=PARTS,
    )


def _steps(strata: Strata, factors: dict[str, Floats]) -> pl.DataFrame:
    """What each step gives, all strata of a root operation together."""
    names = {"turns": "TurnsMs", "step_time": "StepTimeMs", "gaps": "GapsMs"}
    rows = strata.steps.with_columns(
        pl.Series(column, factors[name][0]) for name, column in names.items()
    )
    columns = list(names.values())
    summed = rows.group_by(*STEP_KEYS).agg(pl.col(columns).sum())
    size = pl.sum_horizontal(pl.col(columns).abs())
    return summed.sort(size, *STEP_KEYS, descending=[True, *[False] * len(STEP_KEYS)])


def _strata(strata: Strata, shares: tuple[Floats, Floats], mix: Floats) -> pl.DataFrame:
    return strata.names.with_columns(
        MiddleShare=pl.Series(shares[0][0]), TailShare=pl.Series(shares[1][0]),
        MixMs=pl.Series(mix[0]),
    ).sort(pl.col("MixMs").abs(), "RootName", "Shape", descending=[True, False, False])  # fmt: skip


STEP_KEYS = ("RootName", "Service", "Agent", "Step", "Kind", "Part")
PARTS = pl.Schema(
    {"Factor": pl.String(), "Ms": pl.Float64(), "LowMs": pl.Float64(), "HighMs": pl.Float64()}
)


def _mean_ms(traces: pl.DataFrame) -> float:
    size = int(traces["Traces"].sum())
    return float(traces["SumNs"].sum()) / 1e6 / size if size else 0.0


def _nothing(sizes: list[int], means: list[float]) -> TailAttribution:
    texts = dict.fromkeys(STEP_KEYS, pl.String())
    parts = [{"Factor": name, "Ms": 0.0, "LowMs": None, "HighMs": None} for name in FACTORS]
    steps = pl.DataFrame(
        schema={**texts, **dict.fromkeys(("TurnsMs", "StepTimeMs", "GapsMs"), pl.Float64())}
    )
    strata = pl.DataFrame(
        schema={"RootName": pl.String(), "Shape": pl.String(),
                **dict.fromkeys(("MiddleShare", "TailShare", "MixMs"), pl.Float64())}
    )  # fmt: skip
    return TailAttribution(
        sizes[0], sizes[1], means[0], means[1], 0.0, pl.DataFrame(parts, PARTS), steps, strata
    )
