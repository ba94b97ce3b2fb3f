"""Take back what the engine noted of an insert that a kill kept from its last step.

MergeTree notes an insert's token in `TABLE/deduplication_logs` before it renames the part that
holds the rows. Killed in between, it has the note and not the rows, and drops the insert as a
duplicate when it is repeated. So, before the engine starts, records of parts that are not there
are taken out.

A part may also be gone because retention or a user dropped it. Its record may go as well, as the
engine's own DROP record says: only a batch in doubt is ever repeated, and one whose rows were
dropped since is stored again at worst, to be dropped again by the same rule.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from pathlib import Path
from urllib.parse import unquote

from longpole.core.errors import StoreError

log = logging.getLogger(__name__)

LOGS = "deduplication_logs"
LOG_NAME = re.compile(r"deduplication_log_(\d+)\.txt\Z")
# PARTITION_FIRST_LAST_LEVEL[_MUTATION]: the blocks FIRST to LAST of the partition.
PART = re.compile(r"([^_]+)_(\d+)_(\d+)_\d+(?:_\d+)?\Z")
RECORD = re.compile(rb"([12])\t([^\t\n]+)\t([^\t\n]+)\n\Z")
ADD = b"1"
# Records are made one by one, each followed by its part: what a kill cut off is among the last few
# of a table, and every start looks. All of 30 full tables would take more than a second.
LOOK_AT = 2000
# In the table's folder, where the engine itself clears away what is called tmp; it takes any name
# among the logs for one more log.
UNFINISHED = "tmp_deduplication_log"


class Parts:
    """Which blocks the parts of a table hold; merged parts hold those of all they were made of."""

    def __init__(self, names: Iterable[str]) -> None:
        spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for name in names:
            if found := PART.match(name):
                spans[found[1]].append((int(found[2]), int(found[3])))
        self._firsts: dict[str, list[int]] = {}
        self._lasts: dict[str, list[int]] = {}
        for partition, blocks in spans.items():
            blocks.sort()
            self._firsts[partition] = [first for first, _ in blocks]
            # The largest last block of any part that begins at or before this one.
            self._lasts[partition] = list(accumulate((last for _, last in blocks), max))

    def cover(self, name: str) -> bool:
        """Whether a part is there that holds all blocks of this one; True for unknown names."""
        found = PART.match(name)
        if not found:
            return True
        partition, first, last = found[1], int(found[2]), int(found[3])
        at = bisect_right(self._firsts.get(partition, []), first)
        return at > 0 and self._lasts[partition][at - 1] >= last


def without_phantoms(
    logs: Mapping[int, bytes], parts: Parts, look_at: int = LOOK_AT
) -> dict[int, bytes]:
    """The logs, by number, that are to be written anew: records of missing parts are left out.

    So is a last line without an end: its insert was cut off before its rows were there. A line of
    another form stays, the engine may know what it means. Only the last `look_at` lines of all
    logs are looked at.
    """
    dropped: set[bytes] = set()
    changed = {}
    for number in sorted(logs, reverse=True):
        lines = logs[number].splitlines(keepends=True)
        first = max(0, len(lines) - look_at)
        kept = [line for line in reversed(lines[first:]) if _stays(line, parts, dropped)]
        if len(kept) < len(lines) - first:
            changed[number] = b"".join([*lines[:first], *reversed(kept)])
        look_at -= len(lines) - first
    return changed


def _stays(line: bytes, parts: Parts, dropped: set[bytes]) -> bool:
    """Whether to keep a line, met after all those that come later."""
    record = RECORD.match(line)
    if not record:
        return line.endswith(b"\n")
    operation, part, block = record.groups()
    if operation != ADD:
        dropped.add(block)
        return True
    if block in dropped:
        dropped.discard(block)
        return True
    return parts.cover(part.decode(errors="replace"))


def repair_deduplication(folder: Path) -> int:
    """Take records of missing parts out of every table below the engine's folder; how many.

    Only while no engine has the folder open.
    """
    try:
        return sum(_repair_table(table, name) for table, name in _tables(folder))
    except OSError as error:
        raise StoreError(
            f"the records of inserts in {error.filename or folder} cannot be repaired after a "
            f"kill: {error.strerror}; give this user the right to read and write {folder}"
        ) from error


def _tables(folder: Path) -> Iterator[tuple[Path, str]]:
    """Folder and name of every table that has logs: `data/` names most, by links to `store/`."""
    names = {
        path.resolve(): f"{unquote(path.parent.name)}.{unquote(path.name)}"
        for path in folder.glob("data/*/*")
    }
    found = {logs.parent.resolve() for logs in folder.glob(f"store/*/*/{LOGS}")}
    found |= {table for table in names if (table / LOGS).is_dir()}
    for table in sorted(found):
        yield table, names.get(table, str(table))


def _repair_table(table: Path, name: str) -> int:
    paths = {
        int(found[1]): path
        for path in (table / LOGS).iterdir()
        if (found := LOG_NAME.match(path.name))
    }
    before = {number: path.read_bytes() for number, path in paths.items()}
    after = without_phantoms(before, Parts(os.listdir(table)))
    # The oldest first: a kill in between leaves records that the next start takes out.
    for number in sorted(after):
        _replace(paths[number], after[number], table / UNFINISHED)
    lost = sum(_count_lines(before[number]) - _count_lines(after[number]) for number in after)
    if lost:
        log.warning(
            "%s: took out %d records of inserts whose rows are not there (a kill in an insert, or "
            "rows dropped since); a repeated insert is stored", name, lost,
        )  # fmt: skip
    return lost


def _count_lines(text: bytes) -> int:
    return len(text.splitlines())


def _replace(path: Path, text: bytes, unfinished: Path) -> None:
    with open(unfinished, "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    shutil.copymode(path, unfinished)
    unfinished.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
