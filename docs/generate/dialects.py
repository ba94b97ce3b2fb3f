"""docs/dialects.md: the facts of each capture, held against what `longpole normalize` makes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generate.markdown import code, table

from longpole.core.semconv.declared import DECLARED

SUPPORT = Path(__file__).resolve().parents[2] / "tests" / "support"
HEAD = """# Dialects

Generated from the captures in `tests/data/captures` by running `longpole normalize` on them: how
many of the facts stated beside each capture its records bear out. A fact is one field of one span,
written down from what the program did, not from what Longpole says; "must stay empty" is a fact
too. [mapping.md](mapping.md) shows the rules behind the records.

Real captures are exports of released libraries that called imitated providers. Synthetic ones are
built from declared spans, for dialects and values that no recording shows: they prove that the
rules do what they say, not that a library behaves so.

## Summary

"""
CAPTURES_HEAD = """
## Captures

A capture stands under the dialect that most of its spans have; many mix several. Captures of log
records alone state facts of those, which have no span; the tests compare them in the store.

"""
CONTRIBUTE = """
## Adding a capture

A dialect that Longpole gets wrong is best shown by a capture of it.

1. Export OTLP from a small program with the library, or let an OpenTelemetry collector's file
   exporter write it. `.pb`, `.json` and `.jsonl` files are read; no content is needed.
2. `longpole normalize --explain FILE` prints the record of each span. `rules` says which attribute
   gave each field, and `not_understood` lists the attributes that no rule reads.
3. What is missing can be named in your own settings at once, see
   [own-attributes.md](own-attributes.md).
4. To have it in Longpole for everyone, put the export into a folder of `tests/data/captures` and
   write `expected.json` beside it: for each span its ids, its name, and the fields that are sure
   from what the program did (the README there says how). Cut paths, hosts and keys out of the
   export first. The tests then compare every fact, and `make docs` adds the capture to this page.
"""


@dataclass(frozen=True)
class Compared:
    """A capture, its prevailing dialect, and how many of its facts hold."""

    name: str
    producer: str
    dialect: str
    right: int
    stated: int

    @property
    def is_synthetic(self) -> bool:
        """Whether it was built and not recorded."""
        return self.name.startswith("synthetic-")


def page() -> str:
    """The whole page. Runs `longpole normalize` once."""
    compared = sorted(_compared(), key=lambda one: (_rank(one.dialect), one.name))
    parts = [HEAD, _summary(compared), "\n", CAPTURES_HEAD, _captures(compared), "\n", CONTRIBUTE]
    return "".join(parts)


def _compared() -> Iterator[Compared]:
    sys.path.insert(0, str(SUPPORT))
    try:
        import capture_facts
    finally:
        sys.path.remove(str(SUPPORT))
    records = capture_facts.by_span(_normalized(capture_facts.OWN))
    for folder in capture_facts.folders(capture_facts.OWN):
        document = capture_facts.facts(folder)
        spans = document["spans"]
        found = [records.get((fact["trace_id"], fact["span_id"])) for fact in spans]
        stated = sum(len(list(capture_facts.acceptable(fact))) for fact in spans)
        wrong = sum(map(len, map(capture_facts.wrong, found, spans)))
        producer = document["producer"]
        yield Compared(folder.name, producer, _dialect(folder, found), stated - wrong, stated)


def _normalized(folder: Path) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "longpole.cli", "normalize", str(folder)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    records: list[dict[str, Any]] = json.loads(done.stdout)
    return records


def _dialect(folder: Path, records: Iterable[dict[str, Any] | None]) -> str:
    """The most frequent; of a capture without spans, the one its folder is named after."""
    dialects = Counter(record["dialect"] for record in records if record and record["dialect"])
    named = (rule.dialect for rule in DECLARED.dialects if folder.name.startswith(rule.dialect))
    return max(dialects, key=lambda one: (dialects[one], one)) if dialects else next(named, "")


def _rank(dialect: str) -> int:
    return [*(rule.dialect for rule in DECLARED.dialects), dialect].index(dialect)


def _summary(compared: list[Compared]) -> str:
    groups: dict[str, list[Compared]] = {}
    for one in compared:
        groups.setdefault(one.dialect, []).append(one)
    head = ("dialect", "real captures", "synthetic", "facts right/stated")
    rows = [(code(dialect), *_counts(group)) for dialect, group in groups.items()]
    return table(head, [*rows, ("all", *_counts(compared))])


def _counts(group: list[Compared]) -> tuple[str, str, str]:
    synthetic = sum(one.is_synthetic for one in group)
    right, stated = sum(one.right for one in group), sum(one.stated for one in group)
    return str(len(group) - synthetic), str(synthetic), f"{right}/{stated}"


def _captures(compared: list[Compared]) -> str:
    rows = [
        (
            code(one.dialect),
            one.name,
            one.producer.removeprefix("synthetic, "),
            "synthetic" if one.is_synthetic else "real",
            f"{one.right}/{one.stated}" if one.stated else "log records only",
        )
        for one in compared
    ]
    return table(("dialect", "capture", "producer and version", "", "facts right/stated"), rows)
