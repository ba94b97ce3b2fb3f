"""The embedded engine keeps to its memory; in a process of its own, as an engine starts once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import sys
from longpole.core.errors import StoreError, StoreMemoryError
from longpole.core.settings import StoreSettings
from longpole.core.store import Store

store = Store(StoreSettings(url=f"chdb://{sys.argv[1]}", memory_mib=512))
large = "SELECT length(groupArray(repeat(toString(number), 100))) AS n FROM numbers(20000000)"
try:
    store.frame(large)
except StoreError as error:
    assert "memory limit" in str(error), error
else:
    raise SystemExit("a query took more than the engine has")
try:
    store.command(f"CREATE TABLE t ENGINE = MergeTree ORDER BY n AS {large}")
except StoreMemoryError:
    print("refused")
print(store.frame("SELECT 1 AS one")["one"].to_list())
store.close()
"""


def test_what_needs_more_is_refused_and_the_rest_goes_on(tmp_path: Path) -> None:
    line = [sys.executable, "-c", PROGRAM, str(tmp_path)]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert done.stdout.split("\n") == ["refused", "[1]", ""], done.stderr
