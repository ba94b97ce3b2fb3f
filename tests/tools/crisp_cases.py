"""Turns the synthetic traces of CRISP into lists of spans with what CRISP expects of them.

    python tests/tools/crisp_cases.py CHECKOUT/test_cases tests/data/paths/crisp.json

Only facts are carried over: ids, times, parents, names, and the exclusive time of each operation.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Json = Mapping[str, Any]
ABOUT = {
    "source": "uber-research/CRISP, test_cases, at 2710c0b",
    "licence": "Apache-2.0",
    "expected": "time on the critical path by service and operation, in microseconds",
}
# With an overlap CRISP counts the shared time twice and never below zero; what holds without
# counting anything twice is given beside it.
OVERLAPPING = {
    "10": {"[S1] O1": 402, "[S2] O2": 199, "[S3] O3": 99, "[S4] O4": 300},
    "19": {"[S1] O1": 10, "[S2] O2": 195, "[S3] O3": 95, "[S4] O4": 300},
    "20": {"[S1] O1": 10, "[S2] O2": 195, "[S3] O3": 95, "[S4] O4": 300},
    "21": {"[S1] O1": 10, "[S2] O2": 195, "[S3] O3": 95, "[S4] O4": 300},
}


def case(file: Path, folder: Path) -> dict[str, Any]:
    """One trace: its name, spans and expectation; `without_overlap` where CRISP overlaps."""
    content = json.loads(file.read_text("utf-8"))
    [trace] = content["data"]
    name = str(file.relative_to(folder).with_suffix(""))
    testing = content["testing"]
    expected = testing[0] if isinstance(testing, list) else testing["opTimeExclusive"]
    found: dict[str, Any] = {
        "name": name,
        "spans": [_span(span, trace["processes"]) for span in trace["spans"]],
    }
    found["expected"] = {key: value for key, value in expected.items() if value}
    return found | ({"without_overlap": OVERLAPPING[name]} if name in OVERLAPPING else {})


def _span(span: Json, processes: Json) -> dict[str, Any]:
    parents = [reference["spanID"] for reference in span["references"]]
    return {
        "id": span["spanID"], "parent": parents[0] if parents else None,
        "start": span["startTime"], "duration": span["duration"],
        "service": processes[span["processID"]]["serviceName"],
        "operation": span["operationName"],
    }  # fmt: skip


def main(folder: Path, out: Path) -> None:
    files = sorted(folder.rglob("*.json"), key=lambda file: (len(str(file)), str(file)))
    cases = [case(file, folder) for file in files]
    lines = ",\n".join(json.dumps(one) for one in cases)
    head = json.dumps(ABOUT)[:-1]
    out.write_text(f'{head}, "cases": [\n{lines}\n]}}\n', "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
