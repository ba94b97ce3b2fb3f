"""Runs every benchmark in a process of its own; one JSON line each. Used by `make bench`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def main() -> None:
    failed = 0
    for bench in sorted(Path(__file__).parent.glob("bench_*.py")):
        failed += subprocess.run([sys.executable, str(bench)], check=False).returncode != 0
    sys.exit(failed)


if __name__ == "__main__":
    main()
