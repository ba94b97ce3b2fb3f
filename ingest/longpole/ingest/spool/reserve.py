"""Some disk kept free for taking requests out: on a full disk even that needs a little room.

Without it a full disk would stay full: what waits could not be marked as stored. It is larger than
SQLite's log of changes gets, which needs as much room again when it goes into the file.
"""

from __future__ import annotations

import os
from pathlib import Path

SIZE = 64 << 20


class Reserve:
    """A file of its own that gives way. `keep` before something is added, `give_up` when stuck."""

    def __init__(self, folder: Path, size: int = SIZE) -> None:
        self._file = folder / "reserve"
        self._size = size

    def keep(self) -> bool:
        """Whether the reserve is there, made now if there is room for it."""
        if self._file.exists():
            return True
        unfinished = self._file.with_suffix(".tmp")
        try:
            with open(unfinished, "wb") as out:
                os.posix_fallocate(out.fileno(), 0, self._size)
            os.replace(unfinished, self._file)
        except OSError:
            unfinished.unlink(missing_ok=True)
            return False
        return True

    def give_up(self) -> None:
        """Let what is taken out have the room."""
        self._file.unlink(missing_ok=True)
