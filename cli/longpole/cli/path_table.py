"""A document of critical paths as text to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from longpole.cli.tables import lines

TITLES = ("span", "operation", "start", "end", "length", "share", "phase", "evidence")
BAR_WIDTH = 20


def table_lines(found: Mapping[str, Any], names: Mapping[object, str]) -> Iterator[str]:
    """Each root with its sections, latest first; times count from the root's start."""
    for number, root in enumerate(found["roots"]):
        if number:
            yield ""
        trace = f" of trace {root['trace']}" if "trace" in root else ""
        name = plain(names.get(root["root"], ""))
        yield plain(f"root {root['root']}{trace} {name}").rstrip() + f": {root['duration']}"
        yield from lines(TITLES, [_cells(one, root, names) for one in root["sections"]])


def _cells(
    section: Mapping[str, Any], root: Mapping[str, Any], names: Mapping[object, str]
) -> list[str]:
    length = section["end"] - section["start"]
    share = length / root["duration"] if root["duration"] else 0.0
    return [
        plain(str(section["span"])),
        plain(names.get(section["span"], "")),
        str(section["start"] - root["start"]),
        str(section["end"] - root["start"]),
        str(length),
        f"{share:6.1%} {bar(share, BAR_WIDTH)}",
        section["phase"],
        section["evidence"],
    ]


def bar(share: float, width: int) -> str:
    """A bar for a share from 0 to 1, padded to `width`; what is not nothing shows."""
    filled = max(round(share * width), 1 if share > 0 else 0)
    return ("#" * filled).ljust(width)


def plain(text: str) -> str:
    """Text from a trace without what a terminal would obey."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)
