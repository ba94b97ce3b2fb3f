"""Where a running process answers: a small file in the data folder, read by other commands.

The embedded store takes one process, so a command that wants to change something while Longpole
runs asks that process over its API.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FILE = "longpole.json"
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}


@contextmanager
def published(folder: Path, address: str) -> Iterator[None]:
    """Tell other commands the address of this process's API until the block ends."""
    file = folder / FILE
    file.unlink(missing_ok=True)  # of a process that was killed
    opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "w", encoding="utf-8") as out:
        json.dump({"pid": os.getpid(), "ui": address}, out)
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def published_address(folder: Path) -> str | None:
    """The address that a process on this folder has told; None when there is none."""
    try:
        told = json.loads((folder / FILE).read_text("utf-8"))["ui"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return told if isinstance(told, str) else None


def reachable_address(host: str, port: int) -> str:
    """How this machine reaches a server that listens on `host`."""
    name = ANYWHERE.get(host, host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"
