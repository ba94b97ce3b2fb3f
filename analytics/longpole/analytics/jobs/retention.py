"""Removes what is older than its project keeps it.

A project that keeps N days loses a whole day (UTC, by event time) when all of it is more than N
days ago, so a row lives at least N and less than N + 1 days, plus the pause between passes. Parts
of a table in which nothing is kept are dropped; from others the project's rows are taken out.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from longpole.analytics.jobs.job import Stopping, never
from longpole.analytics.jobs.state import JobState
from longpole.core.access import list_projects
from longpole.core.errors import StoreError
from longpole.core.settings import JobsSettings
from longpole.core.store import Store, load_sql

# Tables of metrics (otel_metrics_*) come besides.
TABLES = (
    "otel_traces", "otel_logs", "spans", "log_facts", "span_facts", "traces", "path_sections",
    "usage_claims", "step_rollup_5m", "metric_rollup_5m",
)  # fmt: skip
RAW_SPANS = "otel_traces"
TRACE_IDS = "otel_traces_trace_id_ts"
DAY_S = 86_400
PROJECTS = 1_000  # of one statement: a server refuses values beyond 128 KiB
QUERY_S = 300
MERGED_MEANWHILE = "NO_SUCH_DATA_PART"
log = logging.getLogger(__name__)


class RetentionJob:
    """See the protocol Job. A pass that is cut short is repeated by the next one."""

    name = "retention"

    def __init__(
        self,
        store: Store,
        settings: JobsSettings,
        stopping: Stopping = never,
        now_s: Callable[[], float] = time.time,
    ) -> None:
        self.every_s = settings.retention_every_s
        self._store = store
        self._stopping = stopping
        self._now_s = now_s
        self._state = JobState(store, self.name)

    def run(self) -> int:
        """Remove what is too old; returns how many rows went."""
        removed: dict[str, int] = {}
        for kept in self._kept():
            for table in self._tables():
                if self._stopping():
                    break
                removed[table["Table"]] = removed.get(table["Table"], 0) + self._clean(table, kept)
        self._forget_trace_ids()
        total = sum(removed.values())
        if total:
            words = ", ".join(f"{rows} from {table}" for table, rows in removed.items() if rows)
            log.info("removed what is older than its project keeps it: rows %s", words)
        return total

    def _kept(self) -> Iterator[dict[str, Any]]:
        """Projects that do not keep everything, some at a time, with the first day each keeps."""
        today = int(self._now_s() // DAY_S)
        days = {
            project.name: max(0, today - project.retention_days)
            for project in list_projects(self._store)
            if project.retention_days
        }
        names = list(days)
        for first in range(0, len(names), PROJECTS):
            some = names[first : first + PROJECTS]
            first_days = [days[name] for name in some]
            yield {"projects": some, "first_days": first_days, "last": _partition(max(first_days))}

    def _tables(self) -> Iterator[dict[str, Any]]:
        """Tables to clean with their time column; without those that are still being changed."""
        for row in self._store.rows(load_sql("jobs/retention_tables"), {"tables": list(TABLES)}):
            if not row["Time"]:
                log.warning("%s has no partitions by day; nothing is removed", row["Table"])
            elif row["Unfinished"]:
                log.warning("%s is still being changed; %s", row["Table"], row["Failure"] or "wait")
            else:
                yield row

    def _clean(self, table: Mapping[str, Any], kept: Mapping[str, Any]) -> int:
        bound = {"table": table["Table"], "time": table["Time"], **kept}
        found = self._expired("jobs/retention_expired", bound)
        if table["Table"] == RAW_SPANS:
            self._note({row["PartitionId"] for row in found})
        return self._remove(found, "jobs/retention_delete", bound)

    def _expired(self, question: str, bound: Mapping[str, object]) -> list[dict[str, Any]]:
        """Parts with something to remove: PartitionId, Part, Rows and how many of them Expired."""
        return self._store.frame(load_sql(question), bound, max_execution_time=QUERY_S).to_dicts()

    def _remove(self, found: list[dict[str, Any]], delete: str, bound: Mapping[str, object]) -> int:
        """Drop parts of which nothing is kept, rewrite the days of the others; rows removed."""
        removed = 0
        mixed: dict[str, int] = {}
        for row in found:
            if row["Rows"] == row["Expired"]:
                removed += row["Rows"] if self._drop(bound["table"], row["Part"]) else 0
            else:
                mixed[row["PartitionId"]] = mixed.get(row["PartitionId"], 0) + row["Expired"]
        for partition in mixed:
            self._store.command(load_sql(delete), {**bound, "partition": partition})
        return removed + sum(mixed.values())

    def _drop(self, table: object, part: str) -> bool:
        """Drop a part; False when it was merged meanwhile and the next pass has to look again."""
        try:
            self._store.command(load_sql("jobs/retention_drop"), {"table": table, "part": part})
        except StoreError as error:
            if MERGED_MEANWHILE in str(error):
                return False
            raise
        return True

    def _note(self, days: set[str]) -> None:
        """Remember days whose trace ids are to be looked at, before the spans that tell go."""
        if days - self._noted():
            self._state.set("days", ",".join(sorted(days | self._noted())))

    def _noted(self) -> set[str]:
        return set((self._state.get("days") or "").split(",")) - {""}

    def _forget_trace_ids(self) -> None:
        days = self._noted()
        left = [day for day in sorted(days) if not self._forget(day)]
        if days:
            self._state.set("days", ",".join(left))

    def _forget(self, day: str) -> bool:
        """Remove ids that no span of the day has any more; whether none is left."""
        bound = {"table": TRACE_IDS, "partition": day}
        found = self._expired("jobs/retention_ids_expired", bound)
        removed = self._remove(found, "jobs/retention_ids_delete", bound)
        return removed == sum(int(row["Expired"]) for row in found)


def _partition(day: int) -> str:
    """The id of a day's partition; that of its month sorts before it, that of the next after it."""
    return datetime.fromtimestamp(day * DAY_S, UTC).strftime("%Y%m%d")
