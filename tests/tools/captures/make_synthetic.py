"""Writes the synthetic captures: `python make_synthetic.py FOLDER` makes FOLDER/synthetic-*."""

from __future__ import annotations

import sys
from pathlib import Path

from synthetic_applications import APPLICATIONS
from synthetic_engines import ENGINES
from synthetic_framework import write
from synthetic_operations import CONVENTIONS
from synthetic_usage import USAGE

CAPTURES = (*ENGINES, *APPLICATIONS, *CONVENTIONS, *USAGE)


def make(folder: Path) -> None:
    """Write every synthetic capture below a folder."""
    for capture in CAPTURES:
        write(capture, folder)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
