"""Records of inserts whose parts a kill took: taken out, and nothing else is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from longpole.core.errors import StoreError
from longpole.core.store.deduplication import Parts, repair_deduplication, without_phantoms

OPEN = """
import logging, sys
from longpole.core.settings import StoreSettings
from longpole.core.store import Store
logging.basicConfig()
store = Store(StoreSettings(url=f"chdb://{sys.argv[1]}"))
store.command(
    "CREATE TABLE IF NOT EXISTS kept (day UInt8, n UInt8) ENGINE = MergeTree PARTITION BY day"
    " ORDER BY n SETTINGS non_replicated_deduplication_window = 100, old_parts_lifetime = 0"
)
def insert(token, *rows):
    body = b"".join(map(bytes, rows))
    store.insert_raw("kept", body, "RowBinary", {"insert_deduplication_token": token})
"""
CLOSE = """
print(store.rows("SELECT arraySort(groupArray((day, n))) AS rows FROM kept")[0]["rows"])
store.close()
"""
TWO_INSERTS = "insert('a', (1, 1), (2, 1))\ninsert('b', (1, 2), (2, 2))\n"
BOTH = "[(1, 1), (1, 2), (2, 1), (2, 2)]"


def run(folder: Path, statements: str) -> subprocess.CompletedProcess[str]:
    """Open, do, print the rows, close; in a process of its own, as each opens one engine."""
    return subprocess.run(
        [sys.executable, "-c", OPEN + statements + CLOSE, str(folder)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip


def rows(done: subprocess.CompletedProcess[str]) -> str:
    return done.stdout.strip().replace("{'1': ", "(").replace(", '2': ", ", ").replace("}", ")")


def table_of(folder: Path) -> Path:
    return (folder / "clickhouse" / "data" / "longpole" / "kept").resolve()


def log_of(folder: Path) -> Path:
    (path,) = (table_of(folder) / "deduplication_logs").iterdir()
    return path


def lose(folder: Path, part: str) -> None:
    """As a kill between the record and the renaming of the part leaves it."""
    shutil.rmtree(table_of(folder) / part)


def test_an_insert_whose_part_was_lost_is_stored_when_repeated(tmp_path: Path) -> None:
    assert rows(run(tmp_path, TWO_INSERTS)) == BOTH
    lose(tmp_path, "2_4_4_0")
    done = run(tmp_path, TWO_INSERTS)
    assert rows(done) == BOTH
    assert done.stderr.count("longpole.kept: took out 1 records of inserts") == 1
    again = run(tmp_path, TWO_INSERTS)
    assert rows(again) == BOTH and "took out" not in again.stderr


def test_parts_that_were_merged_away_are_still_known(tmp_path: Path) -> None:
    merged = "store.command('OPTIMIZE TABLE kept FINAL')\n"
    assert rows(run(tmp_path, TWO_INSERTS + merged)) == BOTH
    table = table_of(tmp_path)
    for part in ("1_1_1_0", "1_3_3_0", "2_2_2_0", "2_4_4_0"):
        shutil.rmtree(table / part, ignore_errors=True)
    done = run(tmp_path, TWO_INSERTS)
    assert rows(done) == BOTH and "took out" not in done.stderr


def test_a_mutated_part_is_still_known(tmp_path: Path) -> None:
    mutated = "store.command('ALTER TABLE kept DELETE WHERE n = 9 SETTINGS mutations_sync = 1')\n"
    assert rows(run(tmp_path, TWO_INSERTS + mutated)) == BOTH
    done = run(tmp_path, TWO_INSERTS)
    assert rows(done) == BOTH and "took out" not in done.stderr


def test_a_dropped_partition_leaves_nothing_to_take_out(tmp_path: Path) -> None:
    dropped = "store.command('ALTER TABLE kept DROP PARTITION 2')\n"
    assert rows(run(tmp_path, TWO_INSERTS + dropped)) == "[(1, 1), (1, 2)]"
    done = run(tmp_path, TWO_INSERTS)
    assert rows(done) == BOTH and "took out" not in done.stderr


def test_a_torn_line_is_taken_out_and_does_not_spoil_the_next(tmp_path: Path) -> None:
    run(tmp_path, TWO_INSERTS)
    lose(tmp_path, "2_4_4_0")
    path = log_of(tmp_path)
    path.write_bytes(path.read_bytes()[:-5])
    for _ in range(2):
        done = run(tmp_path, TWO_INSERTS)
        assert rows(done) == BOTH
    assert "took out" not in done.stderr
    assert len(path.read_bytes().splitlines()) == 4


PARTS = Parts(["1_1_5_2", "1_2_3_1", "1_7_7_0_9", "2_6_6_0", "detached", "tmp_insert_1_9_9_0"])


@pytest.mark.parametrize(
    ("name", "there"),
    [
        ("1_1_1_0", True), ("1_5_5_0", True), ("1_4_4_0", True), ("1_7_7_0", True),
        ("1_6_6_0", False), ("1_8_8_0", False), ("1_0_0_0", False), ("1_9_9_0", False),
        ("2_6_6_0", True), ("2_1_1_0", False), ("3_1_1_0", False), ("1_5_6_1", False),
        ("another form", True),
    ],
)  # fmt: skip
def test_what_parts_cover(name: str, there: bool) -> None:
    assert PARTS.cover(name) is there


@pytest.mark.parametrize(
    ("logs", "changed"),
    [
        ({}, {}),
        ({1: b""}, {}),
        ({1: b"1\t1_1_1_0\ta\n"}, {}),
        ({1: b"1\t1_1_1_0\ta\n1\t1_9_9_0\tb\n"}, {1: b"1\t1_1_1_0\ta\n"}),
        # Dropped since, also in a later log; and once more added, and lost.
        ({1: b"1\t1_9_9_0\tb\n2\t1_9_9_0\tb\n"}, {}),
        ({1: b"1\t1_9_9_0\tb\n", 2: b"2\t1_9_9_0\tb\n"}, {}),
        ({9: b"1\t1_9_9_0\tb\n", 10: b"2\t1_9_9_0\tb\n1\t1_9_9_0\tb\n"},
         {10: b"2\t1_9_9_0\tb\n"}),
        # Torn at any place.
        ({1: b"1\t1_1_1_0\ta\n1\t1_1_1_0\tb"}, {1: b"1\t1_1_1_0\ta\n"}),
        ({1: b"1\t1_1_1_0\ta\n1"}, {1: b"1\t1_1_1_0\ta\n"}),
        ({1: b"3\tof a newer engine\n1\t1_1_1_0\ta\n"}, {}),
    ],
)  # fmt: skip
def test_what_is_taken_out(logs: dict[int, bytes], changed: dict[int, bytes]) -> None:
    assert without_phantoms(logs, PARTS) == changed


def test_only_the_end_is_looked_at() -> None:
    lost = [f"1\t1_9_9_0\t{block}\n".encode() for block in range(5)]
    logs = {1: b"".join(lost[:3]), 2: b"".join(lost[3:])}
    assert without_phantoms(logs, PARTS, look_at=0) == {}
    assert without_phantoms(logs, PARTS, look_at=1) == {2: lost[3]}
    assert without_phantoms(logs, PARTS, look_at=3) == {2: b"", 1: lost[0] + lost[1]}
    assert without_phantoms(logs, PARTS, look_at=9) == {2: b"", 1: b""}


def test_nothing_to_repair(tmp_path: Path) -> None:
    assert repair_deduplication(tmp_path / "clickhouse") == 0


def made_by_hand(folder: Path) -> Path:
    logs = folder / "store" / "abc" / "abc-def" / "deduplication_logs"
    logs.mkdir(parents=True)
    (logs / "deduplication_log_1.txt").write_bytes(b"1\t1_1_1_0\ta\n")
    return logs


def test_a_table_without_a_name_and_what_a_kill_in_the_repair_left(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    logs = made_by_hand(tmp_path)
    (logs.parent / "tmp_deduplication_log").write_bytes(b"half")
    assert repair_deduplication(tmp_path) == 1
    assert "abc-def: took out 1 records" in caplog.text
    assert os.listdir(logs) == ["deduplication_log_1.txt"]
    assert os.listdir(logs.parent) == ["deduplication_logs"]


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    logs = made_by_hand(tmp_path)
    (logs.parent / "tmp_deduplication_log").mkdir()
    with pytest.raises(StoreError, match=r"tmp_deduplication_log cannot be repaired after a kill"):
        repair_deduplication(tmp_path)
