"""Which traces need a look: those that got spans, and again when their arrivals have aged.

Rows of one insert become visible in different tables at different instants, and an insert may
become visible after a later one. So a trace is looked at as soon as an arrival is seen, and again
each time the arrival reaches an age of AGES_MS. A look costs little where nothing changed.
"""

from __future__ import annotations

import polars as pl

TRACE = ["Project", "TraceId"]
AGES_MS = (1_000, 10_000)
SEEN = pl.Schema(
    {
        "Project": pl.String(),
        "TraceId": pl.String(),
        "ArrivedMs": pl.Int64(),
        "Spans": pl.UInt64(),
        "ages": pl.Int32(),
    }
)
ARRIVAL = ["Project", "TraceId", "ArrivedMs", "Spans"]


class Pending:
    """What was looked at, and at which age, in the stretch of arrivals that is read again."""

    def __init__(self, ages_ms: tuple[int, ...] = AGES_MS) -> None:
        self._ages_ms = ages_ms
        self._seen = SEEN.to_frame()

    def since_ms(self, mark_ms: int) -> int:
        """Where to read arrivals from, when all up to `mark_ms` were looked at once."""
        return self.waiting_ms(mark_ms - 2 * max(self._ages_ms))

    def waiting_ms(self, mark_ms: int) -> int:
        """The mark, or the first arrival before it that waits for another look."""
        waiting = self._seen.filter(pl.col("ages") < len(self._ages_ms))["ArrivedMs"]
        return mark_ms if waiting.is_empty() else min(mark_ms, int(waiting.sort()[0]))

    def due(self, arrivals: pl.DataFrame) -> pl.DataFrame:
        """The arrivals to look at now, oldest first, with the number of `ages` they reached."""
        age_ms = pl.col("NowMs") - pl.col("ArrivedMs")
        reached = pl.sum_horizontal((age_ms >= limit).cast(pl.Int32) for limit in self._ages_ms)
        looked = self._seen.rename({"ages": "looked"})
        return (
            arrivals.with_columns(ages=reached)
            .join(looked, on=ARRIVAL, how="left")
            .filter(pl.col("ages") > pl.col("looked").fill_null(-1))
            .sort("ArrivedMs", *TRACE)
        )

    def remember(self, looked: pl.DataFrame, since_ms: int) -> None:
        """Note a look at arrivals (rows of due()); forget those that are not read again."""
        now = looked.select(*SEEN).cast(SEEN)
        others = self._seen.join(now, on=ARRIVAL, how="anti")
        self._seen = pl.concat([others, now]).filter(pl.col("ArrivedMs") >= since_ms)


def first_that_fit(traces: pl.DataFrame, size: str, limit: int) -> pl.DataFrame:
    """The first traces whose sizes sum to at most `limit`; at least one."""
    total = pl.col(size).cast(pl.UInt64).cum_sum()
    return traces.filter((total <= limit) | (pl.int_range(pl.len()) == 0))
